"""The periods that a text speaks of: the name of a sheet, file or folder, or a title above a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Mention:
    """What a text says at one place, in the longest form there."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: Literal["spring", "autumn"] | None = None
    aside: Literal["reported", "as_at"] | None = None
    """Told of the report and not of its period: beside 填报日期, 制表日期 or 报送; or as what it goes up to, 截至."""


_4_DIGITS = "(?:19|20)[0-9]{2}"
_YEAR = f"(?<![0-9])(?P<year>{_4_DIGITS})"
_WITHOUT_YEAR = "(?:(?<![0-9年])|(?<=(?:19|20)[0-9]{2}年))(?<![一二三四五六七八九十第])"
"""What stands before a form without a year: neither a digit, nor a year but one of four digits."""
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
_THROUGH, _AND = "[-—–~～至到]", "[、,，和及与/]"
_EITHER = f"(?:{_THROUGH}|{_AND})"
_UNTIL = f"(?P<until>{_MONTH})(?![0-9])"
_TERM = "[一二12上下]"
# Tried at each place in this order: the form that says most comes first. A run of digits counts only whole, so that
# telephone and ID numbers are no dates.
_FORMS = tuple(
    re.compile(form)
    for form in (
        _YEAR + f" *[-—–~～至到/] *(?P<end>{_4_DIGITS}) *学年度? *[(（]?"
        f"(?:第?(?P<term>{_TERM})(?:(?:学期)?{_EITHER}第?(?P<also>{_TERM}))?学期|(?P<season>[春秋])季?)",
        rf"(?<![0-9])(?P<years>(?:{_4_DIGITS}(?: *(?:{_EITHER}|[._&+]) *| +))+)(?={_4_DIGITS}年)",
        _YEAR + "年?(?P<season>[春秋])(?!节)季?",
        _YEAR + "-(?P<season>spring|autumn)",
        _YEAR + "(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])",
        _YEAR + "年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]",
        _YEAR + r"(?P<mark>[-._/])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?![0-9])",
        _YEAR + f"年(?P<month>[0-9]{{1,2}})月?份?{_THROUGH}{_UNTIL}月份?",
        _YEAR + f"[-._/](?P<month>[0-9]{{1,2}})月?份?{_EITHER}(?P<until>1[0-2]|0?[1-9])(?![0-9日号])月?份?",
        _YEAR + f"(?P<month>[0-9]{{2}}){_EITHER}(?P<until>0[1-9]|1[0-2])(?![0-9日号])",
        _YEAR + "年(?P<month>[0-9]{1,2})月份?",
        _YEAR + "(?P<month>[0-9]{2})(?![0-9])",
        _YEAR + "[-._/](?P<month>[0-9]{1,2})(?![0-9])",
        _YEAR + "年",
        f"(?:(?<={_4_DIGITS}年{_EITHER})|(?<={_4_DIGITS}年度{_EITHER})){_YEAR}(?![0-9])",
        f"{_WITHOUT_YEAR}(?P<month>{_MONTH})月(?P<day>[0-9]{{1,2}})[日号]",
        f"{_WITHOUT_YEAR}(?P<month>{_MONTH})月?份?{_THROUGH}{_UNTIL}月份?",
        f"{_WITHOUT_YEAR}(?P<month>{_MONTH})月份?",
        f"(?<={_4_DIGITS}年)(?P<month>{_MONTH})(?={_AND}(?:{_MONTH}{_AND})*{_MONTH}月|{_THROUGH}{_4_DIGITS}年)",
        f"^(?P<month>{_MONTH})(?={_AND}(?:{_MONTH}{_AND})*{_MONTH}月份?$)",
        f"{_WITHOUT_YEAR}(?P<season>[春秋])季",
    )
)
_SEASONS: dict[str, Literal["spring", "autumn"]] = {
    "春": "spring", "秋": "autumn", "spring": "spring", "autumn": "autumn",
    **dict.fromkeys("一1上", "autumn"), **dict.fromkeys("二2下", "spring"),
}  # fmt: skip
"""Also by the terms of a school year, which begins in autumn."""
_NUMERALS = {"元": 1, **{numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}}
_NUMERALS |= {"十一": 11, "十二": 12}
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH_MONTH = "|".join(["sept", *(f"{name[:3]}(?:{name[3:]})?" for name in _ENGLISH_MONTHS)])
_ENGLISH = re.compile(
    rf"(?P<before>(?:20[0-9]{{2}}[-_. ]?)?)(?P<name>{_ENGLISH_MONTH})"
    r"\.?(?P<after>(?:[-_. ']?(?:20)?[0-9]{2})?)",
    re.IGNORECASE,
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")
_REPORTED_AFTER = re.compile(r"(?:填报日期|制表日期|报送)(?:日期|时间|日)?[\s:：为于]*$")
_REPORTED_BEFORE = re.compile(r"^[\s前]*报送")
_AS_AT_AFTER = re.compile(r"截至(?:日期|时间)?[\s:：为于到]*$")


def mentions(text: str) -> Iterator[Mention]:
    """Every period that the text speaks of, in its order: `2022、2023年春季` are two springs."""
    plain, place = text.translate(_FULL_WIDTH), 0
    years: list[str] = []
    while said := _first_form(plain, place):
        place = said.end()
        if "years" in said.groupdict():
            years = re.findall(_4_DIGITS, said["years"])
            continue
        for mention in _mentions_of(said, plain):
            yield from (replace(mention, year=int(year)) for year in years)
            yield mention
        years = []


def _first_form(text: str, place: int) -> re.Match[str] | None:
    """The first form from that place on, of those that begin there the one that says most; None where none is left."""
    while True:
        found = [
            (match.start(), rank, match) for rank, form in enumerate(_FORMS) if (match := form.search(text, place))
        ]
        if not found:
            return None
        start = min(found)[0]
        at_start = (match for begins, _, match in sorted(found) if begins == start)
        if said := next((match for match in at_start if _is_real(match)), None):
            return said
        place = start + 1


def whole_name(text: str) -> Mention | None:
    """What a name says that is nothing but a year, a season or the English name of a month: a sheet's `Oct`.

    Amid other words these say nothing.
    """
    plain = text.strip()
    if re.fullmatch(_4_DIGITS, plain):
        return Mention(int(plain))
    if plain in ("春", "秋"):
        return Mention(season=_SEASONS[plain])
    if not (english := _ENGLISH.fullmatch(plain)):
        return None
    years = re.findall("[0-9]+", english["before"] + english["after"])
    month = next(at for at, name in enumerate(_ENGLISH_MONTHS, start=1) if name.startswith(english["name"].lower()[:3]))
    return Mention(int(years[0][-2:]) + 2000 if years else None, month)


def bare_month(text: str) -> int | None:
    """The month that a name may mean which is nothing but its number; it may number a page as well."""
    plain = text.strip()
    return _month(plain) if re.fullmatch(_MONTH, plain) and plain != "元" else None


def _is_real(match: re.Match[str]) -> bool:
    """Whether the calendar has such a month, day or school year."""
    parts = match.groupdict()
    if "end" in parts:
        return int(parts["end"]) == int(parts["year"]) + 1
    if "month" not in parts:
        return True
    try:
        date(int(parts.get("year") or 2000), _month(parts["month"]), int(parts.get("day") or 1))
    except ValueError:
        return False
    return "until" not in parts or _month(parts["month"]) < _month(parts["until"])


def _mentions_of(match: re.Match[str], text: str) -> Iterator[Mention]:
    """What the form says: of a stretch of months the first and the last."""
    parts = match.groupdict()
    year = int(parts["year"]) if "year" in parts else None
    if "end" in parts:
        for term in (_SEASONS[parts[name]] for name in ("season", "term", "also") if parts[name]):
            yield Mention(int(parts["end"]) if term == "spring" else year, season=term, aside=_aside(match, text))
        return
    season = _SEASONS.get(parts.get("season") or "")
    day = int(parts["day"]) if "day" in parts else None
    months = [_month(parts[name]) for name in ("month", "until") if name in parts]
    for month in months or (None,):
        yield Mention(year, month, day, season, _aside(match, text))


def _month(text: str) -> int:
    """The number of a month in digits or numerals."""
    return int(text) if text.isdecimal() else _NUMERALS[text]


def _aside(match: re.Match[str], text: str) -> Literal["reported", "as_at"] | None:
    """What the words directly before or after say of it."""
    before, after = text[: match.start()], text[match.end() :]
    if _REPORTED_AFTER.search(before) or _REPORTED_BEFORE.search(after):
        return "reported"
    return "as_at" if _AS_AT_AFTER.search(before) else None

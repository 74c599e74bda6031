"""The period that the name of a file or sheet speaks of."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["month", "year", "term", "event", "register"]


class _Mention(NamedTuple):
    """A year, with whatever else the name says beside it."""

    year: int
    month: int | None = None
    day: int | None = None
    season: str | None = None


_YEAR = "(?<![0-9])(?P<year>(?:19|20)[0-9]{2})"
# Tried at each place in this order: the form that says most comes first. A run of digits counts only whole, so that
# telephone and ID numbers are no dates.
_FORMS = tuple(
    re.compile(_YEAR + form)
    for form in (
        "-(?P<until>(?:19|20)[0-9]{2})学年度?第?(?P<term>[一二12上下])学期",
        "年?(?P<season>[春秋])",
        "-(?P<season>spring|autumn)",
        "(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])",
        "年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]",
        r"(?P<mark>[-._])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?![0-9])",
        "年(?P<month>[0-9]{1,2})月",
        "(?P<month>[0-9]{2})(?![0-9])",
        "[-._](?P<month>[0-9]{1,2})(?![0-9])",
        "年",
    )
)
_SEASONS = {"春": "spring", "秋": "autumn", "spring": "spring", "autumn": "autumn"}
_FIRST_TERM = ("一", "1", "上")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－．", "0123456789-.")


def period_in_name(name: str, kind: Kind) -> str | None:
    """The slot in a sheet or file name: the first form in it that can give a period of this kind; None without one.

    month `2023-08` · year `2023` · term `2023-spring` · event: a month, else a year · register: an as-at day
    `2023-08-15`, from a full date, else the first day of a month.
    """
    mentions = list(_mentions(name.translate(_FULL_WIDTH)))
    months = (f"{said.year}-{said.month:02}" for said in mentions if said.month)
    years = (str(said.year) for said in mentions)
    if kind == "month":
        return next(months, None)
    if kind == "year":
        return next(years, None)
    if kind == "term":
        return next((f"{said.year}-{said.season}" for said in mentions if said.season), None)
    if kind == "event":
        return next(months, next(years, None))
    days = (f"{said.year}-{said.month:02}-{said.day:02}" for said in mentions if said.day)
    return next(days, next((f"{month}-01" for month in months), None))


def _mentions(name: str) -> Iterator[_Mention]:
    """Every period the name speaks of, in the order of the text, the fullest form first at each place."""
    found = ((match.start(), rank, match) for rank, form in enumerate(_FORMS) for match in form.finditer(name))
    for _, _, match in sorted(found, key=lambda place: place[:2]):
        said = _mention(match.groupdict())
        if said is not None:
            yield said


def _mention(parts: dict[str, str]) -> _Mention | None:
    """What one form says; None where the calendar has no such month, day or school year."""
    year = int(parts["year"])
    if "until" in parts:
        first = parts["term"] in _FIRST_TERM
        follows = int(parts["until"]) == year + 1
        return _Mention(year if first else year + 1, season="autumn" if first else "spring") if follows else None
    if "season" in parts:
        return _Mention(year, season=_SEASONS[parts["season"]])
    if "month" not in parts:
        return _Mention(year)
    month, day = int(parts["month"]), int(parts.get("day", 1))
    try:
        date(year, month, day)
    except ValueError:
        return None
    return _Mention(year, month, day if "day" in parts else None)

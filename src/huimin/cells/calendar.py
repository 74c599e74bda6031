"""Dates, months, years and school terms as people and spreadsheets write them."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from huimin.cells.folding import BLANK, half_width, without_blanks
from huimin.cells.parsed import NOTHING, bound

_HOUR, _MINUTE = "(?:[01]?[0-9]|2[0-3])", "[0-5]?[0-9]"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_CLOCK = (
    rf"(?:[上下]午 *|[AaPp][Mm] +)?{_HOUR}(?:[:时点]{_MINUTE}(?:[:分](?:{_MINUTE}(?:\.[0-9]+)?秒?)?)?|[时点])"
    rf"(?: *[AaPp][Mm])?(?: ?{_ZONE})?"
)
_LATER = f"(?:(?:T| +){_CLOCK})?"
_DAY_FORMS = (
    rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})\.([0-9]{{1,2}})\.([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})、([0-9]{{1,2}})、([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:{_LATER}|(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9])",
    rf"([0-9]{{4}})年([0-9]{{1,2}})月([0-9]{{1,2}})(?:[日号] *(?:{_CLOCK})?|{_LATER})",
)
# `2023.1` may be the number 2023.10, which is October
_MONTH_FORMS = (
    r"([0-9]{4})[-/]([0-9]{1,2})",
    r"([0-9]{4})\.(0[1-9]|1[0-2]|[2-9])",
    r"([0-9]{4})([0-9]{2})",
    r"([0-9]{4})年([0-9]{1,2})月份?",
)
# What stands behind the day: [上午] hour, minute, second, [AM] and zone, or hour, minute and second as six digits.
_TIME = (
    r"^(?:.*?[ T日号](?P<before>[上下]午|[AaPp][Mm])? *(?P<hour>[0-9]{1,2})[:时点]"
    r"(?:(?P<minute>[0-9]{1,2})(?:[:分](?:(?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?)?)? *(?P<after>[AaPp][Mm])?"
    rf" ?(?P<zone>{_ZONE})?|[0-9]{{8}}(?P<hh>[0-9]{{2}})(?P<mm>[0-9]{{2}})(?P<ss>[0-9]{{2}}))$"
)
_UTC_MIDNIGHT = r"[T ]16:00(?::00(?:\.0+)?)?$"
_TERM_FORMS = (
    r"([0-9]{4})年?(春|秋)季?(?:学期)?",
    r"([0-9]{4})-(spring|autumn|[12])",
)
_SCHOOL_YEAR = r"^([0-9]{4})[-—–~/至]([0-9]{4})学年度?第?([一二12上下])学期$"
_SEASONS = {"春": "spring", "秋": "autumn", "1": "spring", "2": "autumn"}
_FIRST_TERM = ("一", "1", "上")

# Day 0 of the 1900 system as spreadsheets count it after February 1900.
_SERIAL_DAY_0 = date(1899, 12, 30)
_SERIALS = (20_000, 60_000)
_YEARS = (1900, 2100)
_FIRST_DAY = (date(1900, 1, 1),)
_PLACEHOLDERS = (*_FIRST_DAY, date(1970, 1, 1))
"""Beside all days of other years: 1899-12-30, 0001-01-01, 9999-12-31."""
_HOUR_SECONDS, _DAY_SECONDS = 3600, 86_400
_NEARLY_MIDNIGHT = (_DAY_SECONDS - 44, _DAY_SECONDS - 42)


def parse_date(text: pl.Expr) -> pl.Expr:
    """A day; the clock time behind it counts only as far as it says which day is meant.

    An instant with a zone is read in Asia/Shanghai. Where every time of the column is 16:00:00, which is midnight there
    in UTC, the next day is meant (finding utc_date).
    """
    steps = _days(text).struct.with_fields(value=pl.field("day"), reason=pl.lit("date_unparsable"))
    return _meant(steps, _is_placeholder(pl.field("day")))


def parse_month(text: pl.Expr) -> pl.Expr:
    """The first day of a month, from a month or any day in it."""
    first_day = pl.coalesce(_written(pl.field("plain"), _MONTH_FORMS), pl.field("day").dt.truncate("1mo"))
    steps = _days(text).struct.with_fields(value=first_day, reason=pl.lit("month_unparsable"))
    # 1970-01 is a month in which people began to work
    return _meant(steps, _is_placeholder(pl.field("day")) | _is_placeholder(pl.field("value"), _FIRST_DAY))


def usual_day(text: pl.Expr) -> pl.Expr:
    """The day of a text like `2023-08-01`, as most programs write it; null for others and for placeholders."""
    day = pl.when(text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(text).str.to_date("%Y-%m-%d", strict=False)
    return bound(day, lambda found: pl.when(~_is_placeholder(found)).then(found))


def usual_month(text: pl.Expr) -> pl.Expr:
    """As `usual_day`, the first day of the month of a text like `2023-08`."""
    return usual_day(pl.when(text.str.contains("^[0-9]{4}-[0-9]{2}$")).then(text + "-01"))


def parse_year(text: pl.Expr) -> pl.Expr:
    """A calendar year as an integer."""
    digits = without_blanks(half_width(text)).str.extract("^([0-9]{4})(?:年度?)?$", 1)
    steps = _judged(digits.cast(pl.Int32), text, "year_unparsable")
    return _meant(steps, ~pl.field("value").is_between(*_YEARS))


def parse_term(text: pl.Expr) -> pl.Expr:
    """A school term, `2023-spring` or `2023-autumn`; a second term is the spring of its second year."""
    plain = without_blanks(half_width(text)).str.to_lowercase()
    steps = _judged(bound(plain, _term), text, "term_unparsable")
    return _meant(steps, ~pl.field("value").str.head(4).cast(pl.Int32).is_between(*_YEARS))


def _judged(value: pl.Expr, text: pl.Expr, reason: str) -> pl.Expr:
    """A struct with the value of a text, and the reason where there is none."""
    return pl.struct(text=text, value=value).struct.with_fields(reason=pl.lit(reason), finding=NOTHING)


def _term(plain: pl.Expr) -> pl.Expr:
    year, season = pl.coalesce(pl.field("1"), pl.field("3")), pl.coalesce(pl.field("2"), pl.field("4"))
    named = plain.str.extract_groups(_either(_TERM_FORMS)).struct.with_fields(
        value=year + "-" + season.replace(_SEASONS)
    )
    first, second, term = (pl.field(name) for name in ("1", "2", "3"))
    follows = second.cast(pl.Int32) == first.cast(pl.Int32) + 1
    of_school_year = plain.str.extract_groups(_SCHOOL_YEAR).struct.with_fields(
        value=pl.when(follows & term.is_in(_FIRST_TERM)).then(first + "-autumn").when(follows).then(second + "-spring")
    )
    return pl.coalesce(named.struct.field("value"), of_school_year.struct.field("value"))


def is_day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whether the Gregorian calendar has that day, from the year 1 on; null for nulls."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = pl.when(month == 2).then(28 + leap.cast(pl.Int8)).otherwise(30 + (month + month // 8) % 2)
    return (year >= 1) & month.is_between(1, 12) & (day >= 1) & (day <= last)


def _plain(text: pl.Expr) -> pl.Expr:
    """Half width, no blanks around the marks between numbers, single spaces elsewhere, no full stop at the end."""
    spaced = half_width(text).str.replace_all(f"{BLANK}+", " ")
    closed = spaced.str.replace_all(" ?([-/.、:年月时分]) ?", "$1").str.replace_all(" ([日号])", "$1")
    return closed.str.replace("[.。]$", "")


def _days(text: pl.Expr) -> pl.Expr:
    """A struct with the text, the plain one, the day that it means, and the finding of the column."""
    plain, day, at_four, utc = (pl.field(name) for name in ("plain", "day", "at_four", "utc"))
    return (
        pl.struct(text=text, plain=_plain(text))
        .struct.with_fields(day=_day(plain), later=_days_later(plain), at_four=plain.str.contains(_UTC_MIDNIGHT))
        .struct.with_fields(utc=at_four.any() & (at_four | day.is_null()).all())
        .struct.with_fields(day=(day.cast(pl.Int32) + pl.field("later") + utc.cast(pl.Int32)).cast(pl.Date))
        .struct.with_fields(finding=pl.when(utc & day.is_not_null()).then(pl.lit("utc_date")))
    )


def _meant(steps: pl.Expr, placeholder: pl.Expr) -> pl.Expr:
    """Value, reason and finding: no value where only a placeholder stands for a day, month, year or term."""
    value, text = pl.field("value"), pl.field("text")
    return steps.struct.with_fields(placeholder=placeholder.fill_null(value=False)).struct.with_fields(
        value=pl.when(~pl.field("placeholder")).then(value),
        reason=pl.when(pl.field("placeholder")).then(pl.lit("date_placeholder"))
        .when(text.is_not_null() & value.is_null()).then(pl.field("reason")),
        finding=pl.when(~pl.field("placeholder")).then(pl.field("finding")),
    )  # fmt: skip


def _is_placeholder(day: pl.Expr, also: Sequence[date] = _PLACEHOLDERS) -> pl.Expr:
    """Whether a program wrote the day because it had none."""
    return ~day.dt.year().is_between(*_YEARS) | day.is_in(also)


def _day(plain: pl.Expr) -> pl.Expr:
    """A day from a written date or a spreadsheet's day count."""
    serial = plain.str.extract(r"^([2-6][0-9]{4})(?:\.[0-9]+)?$", 1).cast(pl.Int32)
    counted = pl.lit(_SERIAL_DAY_0) + pl.duration(days=pl.when(serial.is_between(*_SERIALS)).then(serial))
    return pl.coalesce(_written(plain, _DAY_FORMS), counted.cast(pl.Date))


def _days_later(plain: pl.Expr) -> pl.Expr:
    """How many days after the written one the clock time behind it is in Asia/Shanghai: -1 to 1.

    43 seconds before midnight is midnight: so programs in JavaScript write it that know Shanghai's time of 1900.
    """
    half, zone, seconds = pl.coalesce(pl.field("before"), pl.field("after")), pl.field("zone"), pl.field("seconds")
    hour, minute, second = (
        pl.coalesce(pl.field(name), pl.field(digits)).cast(pl.Int32).fill_null(0)
        for name, digits in (("hour", "hh"), ("minute", "mm"), ("second", "ss"))
    )
    noon = pl.when(half.str.to_uppercase().is_in(("下午", "PM"))).then(12).otherwise(0)
    hours = pl.when(half.is_null()).then(hour).otherwise(hour % 12 + noon)
    east = zone.str.slice(1, 2).cast(pl.Int32, strict=False) * _HOUR_SECONDS
    east += zone.str.slice(3).str.strip_prefix(":").cast(pl.Int32, strict=False).fill_null(0) * 60
    of_shanghai = 8 * _HOUR_SECONDS - pl.when(zone.str.starts_with("-")).then(-east).otherwise(east).fill_null(0)
    return (
        plain.str.extract_groups(_TIME)
        .struct.with_fields(seconds=_DAY_SECONDS + hours * _HOUR_SECONDS + minute * 60 + second)
        .struct.with_fields(seconds=seconds + pl.when(zone.is_null()).then(0).otherwise(of_shanghai))
        .struct.with_fields(
            later=seconds // _DAY_SECONDS - 1 + (seconds % _DAY_SECONDS).is_between(*_NEARLY_MIDNIGHT).cast(pl.Int32)
        )
        .struct.field("later")
    )


def _written(plain: pl.Expr, forms: tuple[str, ...]) -> pl.Expr:
    """The day, or first of the month, written in whichever form the whole text has; null when it has none."""
    count = 3 if forms is _DAY_FORMS else 2

    def number(place: int) -> pl.Expr:
        groups = (pl.field(str(1 + place + count * form)) for form in range(len(forms)))
        return pl.coalesce(groups).cast(pl.Int32)

    year, month, day = (pl.field(name) for name in ("year", "month", "day"))
    numbers = plain.str.extract_groups(_either(forms)).struct.with_fields(
        year=number(0), month=number(1), day=number(2) if count == 3 else pl.lit(1, dtype=pl.Int32)
    )
    # `pl.date` raises for a day that is not in the calendar, but not for nulls.
    existing = numbers.struct.with_fields(year=pl.when(is_day(year, month, day)).then(year))
    return existing.struct.with_fields(value=pl.date(year, month, day)).struct.field("value")


def _either(forms: tuple[str, ...]) -> str:
    return f"^(?:{'|'.join(forms)})$"

"""Dates, months, years and school terms as people and spreadsheets write them."""

from datetime import date

import polars as pl

from huimin.cells.folding import BLANK, half_width, without_blanks
from huimin.cells.parsed import bound, parsed_or

_HOUR, _MINUTE = "(?:[01]?[0-9]|2[0-3])", "[0-5]?[0-9]"
_CLOCK = (
    rf"(?:[上下]午 *|[AaPp][Mm] +)?{_HOUR}(?:[:时点]{_MINUTE}(?:[:分](?:{_MINUTE}(?:\.[0-9]+)?秒?)?)?|[时点])"
    r"(?: *[AaPp][Mm])?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LATER = f"(?:(?:T| +){_CLOCK})?"
_DAY_FORMS = (
    rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})\.([0-9]{{1,2}})\.([0-9]{{1,2}}){_LATER}",
    rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:{_LATER}|(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9])",
    rf"([0-9]{{4}})年([0-9]{{1,2}})月([0-9]{{1,2}})(?:[日号] *(?:{_CLOCK})?|{_LATER})",
)
_MONTH_FORMS = (
    r"([0-9]{4})[-/.]([0-9]{1,2})",
    r"([0-9]{4})([0-9]{2})",
    r"([0-9]{4})年([0-9]{1,2})月份?",
)
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


def parse_date(text: pl.Expr) -> pl.Expr:
    """A day; any clock time behind it is dropped."""
    return parsed_or(bound(_plain(text), _day), text, "date_unparsable")


def parse_month(text: pl.Expr) -> pl.Expr:
    """The first day of a month, from a month or any day in it."""

    def first_day(plain: pl.Expr) -> pl.Expr:
        return pl.coalesce(_written(plain, _MONTH_FORMS), _day(plain).dt.truncate("1mo"))

    return parsed_or(bound(_plain(text), first_day), text, "month_unparsable")


def parse_year(text: pl.Expr) -> pl.Expr:
    """A calendar year as an integer."""
    digits = without_blanks(half_width(text)).str.extract("^([12][0-9]{3})(?:年度?)?$", 1)
    return parsed_or(digits.cast(pl.Int32), text, "year_unparsable")


def parse_term(text: pl.Expr) -> pl.Expr:
    """A school term, `2023-spring` or `2023-autumn`; a second term is the spring of its second year."""
    plain = without_blanks(half_width(text)).str.to_lowercase()
    return parsed_or(bound(plain, _term), text, "term_unparsable")


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
    """Half width, no blanks around the marks between numbers, single spaces elsewhere."""
    spaced = half_width(text).str.replace_all(f"{BLANK}+", " ")
    return spaced.str.replace_all(" ?([-/.:年月时分]) ?", "$1").str.replace_all(" ([日号])", "$1")


def _day(plain: pl.Expr) -> pl.Expr:
    """A day from a written date or a spreadsheet's day count."""
    serial = plain.str.extract(r"^([2-6][0-9]{4})(?:\.[0-9]+)?$", 1).cast(pl.Int32)
    counted = pl.lit(_SERIAL_DAY_0) + pl.duration(days=pl.when(serial.is_between(*_SERIALS)).then(serial))
    return pl.coalesce(_written(plain, _DAY_FORMS), counted.cast(pl.Date))


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

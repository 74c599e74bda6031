"""Number formats, in Excel's language: which show a date, and which a unit of money that the number does not have."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from huimin.containers.pages import DAY_0
from huimin.containers.texts import Cell

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of formats that show a date or time without being written in the workbook (ECMA-376 18.8.30, with the
Chinese ones)."""
DATE_NAMES = frozenset(
    ("general date", "long date", "medium date", "short date", "long time", "medium time", "short time")
)  # fmt: skip
"""Formats of XML workbooks that have a name."""
MONEY_UNIT = re.compile("[元万萬亿億千仟]")
_LITERAL = re.compile(r'"[^"]*"?|\\.|[_*].|\[[^\]]*\]?')
"""What of a format is not its language: texts, escaped characters, widths, and colours, conditions and locales."""
_END_OF_DAYS = 2_958_466
"""The day after the last that a spreadsheet counts, 9999-12-31."""
_MILLISECONDS = 86_400_000


@cache
def shows_date(code: str) -> bool:
    """Whether numbers of that format are shown as a day or a time of day; `[h]:mm` shows how long, not when."""
    if code.lower() in DATE_NAMES:
        return True
    first = code.partition(";")[0].lower()
    if re.search(r"\[(?:h+|m+|s+)\]", first):
        return False
    language = re.sub(r"s[.,]0+", "s", _LITERAL.sub("", first).replace("general", ""))
    return bool(re.search("[ymdhs]", language)) and not re.search("[0#?]", language)


@cache
def shows_money_unit(code: str) -> bool:
    """Whether numbers of that format may be shown with a unit of money: 元, 万, 千元, 亿元.

    Whether they are in it is for `sheets` to say: a format may show a part of the number (`0!.0,"万元"`).
    """
    return bool(MONEY_UNIT.search(re.sub(r'["\\]|[_*].|\[[^\]]*\]?', "", code)))


def day_of(number: float, day_0: date) -> Cell:
    """What a number in a cell with a date format says: a day, with its time, or a time alone below 1.

    The number itself where no spreadsheet has that day.
    """
    if not 0 <= number < _END_OF_DAYS - (day_0 - DAY_0).days:
        return number
    if day_0 == DAY_0 and 1 <= number < 60:
        # spreadsheets give 1900 a 29 February
        number += 1
    midnight = datetime(day_0.year, day_0.month, day_0.day)  # noqa: DTZ001  a cell has no time zone
    moment = midnight + timedelta(milliseconds=round(number * _MILLISECONDS))
    return moment.time() if number < 1 else moment

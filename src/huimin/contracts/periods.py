"""Slots as dates: `2023-08`, `2023`, `2023-spring` and as-at days."""

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Literal

Recurring = Literal["month", "year", "term"]
"""The periods that come again and again by the calendar."""


def is_day(slot: str) -> bool:
    """Whether the slot is an as-at day, as those of registers are: months, years and terms are no days."""
    return slot.count("-") == len("--")


def bounds(slot: str) -> tuple[date, date]:
    """First and last day of a slot. Raises ValueError for anything that is no slot.

    A month, a year; spring is 1 February to 31 July, autumn 1 September to 31 January; a day is itself.
    """
    head, _, tail = slot.partition("-")
    year = int(head)
    if not tail:
        return date(year, 1, 1), date(year, 12, 31)
    if tail == "spring":
        return date(year, 2, 1), date(year, 7, 31)
    if tail == "autumn":
        # the calendar ends with the year 9999: a mistyped autumn term must not stop the night
        return date(year, 9, 1), date(year + 1, 1, 31) if year < date.max.year else date.max
    if len(tail) == 2:
        month = int(tail)
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    day = date.fromisoformat(slot)
    return day, day


def slot_after(every: Recurring, day: date) -> str | None:
    """The first slot that begins after the day; None where the calendar nears its end."""
    if day.year + 1 >= date.max.year:
        return None
    return next(slot for slot in slots_of(every, day.year, day.year + 1) if bounds(slot)[0] > day)


def slot_before(every: Recurring, day: date) -> str:
    """The last slot that ended before the day."""
    return [slot for slot in slots_of(every, day.year - 1, day.year) if bounds(slot)[1] < day][-1]


def slots_of(every: Recurring, *years: int) -> Iterator[str]:
    """The slots that begin in these years, in order."""
    for year in years:
        match every:
            case "month":
                yield from (f"{year:04}-{month:02}" for month in range(1, 13))
            case "term":
                yield from (f"{year:04}-spring", f"{year:04}-autumn")
            case "year":
                yield f"{year:04}"

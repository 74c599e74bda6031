"""What is due: of each unit's roster the first period that has not come, the day on which it was or will be due."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from huimin.contracts.periods import Recurring, bounds, slot_after, slot_before
from huimin.deliveries.calendar import DueTime, RosterDue
from huimin.deliveries.workdays import workday_after

Delivered = Mapping[tuple[str, str | None], Sequence[str]]
"""By roster and unit: the slots that have come."""


@dataclass(frozen=True)
class Due:
    """The first period of one unit's roster that has not come."""

    roster: str
    unit: str | None
    period: str
    due_on: date
    """The last day on which it is not late."""
    is_certain: bool
    """Whether the holidays until then are known; else Monday to Friday were counted."""
    newest: str | None
    """The last period that came and has begun; None when none ever did."""
    days_overdue: int
    """0 until that day is over."""
    periods_overdue: int
    """How many periods, this one first, are overdue."""


@lru_cache(maxsize=4096)
def due_on(slot: str, due_time: DueTime) -> tuple[date, bool]:
    """The day on which the roster of that slot is due, and whether all holidays until then are known."""
    end = bounds(slot)[1]
    if due_time.of_work:
        return workday_after(end, due_time.days)
    return end + timedelta(days=due_time.days), True


def due_of(calendar: Mapping[str, RosterDue], delivered: Delivered, today: date) -> Iterator[Due]:
    """What every unit owes or will owe next, by the calendar's order of rosters, then by unit.

    A unit owes what it has delivered before; one that the calendar names, from the start: of a unit that never
    delivered the period that ended last is told. What comes after a slot in the calendar's last year is never due.
    """
    of_roster: defaultdict[str, dict[str | None, Sequence[str]]] = defaultdict(dict)
    for (roster, unit), slots in delivered.items():
        of_roster[roster][unit] = slots
    for roster, when in calendar.items():
        slots_by_unit = of_roster[roster]
        units: set[str | None] = {*slots_by_unit, *when.units} or ({None} if when.is_named else set())
        for unit in sorted(units, key=lambda one: one or ""):
            due_time = when.allowed(unit)
            if when.every and due_time:
                slots = slots_by_unit.get(unit, ())
                newest = newest_of(slots, today)
                period = slot_after(when.every, bounds(newest)[1]) if newest else slot_before(when.every, today)
                while period and period in slots:  # what came before its time
                    period = slot_after(when.every, bounds(period)[1])
                if period:
                    yield first_missing(roster, unit, (when.every, due_time), newest, period, today)


def newest_of(slots: Sequence[str], day: date) -> str | None:
    """Of the slots that have begun by that day the one that ends last; None of none.

    One that begins later came before its time or is a slip of the pen, and what is due until then is due all the same.
    """
    return max((slot for slot in slots if bounds(slot)[0] <= day), key=lambda slot: bounds(slot)[1], default=None)


def first_missing(
    roster: str, unit: str | None, when: tuple[Recurring, DueTime], newest: str | None, period: str, today: date
) -> Due:
    """The period as what is due, with all after it that are overdue as well."""
    every, due_time = when
    day, is_certain = due_on(period, due_time)
    overdue = 0
    slot: str | None = period
    while slot and due_on(slot, due_time)[0] < today:
        overdue += 1
        slot = slot_after(every, bounds(slot)[1])
    return Due(roster, unit, period, day, is_certain, newest, max(0, (today - day).days), overdue)

"""The board of deliveries: of each unit's roster what is in force and how old it is, beside what is due and overdue."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from huimin.contracts.periods import bounds
from huimin.deliveries.calendar import RosterDue
from huimin.deliveries.due import Delivered, Due, due_of, newest_of


@dataclass(frozen=True)
class BoardLine:
    """How one unit's roster stands on a day."""

    roster: str
    unit: str | None
    newest: str | None
    """Of the slots in force that have begun the one that ends last; None when there is none."""
    age_days: int | None
    """From the end of that slot (registers: its day) to the day of the board; 0 while the slot goes on."""
    due: Due | None
    """What it owes or will owe next; None: it never owes anything."""

    @property
    def days_overdue(self) -> int:
        """0 for what is not overdue."""
        return self.due.days_overdue if self.due else 0

    def as_json(self) -> dict[str, Any]:
        """A flat dictionary; all of what is due is None where nothing ever is."""
        due = asdict(self.due) if self.due else {}
        own = {"roster": self.roster, "unit": self.unit, "newest": self.newest, "age_days": self.age_days}
        return {**own, **{name: due.get(name) for name in OF_DUE}}


OF_DUE = ("period", "due_on", "is_certain", "days_overdue", "periods_overdue")


def board_of(calendar: Mapping[str, RosterDue], delivered: Delivered, day: date) -> tuple[BoardLine, ...]:
    """A line for every unit that has a roster of the calendar in force or owes it.

    Those that are overdue come first, the longest before others; then by the calendar's order of rosters, and by unit.
    """
    dues = {(due.roster, due.unit): due for due in due_of(calendar, delivered, day)}
    places = {roster: place for place, roster in enumerate(calendar)}
    keys = {key for key, slots in delivered.items() if key[0] in places and slots} | dues.keys()
    lines = [board_line(*key, newest_of(delivered.get(key, ()), day), dues.get(key), day) for key in keys]
    return tuple(sorted(lines, key=lambda line: (-line.days_overdue, places[line.roster], line.unit or "")))


def board_line(roster: str, unit: str | None, newest: str | None, due: Due | None, day: date) -> BoardLine:
    """The line of one unit's roster."""
    return BoardLine(roster, unit, newest, max(0, (day - bounds(newest)[1]).days) if newest else None, due)

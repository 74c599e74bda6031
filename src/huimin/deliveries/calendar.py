"""The calendar of deliveries: how long after a period its roster is due, by default and as an operator declares it.

``state/calendar.toml`` has a table a roster::

    [urban_dibao]
    due = "8 workdays"          # or "10 days", or "never"
    [urban_dibao.units]         # who delivers a part of it, each with its own time; they owe it from the start
    "关山街道" = "10 workdays"

    [deaths]
    every = "month"             # a register or roster of events is due only where this is said
    due = "5 workdays"
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from huimin.contracts.contract import Contract
from huimin.contracts.periods import Recurring
from huimin.language import _
from huimin.store.stated import Wrong, read_stated, refuse_wrong, roster_fix


@dataclass(frozen=True)
class DueTime:
    """The time between the end of a period and the day on which its roster is due."""

    days: int
    of_work: bool
    """Whether only workdays count."""


NEVER = "never"
WRITTEN = re.compile(r"([1-9][0-9]{0,2}) (workday|day)s?")
DUE_FIX = _('`due = "5 workdays"`, `due = "10 days"` or `due = "never"`')
UNITS_FIX = _('`"关山街道" = "5 workdays"` below `[ROSTER.units]`')
EVERY_FIX = _('`every = "month"`, `"term"` or `"year"`')
DEFAULTS: Mapping[Recurring, DueTime] = {
    "month": DueTime(5, of_work=True),
    "term": DueTime(20, of_work=True),
    "year": DueTime(20, of_work=True),
}
"""By the period of a roster's contract. Registers and events have no period that ends, and are never due by default."""


@dataclass(frozen=True)
class RosterDue:
    """When one roster is due."""

    every: Recurring | None
    """How often; None: never."""
    due_time: DueTime | None
    """Of units that are not named; None: never due."""
    units: Mapping[str, DueTime | None] = field(default_factory=dict)
    """Of those that are."""
    is_named: bool = False
    """Whether the operator's file has a table for it."""

    def allowed(self, unit: str | None) -> DueTime | None:
        """The time that the unit has; None: it never owes the roster."""
        return self.units.get(unit, self.due_time) if unit else self.due_time


def load_calendar(place: Path, contracts: Mapping[str, Contract]) -> Mapping[str, RosterDue]:
    """When every roster of the contracts is due, in their order; all defaults when there is no file.

    Raises ContractError with all that is wrong with the file.
    """
    stated = read_stated(place, _("`[urban_dibao]` and below it {due_fix}", due_fix=DUE_FIX))
    refuse_wrong(place, (found for roster, table in stated.items() for found in wrong(roster, table, contracts)))
    return {roster: roster_due(contract, stated.get(roster)) for roster, contract in contracts.items()}


def wrong(roster: str, table: object, contracts: Mapping[str, Contract]) -> Iterator[Wrong]:
    """What is wrong with the table of one roster, and how it is written."""
    contract = contracts.get(roster)
    if contract is None:
        yield _("{roster}: no roster has this name", roster=roster), roster_fix(roster, contracts)
        return
    if not isinstance(table, dict):
        yield _("{roster}: not a table", roster=roster), _("`[{roster}]` on a line of its own", roster=roster)
        return
    for key in (key for key in table if key not in ("due", "every", "units")):
        yield _("{roster}: unknown key {key}", roster=roster, key=key), _("only due, every, units")
    if "due" in table and not is_due(table["due"]):
        yield _("{roster}.due: not a time after the period", roster=roster), DUE_FIX
    if "every" in table and table["every"] not in get_args(Recurring):
        yield _("{roster}.every: not a period", roster=roster), EVERY_FIX
    elif "every" in table and contract.period in DEFAULTS:
        yield (
            _("{roster}.every: its contract says {period} already", roster=roster, period=contract.period),
            _("[{roster}] without `every`", roster=roster),
        )
    elif "every" not in table and contract.period not in DEFAULTS:
        yield (
            _("{roster}: nothing says how often it is due", roster=roster),
            _("{every_fix} below `[{roster}]`", every_fix=EVERY_FIX, roster=roster),
        )
    units = table.get("units", {})
    if not isinstance(units, dict):
        yield _("{roster}.units: not a table", roster=roster), UNITS_FIX
        return
    for unit, due in units.items():
        if not is_due(due):
            yield _("{roster}.units.{unit}: not a time after the period", roster=roster, unit=unit), UNITS_FIX


def is_due(value: object) -> bool:
    """Whether it says when something is due, or that it never is."""
    return isinstance(value, str) and (value == NEVER or bool(WRITTEN.fullmatch(value)))


def roster_due(contract: Contract, table: Mapping[str, Any] | None) -> RosterDue:
    """When the roster is due, as its table says, which is known to be right, and by default."""
    said = table or {}
    every: Recurring | None = next((one for one in DEFAULTS if one == contract.period), said.get("every"))
    default = DEFAULTS[every] if every else None
    return RosterDue(
        every=every,
        due_time=due_time_of(said["due"]) if "due" in said else default,
        units={unit: due_time_of(due) for unit, due in said.get("units", {}).items()},
        is_named=table is not None,
    )


def due_time_of(due: str) -> DueTime | None:
    """The time as it is written; None for never."""
    found = WRITTEN.fullmatch(due)
    return DueTime(int(found[1]), of_work=found[2] == "workday") if found else None


def digest_of_calendar(calendar: Mapping[str, RosterDue]) -> str:
    """SHA-256 of when rosters are due, and of the version of the package that knows the holidays."""
    when = {roster: asdict(one) for roster, one in calendar.items()}
    return sha256(json.dumps([when, version("chinesecalendar")], sort_keys=True).encode()).hexdigest()

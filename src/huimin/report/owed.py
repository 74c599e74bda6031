"""What each department and street still owes, as the latest run knows it: counts and names of files.

Told is what is certain: clues whose time is over, files that were refused and never corrected, and rosters that are
overdue by the calendar of deliveries. Who owes a roster that never came, only ``state/calendar.toml`` can say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from huimin.clues.texts import OTHERS
from huimin.contracts.contract import Contract
from huimin.deliveries.calendar import RosterDue
from huimin.deliveries.due import due_of
from huimin.language import in_chinese
from huimin.quality.words import PROBLEM_AND_FIX
from huimin.report.board import delivered_slots, named, overdue_told
from huimin.tables.sql import literal, rows_of

CLUES, ROSTERS, FILES = "线索逾期", "名册欠交", "文件未改正"


@dataclass(frozen=True)
class Owed:
    """One thing that is owed."""

    whom: str
    """Who is reminded: a department or a street."""
    kind: str
    told: str
    roster: str | None = None
    """What was to be delivered; None for clues."""
    unit: str | None = None
    """Who delivers it; None: the department itself."""


def owed_on(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    calendar: Mapping[str, RosterDue],
    run_date: date,
    today: date,
) -> Iterator[Owed]:
    """What is owed, departments first; out of `progress`, which stands as of the run date, and `deliveries`."""
    owed: defaultdict[str, list[Owed]] = defaultdict(list)
    for row in rows_of(con, OVERDUE):
        told = f"{row['overdue']:,} 条线索已逾期（待核查 {row['open']:,} 条，截至 {run_date}）"
        owed[row["value"]].append(Owed(row["value"], CLUES, told))
    for due in due_of(calendar, delivered_slots(con), today):
        if due.days_overdue:
            contract = contracts[due.roster]
            told = f"{named(contract, due.unit)}：{in_chinese(overdue_told(due))}"
            whom = contract.department_title
            owed[whom].append(Owed(whom, ROSTERS, told, due.roster, due.unit))
    for row in rows_of(con, UNCORRECTED):
        if late := contracts.get(row["roster"]):
            told = f"{named(late, row['unit'])}：“{row['file']}”没有采用，{row['problem']}"
            whom = late.department_title
            owed[whom].append(Owed(whom, FILES, told, row["roster"], row["unit"]))
    for things in owed.values():
        for kind in (CLUES, ROSTERS, FILES):
            yield from (one for one in things if one.kind == kind)


OVERDUE = f"""
select "value", overdue, "open" from progress
where "by" in ('department', 'street') and "value" <> {literal(OTHERS)} and overdue > 0
order by "by", overdue desc, "value"
"""
UNCORRECTED = f"""
select roster, unit, file, {PROBLEM_AND_FIX} as problem from deliveries
where uncorrected order by roster, unit nulls first, file
"""
"""Refused or kept out, and nothing usable has come in its place since."""

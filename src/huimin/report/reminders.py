"""Reminders (催报): what each department and street still owes, as the latest run knows it; counts and names of files.

Told is what is certain: clues whose time is over, files that were refused and never corrected, and rosters that are
overdue by the calendar of deliveries. Who owes a roster that never came, only ``state/calendar.toml`` can say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from huimin.clues.texts import OTHERS
from huimin.contracts.contract import Contract
from huimin.deliveries.calendar import RosterDue, load_calendar
from huimin.deliveries.due import due_of
from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project
from huimin.quality.words import PROBLEM_AND_FIX
from huimin.report.board import delivered_slots, named, overdue_told
from huimin.report.monthly import lay_published, write_files
from huimin.store.access import analysts_of, give_to_analysts
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.tables.sql import literal, rows_of

CLUES, ROSTERS, FILES = "线索逾期", "名册欠交", "文件未改正"
Owed = tuple[str, str, str]
"""Who is reminded, of what kind of thing, and of what."""


@dataclass(frozen=True)
class Reminders:
    """What is owed on a day, and where it is written."""

    run: str
    day: date
    owed: tuple[Owed, ...]
    """In order: each of whom one is reminded, kind by kind."""
    text: Path

    @property
    def headline(self) -> str:
        """All of it in one sentence of counts."""
        if not self.owed:
            return "没有需要催报的事项"
        counts = {kind: sum(one[1] == kind for one in self.owed) for kind in (CLUES, ROSTERS, FILES)}
        told = "，".join(f"{kind} {count:,} 项" for kind, count in counts.items() if count)
        return f"催报 {len({whom for whom, _, _ in self.owed}):,} 个部门和街道：{told}"


def write_reminders(root: Root, project: Project, today: date) -> Reminders:
    """What is owed today, written as text into ``reports/reminders`` of the root, a paragraph for each to be sent.

    Raises UsageError before the first run, ContractError for a calendar that cannot be used, PublishError when it
    cannot be written.
    """
    run = root.latest()
    if run is None:
        raise UsageError(str(root.path), _("nothing is published here yet"), _("run `huimin run` first"))
    run_date = read_manifest(root.published / run).facts.run_date
    calendar = load_calendar(root.calendar(), project.contracts)
    with duckdb.connect() as con:
        lay_published(con, root, run)
        owed = tuple(owed_on(con, project.contracts, calendar, run_date, today))
    folder = root.path / "reports" / "reminders"
    write_files(folder, {f"{today}.txt": "\n".join(paragraphs(owed, today)).encode()})
    give_to_analysts(folder, analysts_of(root))
    return Reminders(run, today, owed, folder / f"{today}.txt")


def owed_on(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    calendar: Mapping[str, RosterDue],
    run_date: date,
    today: date,
) -> Iterator[Owed]:
    """What is owed, departments first; out of `progress`, which stands as of the run date, and `deliveries`."""
    owed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows_of(con, OVERDUE):
        told = f"{row['overdue']:,} 条线索已逾期（待核查 {row['open']:,} 条，截至 {run_date}）"
        owed[row["value"]].append((CLUES, told))
    for due in due_of(calendar, delivered_slots(con), today):
        if due.days_overdue:
            roster = contracts[due.roster]
            owed[roster.department_title].append((ROSTERS, f"{named(roster, due.unit)}：{overdue_told(due)}"))
    for row in rows_of(con, UNCORRECTED):
        if contract := contracts.get(row["roster"]):
            told = f"{named(contract, row['unit'])}：“{row['file']}”没有采用，{row['problem']}"
            owed[contract.department_title].append((FILES, told))
    for whom, things in owed.items():
        for kind in (CLUES, ROSTERS, FILES):
            yield from ((whom, kind, told) for one, told in things if one == kind)


def paragraphs(owed: tuple[Owed, ...], today: date) -> Iterator[str]:
    """The lines of the text: a paragraph for each of whom one is reminded."""
    yield f"惠民催报 {today}"
    before = None
    for whom, kind, told in owed:
        if whom != before:
            yield from ("", f"{whom}：")
        yield f"　{kind}　{told}"
        before = whom
    if not owed:
        yield from ("", "没有需要催报的事项")
    yield ""


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

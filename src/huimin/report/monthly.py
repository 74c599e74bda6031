"""The monthly report: the last complete run of a month, with all that was decided until the month ended."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from huimin.deliveries.calendar import load_calendar
from huimin.errors import UsageError
from huimin.figures.progress import lay_progress
from huimin.figures.rates import lay_rates
from huimin.language import _
from huimin.ledger.fold import lay_carried, move_on
from huimin.ledger.plans import drawn_lists
from huimin.ledger.records import Record, records_of
from huimin.matching.policy import lay_policy
from huimin.project import Project
from huimin.report.book import workbook
from huimin.report.content import gather_content
from huimin.report.month import MonthFigure, days_of, gather_edition
from huimin.report.page import page
from huimin.store.access import analysts_of, give_to_analysts
from huimin.store.audit import RELEASE, notes
from huimin.store.manifest import Manifest, read_manifest
from huimin.store.root import RUN_NAME, Root, unwritable, write_whole
from huimin.store.rotated import rekey
from huimin.tables.declared import DECISIONS, TABLES
from huimin.tables.key import unlocked
from huimin.tables.published import lay_table, published_rows
from huimin.tables.sql import parquet
from huimin.zone import local

PAGE, WORKBOOK = "report.html", "report.xlsx"


@dataclass(frozen=True)
class MonthlyReport:
    """What was written of a month."""

    month: date
    run: str
    run_date: date
    decided_on: date
    lines: tuple[MonthFigure, ...]
    report: Path
    workbook: Path

    @property
    def headline(self) -> str:
        """The month in one sentence of counts."""
        counts = "，".join(f"{line.title} {line.month}" for line in self.lines)
        return f"月报 {self.month:%Y-%m}（运行 {self.run}）：{counts}"

    def as_json(self) -> dict[str, object]:
        """A JSON-ready dictionary."""
        return {
            **asdict(self),
            "month": f"{self.month:%Y-%m}",
            "report": str(self.report),
            "workbook": str(self.workbook),
        }


def write_monthly(root: Root, project: Project, month: date, today: date, folder: Path | None = None) -> MonthlyReport:
    """The month's report, written as page and workbook into the folder, by default ``reports/<YYYY-MM>`` of the root.

    Of the last complete run with a run date in the month, and of what was decided until the month's end or today.
    Raises UsageError for a month to come and one without
    a run, ContractError, RuleError, and PublishError when it cannot be written whole.
    """
    run = run_of(root, month, today)
    manifest = read_manifest(root.published / run)
    run_date, until = manifest.facts.run_date, min(days_of(month).last, today)
    calendar = load_calendar(root.calendar(), project.contracts)
    with closing(unlocked(duckdb.connect())) as con:
        lay_published(con, root, run)
        rekey(con, root, "clues", "ledger", "decisions")
        lay_policy(con, project.policy_of(root))
        go_on(con, root, manifest, until)
        content = gather_content(con, run, run_date, project.contracts, project.rules, calendar)
        edition = gather_edition(con, month, until, project.contracts)
    place = folder or root.path / "reports" / f"{month:%Y-%m}"
    write_files(place, {PAGE: page(content, edition).encode(), WORKBOOK: workbook(content, edition)})
    if folder is None:
        give_to_analysts(place, analysts_of(root))
    return MonthlyReport(edition.month, run, run_date, until, edition.lines, place / PAGE, place / WORKBOOK)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes each file of the folder whole. Raises PublishError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as fault:
        raise unwritable(folder, fault) from fault


def run_of(root: Root, month: date, today: date) -> str:
    """The last complete run of the month. Raises UsageError."""
    days, name = days_of(month), f"{month:%Y-%m}"
    if days.first > today:
        raise UsageError("--month", _("{name} is still to come", name=name), _("give this month or an earlier one"))
    released = {one["run"] for one in notes(root, RELEASE)}
    complete = {
        folder.name: facts.run_date
        for folder in root.published.glob("*")
        if RUN_NAME.fullmatch(folder.name)
        and not (facts := read_manifest(folder).facts).only
        and (not facts.held or folder.name in released)
    }
    found = [(run_date, run) for run, run_date in complete.items() if days.first <= run_date <= days.last]
    if not found:
        others = _("the last one is of {day}", day=max(complete.values())) if complete else _("there is none at all")
        raise UsageError(
            "--month",
            _("{name} has no complete run; {others}", name=name, others=others),
            _("give another month, or `huimin run` first"),
        )
    return max(found)[1]


def lay_published(con: duckdb.DuckDBPyConnection, root: Root, run: str) -> None:
    """Every published table of the run, and `decisions`; one or a column that the run did not have yet is empty."""
    folder = root.published / run
    for table in TABLES:
        place = folder / (table.name if table.name == "clues" else f"{table.name}.parquet")
        lay_table(con, table, published_rows(table, folder) if place.exists() else None)
    decisions = root.restricted / run / "decisions.parquet"
    lay_table(con, DECISIONS, parquet(decisions) if decisions.exists() else None)


def go_on(con: duckdb.DuckDBPyConnection, root: Root, manifest: Manifest, until: date) -> None:
    """Moves what the run said of its ledger on by the records taken in since, up to that day."""
    known = {Path(used.path).parent.name for used in manifest.facts.records}
    records = [record for record in records_of(root) if record.record in known or taken_on(record) <= until]
    later = [record.decisions for record in records if record.record not in known]
    if later:
        lay_carried(con, None)
        con.execute("insert into carried_ledger by name from ledger")
        move_on(con, later)
        con.execute("truncate ledger")
        con.execute("insert into ledger by name from previous_ledger")
        con.execute("update clues set state = l.state from ledger as l where l.clue_id = clues.clue_id")
    for place in later:
        con.execute(f"insert into decisions by name select * from {parquet(place)}")
    lay_rates(con, manifest.facts.run_date, drawn_lists(records))
    lay_progress(con, manifest.facts.run_date)


def taken_on(record: Record) -> date:
    """The day on which the record was taken in."""
    return local(datetime.fromisoformat(record.receipt["decided_at"])).date()

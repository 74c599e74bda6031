"""Reminders (催报): what each department and street still owes, as text and as a workbook, for somebody to send on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb

from huimin.deliveries.calendar import load_calendar
from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project
from huimin.report.monthly import lay_published, write_files
from huimin.report.owed import CLUES, FILES, ROSTERS, Owed, owed_on
from huimin.report.reminders_book import NOTHING_OWED, write_reminders_book
from huimin.store.access import analysts_of, give_to_analysts
from huimin.store.disk import written_whole
from huimin.store.manifest import read_manifest
from huimin.store.root import Root


@dataclass(frozen=True)
class Reminders:
    """What is owed on a day, and where it is written."""

    run: str
    day: date
    owed: tuple[Owed, ...]
    """In order: each of whom one is reminded, kind by kind."""
    text: Path
    workbook: Path

    @property
    def headline(self) -> str:
        """All of it in one sentence of counts."""
        if not self.owed:
            return NOTHING_OWED
        counts = {kind: sum(one.kind == kind for one in self.owed) for kind in (CLUES, ROSTERS, FILES)}
        told = "，".join(f"{kind} {count:,} 项" for kind, count in counts.items() if count)
        return f"催报 {len({one.whom for one in self.owed}):,} 个部门和街道：{told}"


def write_reminders(root: Root, project: Project, today: date) -> Reminders:
    """What is owed today, written into ``reports/reminders`` of the root: a paragraph and a sheet for each to be sent.

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
    text, workbook = (folder / f"{today}{ending}" for ending in (".txt", ".xlsx"))
    write_files(folder, {text.name: "\n".join(paragraphs(owed, today)).encode()})
    with written_whole(folder):
        write_reminders_book(workbook, today, owed)
    give_to_analysts(folder, analysts_of(root))
    return Reminders(run, today, owed, text, workbook)


def paragraphs(owed: tuple[Owed, ...], today: date) -> Iterator[str]:
    """The lines of the text: a paragraph for each of whom one is reminded."""
    yield f"惠民催报 {today}"
    for whom, things in groupby(owed, key=lambda one: one.whom):
        yield from ("", f"{whom}：")
        yield from (f"　{one.kind}　{one.told}" for one in things)
    if not owed:
        yield from ("", NOTHING_OWED)
    yield ""

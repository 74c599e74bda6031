"""Reminders (催报): what each department and street still owes, as text and as a workbook, for somebody to send on.

Beside it stands whom to call, as ``state/contacts.toml`` says: in the files alone, never in what a log or a page shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.calendar import load_calendar
from huimin.deliveries.contacts import Contacts, load_contacts
from huimin.project import Project
from huimin.report.contacts_told import LIAISON, POLICY, contact_rows, liaison_of, policy_of, unit_contact
from huimin.report.monthly import lay_published, write_files
from huimin.report.owed import CLUES, FILES, ROSTERS, Owed, owed_on
from huimin.report.reminders_book import NOTHING_OWED, write_reminders_book
from huimin.store.access import analysts_of, give_to_analysts
from huimin.store.disk import written_whole
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.tables.key import unlocked


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

    Raises UsageError before the first run, ContractError for a calendar or contacts that cannot be used, PublishError
    when it cannot be written.
    """
    run = root.newest()
    run_date = read_manifest(root.published / run).facts.run_date
    calendar = load_calendar(root.calendar(), project.contracts)
    contacts = load_contacts(root.contacts(), project.contracts)
    with unlocked(duckdb.connect()) as con:
        lay_published(con, root, run)
        owed = tuple(owed_on(con, project.contracts, calendar, run_date, today))
        people = list(contact_rows(con, contacts, project.contracts))
    folder = root.path / "reports" / "reminders"
    text, workbook = (folder / f"{today}{ending}" for ending in (".txt", ".xlsx"))
    write_files(folder, {text.name: "\n".join(paragraphs(owed, today, contacts, project.contracts)).encode()})
    with written_whole(folder):
        write_reminders_book(workbook, today, owed, contacts, people)
    give_to_analysts(folder, analysts_of(root))
    return Reminders(run, today, owed, text, workbook)


def paragraphs(
    owed: Sequence[Owed], today: date, contacts: Contacts, contracts: Mapping[str, Contract]
) -> Iterator[str]:
    """The lines of the text: a paragraph for each of whom one is reminded, with whom to call."""
    yield f"惠民催报 {today}"
    for whom, things in groupby(owed, key=lambda one: one.whom):
        yield from ("", f"{whom}：")
        if liaison := liaison_of(whom, contacts):
            yield f"　{LIAISON}　{liaison}"
        yield from (f"　{POLICY}　{contact}（{of}）" for of, contact in policy_of(whom, contacts, contracts))
        for one in things:
            own = unit_contact(one, contacts)
            yield f"　{one.kind}　{one.told}{f'；{LIAISON} {own}' if own else ''}"
    if not owed:
        yield from ("", NOTHING_OWED)
    yield ""

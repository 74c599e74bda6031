"""The last step of a night: what was concluded becomes a run, published whole."""

import json
import shutil
from collections import defaultdict
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from huimin.clues.texts import add_masked_texts
from huimin.deliveries.calendar import digest_of_calendar
from huimin.deliveries.limits import digest_of_limits
from huimin.deliveries.slots import Standing, in_force
from huimin.feedback.workbook import write_fix_books
from huimin.figures.brake import held_by_brake
from huimin.ledger.current import seen_through
from huimin.nights.conclude import Concluded
from huimin.nights.night import KEPT, PEAKS, RAN, Checked, Night, standings_of
from huimin.nights.published_run import PublishedRun, told
from huimin.publishing.balance import balance_with_deliveries, counted_of
from huimin.publishing.publish import Pages, RunFolders, publish
from huimin.report import gather_content, write_page, write_workbook
from huimin.report.quality import write_quality_pages
from huimin.returns.handed_out import ANSWERS, write_answers
from huimin.store.disk import written_whole
from huimin.store.kept import settle
from huimin.store.manifest import RunFacts, UsedDelivery
from huimin.store.rotated import id_of
from huimin.tables.work import threads
from huimin.workbooks.book_rows import Issue
from huimin.workbooks.export import WORKBOOKS, write_ledger_books
from huimin.workbooks.funds import write_funds_book
from huimin.workbooks.shelf import BOOKS_FILE, Shelf, books_in


def publish_step(night: Night, checked: Checked, concluded: Concluded) -> PublishedRun:
    """The published pair of this night, whole: what the work database holds is written, balanced and made visible."""
    root, standings = night.root, standings_of(night, checked)
    latest = not night.only and not concluded.held
    facts = run_facts(night, checked, standings, concluded)
    seen = seen_through(root, concluded.records)
    new = [record for record, used in zip(seen, concluded.records) if used.run == night.run]
    with written_whole(root.path), closing(night.open_work()) as con, threads(con, 1):
        books, shelf = night.work / WORKBOOKS, shelf_of(night, concluded)
        issue = Issue(night.run, night.run_date, root.secret())
        write_ledger_books(con, books, issue, night.rules, shelf=shelf)
        write_fix_books(con, books, night.contracts, shelf)
        write_funds_book(con, books, night.run_date)
        held = held_by_brake(con)
        content = gather_content(con, night.run, night.run_date, night.contracts, night.rules, night.calendar, held)
        pages = Pages(
            published={
                "report.html": lambda place: write_page(content, place),
                "report.xlsx": lambda place: write_workbook(content, place),
                "quality": lambda place: write_quality_pages(con.execute("from quality").pl(), night.contracts, place),
            },
            restricted={
                WORKBOOKS: lambda place: moved(books, place),
                BOOKS_FILE: shelf.leave,
                ANSWERS: lambda place: write_answers(new, place),
            },
        )
        add_masked_texts(con, "select unnest($whys::varchar[])", whys=[ruling.why for ruling in facts.rulings])
        balance_with_deliveries(con, root, night.contracts, facts, standings)
        publish(con, facts, RunFolders.of(root), pages, latest)
        settle(night.work / KEPT, root.cache)
        published = told(con, root, night.run, standings, [record.receipt for record in new], latest)
    shutil.rmtree(night.work)
    return published


def shelf_of(night: Night, concluded: Concluded) -> Shelf:
    """Where tonight's workbooks are put: beside those of the run that tonight goes on from."""
    for used in concluded.beside:
        place = night.root.path / used.path
        if place.name == BOOKS_FILE:
            return Shelf(night.run, night.run_date, books_in(place), place.parent / WORKBOOKS)
    return Shelf(night.run, night.run_date)


def moved(folder: Path, place: Path) -> None:
    """The folder stands at the place from now on."""
    shutil.move(folder, place)


def run_facts(night: Night, checked: Checked, standings: tuple[Standing, ...], concluded: Concluded) -> RunFacts:
    """What the manifest says of the run."""
    timings = [json.loads(line) for line in (night.work / "seconds.jsonl").read_text().splitlines()]
    steps: defaultdict[str, float] = defaultdict(float)
    for step, seconds in timings:
        steps[step] += seconds
    noted = night.work / PEAKS
    peaks = [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []
    ran = json.loads((night.work / RAN).read_bytes())
    return RunFacts(
        run=night.run,
        run_date=night.run_date,
        code_version=version("huimin"),
        contracts={name: contract.digest for name, contract in night.contracts.items()},
        rules={name: rule.digest for name, rule in night.rules.items()}
        | {f"views/{name}": view.digest for name, view in night.project.views.items()},
        policy={
            "policy": night.policy.digest,
            "limits": digest_of_limits(night.limits),
            "calendar": digest_of_calendar(night.calendar),
        },
        deliveries=tuple(UsedDelivery.of(standing.receipt) for standing in standings),
        in_force=tuple(counted_of(standing) for standing in in_force(standings, night.contracts)),
        previous_ledger=concluded.ledger,
        previous=concluded.beside,
        records=concluded.records,
        rulings=checked.rulings,
        only=night.only,
        strict=night.is_strict,
        held=concluded.held,
        secret=id_of(night.root.secret()),
        step_seconds=dict(steps),
        step_peaks=dict(peaks),
        rule_seconds=ran["seconds"],
        engine=ran["engine"],
    )

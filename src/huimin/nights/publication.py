"""The last step of a night: its clues become a run, published whole."""

import json
import shutil
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from huimin.clues.rules_told import lay_rules
from huimin.deliveries.limits import digest_of_limits
from huimin.deliveries.slots import Standing, in_force
from huimin.feedback.followed import lay_mends
from huimin.feedback.workbook import write_fix_books
from huimin.figures.coverage import lay_coverage
from huimin.figures.progress import lay_progress
from huimin.figures.rates import lay_rates
from huimin.figures.trend import lay_trend
from huimin.ledger.current import latest_ledger, seen_through, used_records
from huimin.ledger.fold import lay_decisions
from huimin.ledger.plans import drawn_lists
from huimin.nights.conclude import build_clues
from huimin.nights.night import Checked, Night, standings_of, timed
from huimin.nights.outcome import Published, told
from huimin.publishing.balance import balance_with_deliveries, counted_of
from huimin.publishing.publish import Pages, Places, publish
from huimin.report import gather_content, write_page, write_workbook
from huimin.report.quality import write_quality_pages
from huimin.returns.handed_out import ANSWERS, write_answers
from huimin.store.archive import hash_file
from huimin.store.disk import written_whole
from huimin.store.manifest import RunFacts, UsedDelivery, UsedFile
from huimin.store.root import Root
from huimin.tables.work import open_work
from huimin.workbooks.book_rows import Issue
from huimin.workbooks.cards import CARDS_FILE, lay_cards
from huimin.workbooks.export import WORKBOOKS, write_ledger_books

TREND = "trend.parquet"


def publish_step(
    night: Night,
    checked: Checked,
    previous: UsedFile | None = None,
    used: tuple[UsedFile, ...] | None = None,
) -> Published:
    """The published pair of this night, whole.

    `previous`: the ledger to go on from, by default the latest run's; `used`: the verification records, by default
    all that the root has.
    """
    with written_whole(night.root.path):
        return publish_whole(night, checked, previous, used)


def publish_whole(
    night: Night, checked: Checked, previous: UsedFile | None, used: tuple[UsedFile, ...] | None
) -> Published:
    """`publish_step`, whose faults of the disk are still as they came."""
    root, standings = night.root, standings_of(night, checked)
    previous = previous or latest_ledger(root)
    ledger = root.path / previous.path if previous else None
    trend = carried(root, previous, root.published, TREND)
    cards = carried(root, previous, root.restricted, CARDS_FILE)
    used = used_records(root, night.run) if used is None else used
    records = seen_through(root, used)
    new = [record for record, file in zip(records, used) if file.run == night.run]
    with closing(open_work(night.database)) as con:
        with timed(night, "clues"):
            decided = [record.decisions for record in new]
            build_clues(con, night.rules, night.contracts, root.secret(), night.run_date, ledger, decided)
            lay_decisions(con, [record.decisions for record in records])
            lay_rules(con, night.rules, standings)
        with timed(night, "mends"):
            lay_mends(con, root, standings, night.contracts)
        with timed(night, "workbooks"):
            known = root.path / cards.path if cards else None
            lay_cards(con, night.rules, night.contracts, night.run_date, known)
            issue = Issue(night.run, night.run_date, root.secret())
            write_ledger_books(con, night.work / WORKBOOKS, issue, night.rules)
            write_fix_books(con, night.work / WORKBOOKS, night.contracts)
        with timed(night, "coverage"):
            lay_coverage(con, night.contracts, night.run_date)
            lay_rates(con, night.run_date, drawn_lists(records))
            lay_progress(con, night.run_date)
            past = root.path / trend.path if trend else None
            lay_trend(con, night.run, night.run_date, past, complete=not night.only)
        content = gather_content(con, night.run, night.run_date, night.contracts, night.rules)
        pages = Pages(
            published={
                "report.html": lambda place: write_page(content, place),
                "report.xlsx": lambda place: write_workbook(content, place),
                "quality": lambda place: write_quality_pages(con.execute("from quality").pl(), night.contracts, place),
            },
            restricted={
                WORKBOOKS: lambda place: moved(night.work / WORKBOOKS, place),
                ANSWERS: lambda place: write_answers(new, place),
            },
        )
        facts = run_facts(night, standings, (previous, trend, cards), used)
        balance_with_deliveries(con, root, night.contracts, facts, standings)
        publish(con, facts, Places(root.published, root.restricted), pages, latest=not night.only)
        published = told(con, root, night.run, standings, [record.receipt for record in new], latest=not night.only)
    shutil.rmtree(night.work)
    return published


def moved(folder: Path, place: Path) -> None:
    """The folder stands at the place from now on."""
    shutil.move(folder, place)


def carried(root: Root, ledger: UsedFile | None, side: Path, name: str) -> UsedFile | None:
    """That file of the run whose ledger is gone on from; None before the first run that has one."""
    if ledger is None or ledger.run is None:
        return None
    place = side / ledger.run / name
    if not place.exists():
        return None
    return replace(ledger, path=place.relative_to(root.path).as_posix(), sha256=hash_file(place))


def run_facts(
    night: Night,
    standings: tuple[Standing, ...],
    previous: tuple[UsedFile | None, UsedFile | None, UsedFile | None],
    used: tuple[UsedFile, ...],
) -> RunFacts:
    """What the manifest says of the run. `previous`: the ledger, the trend and the cards that it went on from."""
    ledger, trend, cards = previous
    timings = [json.loads(line) for line in (night.work / "seconds.jsonl").read_text().splitlines()]
    steps: defaultdict[str, float] = defaultdict(float)
    for step, seconds in timings:
        steps[step] += seconds
    return RunFacts(
        run=night.run,
        run_date=night.run_date,
        code_version=version("huimin"),
        contracts={name: contract.digest for name, contract in night.contracts.items()},
        rules={name: rule.digest for name, rule in night.rules.items()}
        | {f"views/{name}": view.digest for name, view in night.views.items()},
        policy={"policy": night.policy.digest, "limits": digest_of_limits(night.limits)},
        deliveries=tuple(UsedDelivery.of(standing.receipt) for standing in standings),
        in_force=tuple(counted_of(standing) for standing in in_force(standings, night.contracts)),
        previous_ledger=ledger,
        previous_trend=trend,
        previous_cards=cards,
        records=used,
        only=night.only,
        step_seconds=dict(steps),
        rule_seconds=json.loads((night.work / "rule_seconds.json").read_bytes()),
    )

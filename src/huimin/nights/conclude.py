"""What tonight's hits mean: clues, the ledger moved on, rows followed, figures, cards."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from huimin.clues.masks import lay_masks
from huimin.ledger.current import latest_ledger, seen_through, used_records
from huimin.ledger.plans import drawn_lists, open_plans
from huimin.ledger.reopened import FACTS_FILE
from huimin.matching.rule import Rule
from huimin.nights.night import KEPT, READINGS, Checked, Night, standings_of, timed
from huimin.store.archive import hash_file
from huimin.store.disk import written_whole
from huimin.store.kept import ALL_PARTS, KeptParts
from huimin.store.manifest import UsedFile
from huimin.store.root import Root
from huimin.store.rotated import under_todays_secret
from huimin.tables.declared import CARDS
from huimin.tables.published import lay_table
from huimin.tables.work import Maker, kept_whole, lay_with, makers_in, ordered, threads
from huimin.workbooks.cards import CARDS_FILE, mount_cards
from huimin.workbooks.shelf import BOOKS_FILE, books_in

PACKAGES = tuple(
    f"huimin.{name}" for name in ("matching", "quality", "ledger", "clues", "figures", "workbooks", "feedback")
)
"""Where working tables are made."""


@dataclass(frozen=True)
class Concluded:
    """What the conclusion of a night went on from, for its manifest."""

    ledger: UsedFile | None
    """Of the run that is the latest; None before the first."""
    beside: tuple[UsedFile, ...]
    """What else that run left and was read."""
    records: tuple[UsedFile, ...]
    """Every verification record that it knows; those of its own run are new."""
    held: bool
    """Whether the run is held by the brake."""


@cache
def makers() -> tuple[Maker, ...]:
    """Every maker of a working table. A module that declares one is found, wherever in these packages it stands."""
    return makers_in(*PACKAGES)


def conclude_step(
    night: Night, checked: Checked, ledger: UsedFile | None = None, records: tuple[UsedFile, ...] | None = None
) -> Concluded:
    """The work database holds every table that is to be published when this returns; trying again is safe.

    `ledger`: what to go on from, by default the latest run's; `records`: by default all that the root has.
    """
    root = night.root
    with written_whole(root.path), closing(night.open_work()) as con, kept_whole(con):
        ledger = ledger or latest_ledger(root)
        beside = {name: carried(root, ledger, side, file) for name, side, file in left_by_the_latest(root)}
        records = used_records(root, night.run) if records is None else records
        seen = seen_through(root, records)
        values = {
            "root": root,
            "run": night.run,
            "run_date": night.run_date,
            "complete": not night.only,
            "project": night.project,
            "contracts": night.contracts,
            "rules": night.rules,
            "standings": standings_of(night, checked),
            "previous": place_of(root, ledger),
            "kept": KeptParts(root.cache, night.work / KEPT),
            "digests": json.loads((night.work / READINGS).read_bytes()),
            **{name: place_of(root, used) for name, used in beside.items()},
            "decisions": [record.decisions for record in seen],
            "decided_since": [r.decisions for r, used in zip(seen, records) if used.run == night.run],
            "drawn": drawn_lists(seen),
            "open_plans": open_plans(seen),
        }
        lay_masks(con, root.secret())
        with threads(con, 1) as all_threads:
            for maker in concluding():
                with timed(night, f"conclude {maker.name}"), threads(con, all_threads if maker.whole else 1):
                    lay_with(con, maker, values)
        ((held,),) = con.execute("select is_held from brake").fetchall()
    return Concluded(ledger, tuple(filter(None, beside.values())), records, held)


def left_by_the_latest(root: Root) -> Iterator[tuple[str, Path, str]]:
    """What makers ask for by this name, on which side of the latest run it stands, and its file there."""
    yield "past_trend", root.published, "trend.parquet"
    yield "past_rules", root.published, "rules.parquet"
    yield "past_deliveries", root.published, "deliveries.parquet"
    yield "past_cards", root.restricted, CARDS_FILE
    yield "past_facts", root.restricted, FACTS_FILE
    yield "past_books", root.restricted, BOOKS_FILE


def concluding() -> list[Maker]:
    """The makers that run after the match, in their order."""
    return ordered((one for one in makers() if one.step == "conclude"), standing=matched())


def matched() -> tuple[str, ...]:
    """The working tables that stand when the rules have run."""
    return tuple(table for maker in makers() if maker.step == "match" for table in maker.tables)


def lay_tables(
    con: duckdb.DuckDBPyConnection, wanted: Collection[str], values: Mapping[str, Any], standing: Collection[str] = ()
) -> None:
    """Makes the wanted tables, and all that they need, over a matched work database on which the masks are laid.

    `values`: what their makers ask for; `standing`: tables that somebody made otherwise.
    """
    after_match = [maker for maker in makers() if maker.step == "conclude"]
    for maker in ordered(after_match, standing=(*matched(), *standing), wanted=wanted):
        lay_with(con, maker, {"kept": ALL_PARTS, "digests": {}, **values})


@contextmanager
def clues_alone(night: Night, rules: Mapping[str, Rule]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The matched work database of a trial with the table `clues` of its hits, as if no ledger stood behind them.

    Keys and masks are under no root's secret: they can be told apart within the trial, and say nothing outside.
    """
    values = {"previous": None, "decided_since": (), "open_plans": (), "past_facts": None}
    with trial_tables(night, rules, bytes(32), ("clues",), values) as con:
        yield con


@contextmanager
def clues_next(night: Night, rules: Mapping[str, Rule], root: Root) -> Iterator[duckdb.DuckDBPyConnection]:
    """The matched work database of a trial with the table `clues` of its hits, as the root's next run would have them.

    They have the root's keys, and the states that its ledger and all decisions give them. Beside them stand the tables
    `previous_ledger`, `decisions` and `cards` of the root; before its first run they are empty. Raises PublishError
    when the ledger or a record is gone or damaged.
    """
    ledger = latest_ledger(root)
    used = used_records(root, "")
    seen = seen_through(root, used)
    beside = {name: place_of(root, carried(root, ledger, side, file)) for name, side, file in left_by_the_latest(root)}
    values = {
        **beside,
        "previous": place_of(root, ledger),
        "decisions": [record.decisions for record in seen],
        "decided_since": [record.decisions for record, file in zip(seen, used) if file.run == ""],
        "open_plans": open_plans(seen),
    }
    secret = root.secret() if ledger else bytes(32)
    with trial_tables(night, rules, secret, ("clues", "decisions"), values) as con:
        cards = beside["past_cards"]
        if cards:
            mount_cards(con, cards)
        else:
            lay_table(con, CARDS, None)
        yield con


@contextmanager
def trial_tables(
    night: Night, rules: Mapping[str, Rule], secret: bytes, wanted: Collection[str], values: Mapping[str, Any]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The matched work database of a trial with the wanted tables; `values`: what the past gives their makers."""
    own = {"rules": rules, "contracts": night.contracts, "run_date": night.run_date}
    with closing(night.open_work()) as con:
        lay_masks(con, secret)
        lay_tables(con, wanted, {**own, **values})
        yield con


def carried(root: Root, ledger: UsedFile | None, side: Path, file: str) -> UsedFile | None:
    """A file of the run whose ledger tonight goes on from; None where there is no such run or file.

    What is told of its workbooks is none where it is not as it was left: nothing goes on from that, so that no replay
    asks for the damaged file.
    """
    if ledger is None or ledger.run is None:
        return None
    place = under_todays_secret(root, side / ledger.run / file)
    if not place.is_file() or (file == BOOKS_FILE and not books_in(place)):
        return None
    return replace(ledger, path=place.relative_to(root.path).as_posix(), sha256=hash_file(place))


def place_of(root: Root, used: UsedFile | None) -> Path | None:
    """Where the file stands."""
    return root.path / used.path if used else None

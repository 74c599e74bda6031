"""Tonight's tables in a test, over a work database whose rules have run."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from huimin.clues.masks import lay_masks
from huimin.clues.texts import lay_texts_carried
from huimin.contracts.contract import Contract
from huimin.matching.rule import Rule
from huimin.nights.conclude import lay_tables
from huimin.tables.declared import DELIVERIES, QUALITY, column_types

CLUE_TABLES = ("clues", "evidence", "identities", "ledger", "changes", "statistics", "exposure")


def lay_told(con: duckdb.DuckDBPyConnection) -> None:
    """What is told of deliveries, empty: a night lays it before it concludes."""
    con.execute(f"create table told_deliveries ({column_types(DELIVERIES)})")
    con.execute(f"create table told_quality ({column_types(QUALITY)})")


def conclude(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    contracts: Mapping[str, Contract],
    secret: bytes,
    run_date: date,
    previous: Path | None = None,
    decided_since: Sequence[Path] = (),
    wanted: Collection[str] = CLUE_TABLES,
    standing: Collection[str] = (),
    least: int = 1,
    **more: object,
) -> None:
    """Makes the wanted tables and all that they need; `standing` are those that the test has laid itself.

    `least`: how many persons make a street common; in a small world one does.
    """
    lay_masks(con, secret)
    lay_texts_carried(con, contracts, least)
    standing = (*standing, "common_texts")
    values = {
        "rules": rules,
        "contracts": contracts,
        "run_date": run_date,
        "previous": previous,
        "decided_since": decided_since,
        "open_plans": (),
        "past_facts": None,
        **more,
    }
    lay_tables(con, wanted, values, standing)

"""The published tables of a run that is over, as SQL sources."""

from pathlib import Path

import duckdb

from huimin.tables.declared import CLUES, PublishedTable
from huimin.tables.sql import parquet, quoted


def published_rows(table: PublishedTable, folder: Path) -> str:
    """SQL that reads the table's published Parquet."""
    if table is CLUES:
        return parquet(
            folder / table.name, "**/*.parquet", "hive_partitioning = true", "hive_types = {'rule': varchar}"
        )
    return parquet(folder / f"{table.name}.parquet")


def mount_published(con: duckdb.DuckDBPyConnection, table: PublishedTable, folder: Path, name: str = "") -> None:
    """View of that name, by default the table's own, over a run's published Parquet."""
    con.execute(f"create or replace temp view {quoted(name or table.name)} as from {published_rows(table, folder)}")

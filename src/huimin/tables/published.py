"""The published tables of a run that is over, as SQL sources."""

from pathlib import Path

import duckdb

from huimin.tables.declared import CLUES, PublishedTable, column_types
from huimin.tables.sql import parquet, parquet_below, quoted


def published_rows(table: PublishedTable, folder: Path) -> str:
    """SQL that reads the table's published Parquet."""
    if table is CLUES:
        return parquet_below(
            folder / table.name, "**/*.parquet", "hive_partitioning = true", "hive_types = {'rule': varchar}"
        )
    return parquet(folder / f"{table.name}.parquet")


def mount_published(con: duckdb.DuckDBPyConnection, table: PublishedTable, folder: Path, name: str = "") -> None:
    """View of that name, by default the table's own, over a run's published Parquet."""
    con.execute(f"create or replace temp view {quoted(name or table.name)} as from {published_rows(table, folder)}")


def lay_table(con: duckdb.DuckDBPyConnection, table: PublishedTable, source: str | None) -> None:
    """The table with its declared columns, filled from the source by name; what an older run's lacks is null."""
    con.execute(f"create table {quoted(table.name)} ({column_types(table)})")
    if source:
        con.execute(f"insert into {quoted(table.name)} by name select * from {source}")

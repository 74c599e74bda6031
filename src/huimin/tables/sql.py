"""Texts and files in SQL, and the rows that come back."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.tables.key import KEY_NAME, is_encrypted

UNPARTITIONED = "hive_partitioning = false"
"""Option of `read_parquet`: a folder of the path that is called `x=1` makes no column `x`."""
WITH_KEY = f"{UNPARTITIONED}, encryption_config = {{footer_key: '{KEY_NAME}'}}"
"""The same for encrypted files, on a connection that is `unlocked`."""


def literal(text: str | Path) -> str:
    """The text, or the path's, as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """The texts, sorted, as an SQL list; of none, one that nothing equals."""
    return ", ".join(literal(text) for text in sorted(texts)) or "null"


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def exact(place: Path) -> str:
    """The path as a pattern of file names that nothing else matches: in brackets `*` and `?` are themselves."""
    return re.sub(r"[\[*?]", r"[\g<0>]", str(place))


def parquet(place: Path) -> str:
    """What reads the Parquet file at that place, plain or encrypted, in a FROM."""
    return parquets([place])


def parquets(places: Sequence[Path]) -> str:
    """What reads all rows of these files of one shape, plain or encrypted each, in a FROM; of one file at least."""
    files: dict[str, list[str]] = {}
    for place in places:
        files.setdefault(WITH_KEY if is_encrypted(place) else UNPARTITIONED, []).append(literal(exact(place)))
    readers = [f"read_parquet([{', '.join(alike)}], {option})" for option, alike in files.items()]
    return readers[0] if len(readers) == 1 else f"({' union all by name '.join(f'from {one}' for one in readers)})"


def parquet_below(folder: Path, pattern: str, *options: str) -> str:
    """The table function that reads the plain files below the folder that fit the pattern."""
    return f"read_parquet({', '.join((literal(f'{exact(folder)}/{pattern}'), *options))})"


def rows_of(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[dict[str, Any]]:
    """The rows of the query, by column."""
    result = con.execute(sql, values) if values else con.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row)) for row in result.fetchall()]


def lay_frame(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """The frame stands as a temporary table, in the place of one of that name."""
    con.register("laying", frame)
    con.execute(f"create or replace temp table {table} as from laying")
    con.unregister("laying")


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """The rows stand in the table, by one statement: a statement a row costs more than the row."""
    if rows:
        marks = f"({', '.join('?' * len(rows[0]))})"
        con.execute(f"insert into {table} values {', '.join([marks] * len(rows))}", list(chain(*rows)))

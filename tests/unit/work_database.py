"""Small work databases for the tests of clues and what follows from them: rosters and hits drawn as text."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb

from concluding import lay_told
from huimin.cells import TYPES
from huimin.contracts.contract import Contract
from huimin.matching.match import HITS, OUTCOMES, lay_run
from huimin.matching.mount import lay_mounted, mount
from huimin.matching.rule import Rule
from nights import PROJECT

RUN_DATE = date(2023, 9, 1)
SECRET = b"a secret of the tests only"


@cache
def contracts() -> Mapping[str, Contract]:
    return PROJECT.contracts


def rule(name: str, **changes: Any) -> Rule:
    """A rule as far as clues need it: title, tier, amount, subject, part and summary may be changed."""
    usual: dict[str, Any] = {
        "title": f"规则{name}", "position": 100, "tier": 1, "items": (), "reads": (), "optional": (), "absence": (),
        "policy": (), "amount": "payment", "subject": "text", "part": "main", "basis": "", "ask": "",
        "mistaken_when": (), "population": "", "summary": "{name}{span}领取{item_title}。", "enabled": True, "sql": "",
        "digest": "", "columns": (), "tables": (),
    }  # fmt: skip
    made = {**usual, **changes}
    return Rule(rule=name, **{**made, "subject": TYPES[made["subject"]]})


def catalogue(*rules: Rule) -> dict[str, Rule]:
    return {each.rule: each for each in rules}


def drawn(text: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn as text; an empty cell is null."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    titles = [cell.strip() for cell in lines[0].split("|")]
    return [dict(zip(titles, (cell.strip() or None for cell in line.split("|")))) for line in lines[1:]]


def fill(con: duckdb.DuckDBPyConnection, table: str, text: str) -> None:
    """Append the drawn rows; columns that are not drawn are null."""
    for row in drawn(text):
        columns = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" for _ in row)
        con.execute(f'insert into "{table}" ({columns}) values ({marks})', list(row.values()))
    if table in contracts():
        lay_mounted(con, table)


def work_database(**tables: str) -> duckdb.DuckDBPyConnection:
    """An in-memory work database of the run date 2023-09-01 with these rows in it."""
    con = duckdb.connect()
    mount(con, contracts(), {})
    lay_run(con, RUN_DATE)
    con.execute(HITS)
    con.execute(OUTCOMES)
    lay_told(con)
    for table, text in tables.items():
        fill(con, table, text)
    return con


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return con.execute(sql).fetchall()


def column(con: duckdb.DuckDBPyConnection, sql: str) -> list[object]:
    return [row[0] for row in rows(con, sql)]


def shuffled(con: duckdb.DuckDBPyConnection, tables: Iterable[str], seed: int) -> None:
    """Put the rows of these tables into another order."""
    for table in tables:
        con.execute(f"create or replace table {table} as from {table} order by hash(rowid + {seed})")

"""Small work databases for the tests of clues and what follows from them: rosters and hits drawn as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

RUN_DATE = date(2023, 9, 1)

PROVENANCE = "ref bigint, delivery varchar, sheet varchar, row integer"
ROSTERS = {
    "urban_dibao": "name varchar, id_number varchar, household_head_id varchar, street varchar, community varchar, "
    "amount decimal(14,2), period date, bank varchar, account varchar",
    "tekun": "name varchar, id_number varchar, street varchar, community varchar, amount decimal(14,2), period date",
    "population": "name varchar, id_number varchar, household_number varchar, street varchar, community varchar, "
    "status varchar",
    "vehicles": "name varchar, id_number varchar, plate varchar, vin varchar",
    "poverty_funds": "project varchar, street varchar, invested decimal(14,2), year integer",
    "exemptions": "rule varchar, name varchar, id_number varchar, subject varchar, reason varchar, from_on date, "
    "to_on date",
}
HITS = (
    "rule varchar, item varchar, id_number varchar, subject varchar, starts_on date, ends_on date, "
    "amount decimal(14,2), tier tinyint, payment bigint, register bigint, name varchar, facts varchar"
)
ITEMS = """
item          | title            | department    | department_title | position
urban_dibao   | 城市低保         | civil_affairs | 区民政局         | 2
tekun         | 特困人员救助供养 | civil_affairs | 区民政局         | 3
poverty_funds | 扶贫资金投入使用 | poverty_office | 区扶贫办        | 31
"""


@dataclass(frozen=True)
class RuleHead:
    """As much of a rule as clues are made with."""

    rule: str
    title: str = "同时享受低保和特困"
    tier: int = 1
    amount: str = "payment"
    subject: str = "text"
    part: str = "main"
    summary: str = "{name}{span}领取{item_title}。"


def heads(*rules: RuleHead) -> dict[str, RuleHead]:
    return {rule.rule: rule for rule in rules}


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


def work_database(**tables: str) -> duckdb.DuckDBPyConnection:
    """An in-memory work database of the run date 2023-09-01 with these rows in it."""
    con = duckdb.connect()
    con.execute(f"create table run as select date '{RUN_DATE}' as run_date")
    con.execute(
        "create table items (item varchar, title varchar, department varchar, department_title varchar, "
        "position integer)"
    )
    con.execute(f"create table hits ({HITS})")
    con.execute("create table deliveries (delivery varchar, roster varchar, file varchar)")
    con.execute(
        "create table rule_outcomes (rule varchar, version varchar, tier tinyint, status varchar, why varchar, "
        "population bigint, periods_not_judged bigint)"
    )
    for roster, columns in ROSTERS.items():
        con.execute(f"create table {roster} ({columns}, {PROVENANCE})")
    fill(con, "items", ITEMS)
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

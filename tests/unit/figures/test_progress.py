"""How far the ledger is worked off."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from huimin.figures.progress import lay_progress
from huimin.tables.declared import LEDGER, PROGRESS
from huimin.tables.sql import quoted
from unit.published_run import drawn

RUN_DATE = date(2023, 9, 1)
ROWS = """
clue_id | street | department | state    | outcome  | first_seen | reopened_on | deadline_on | due_amount | recovered_amount
01      | 东街   | 民政       | 待核查   |          | 2023-08-02 |             |             |            |
02      | 东街   | 民政       | 待核查   |          | 2023-08-01 |             |             |            |
03      | 东街   | 民政       | 待核查   | 查否     | 2023-01-01 | 2023-08-20  |             |            |
04      | 东街   | 民政       | 待定     | 待定     | 2023-01-01 |             |             |            |
05      | 东街   | 教育       | 查实     | 查实     | 2023-01-01 |             | 2023-08-31  | 900.00     |
06      | 东街   | 教育       | 部分查实 | 部分查实 | 2023-01-01 |             | 2023-09-01  | 100.00     | 40.00
07      | 西街   | 教育       | 改判查实 | 改判查实 | 2023-01-01 |             |             |            |
08      | 西街   | 教育       | 整改中   | 查实     | 2023-01-01 |             | 2023-01-01  | 50.00      | 50.00
09      | 西街   | 教育       | 已销号   | 查实     | 2023-01-01 |             | 2023-01-01  | 10.00      | 10.00
10      | 西街   | 教育       | 已销号   | 查否维持 | 2023-01-01 |             |             |            |
11      | 西街   |            | 查否     | 查否     | 2023-01-01 |             |             |            |
12      |        |            | 复核中   | 查否     | 2023-01-01 |             |             |            |
13      |        |            | 查否维持 | 查否维持 | 2023-01-01 |             |             |            |
14      | 东街   | 民政       | 豁免     |          | 2023-01-01 |             |             |            |
15      | 北街   | 农业       | 自然消除 |          | 2023-01-01 |             |             |            |
"""


def progress(rows: str = ROWS, days: int = 30) -> dict[tuple[str, str | None], dict[str, object]]:
    """The rows of `progress` by what they count."""
    con = duckdb.connect()
    con.execute(f"create table ledger ({', '.join(f'{quoted(c.name)} {c.type}' for c in LEDGER.columns)})")
    for row in drawn(rows):
        names = ", ".join(quoted(name) for name in row)
        con.execute(f"insert into ledger ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
    con.execute(
        f"create table policy_verification_days as select date '1900-01-01' as from_on, date '9999-12-31' as to_on, {days} as value"
    )
    lay_progress(con, RUN_DATE)
    described = [(name, kind) for name, kind, *_ in con.execute("describe progress").fetchall()]
    assert described == [(column.name, column.type) for column in PROGRESS.columns]
    found = con.execute("from progress")
    names = [column[0] for column in found.description]
    return {(row[0], row[1]): dict(zip(names, row)) for row in found.fetchall()}


def test_all_are_counted_by_what_was_found_and_where_they_stand():
    whole = progress()[("all", None)]
    counts = {name: whole[name] for name in ("clues", "open", "pending", "confirmed", "unfounded")}
    assert counts == {"clues": 13, "open": 3, "pending": 1, "confirmed": 5, "unfounded": 4}
    assert (whole["rechecking"], whole["mending"], whole["closed"]) == (1, 1, 2)
    assert (whole["due_amount"], whole["recovered_amount"]) == (Decimal("1060.00"), Decimal("100.00"))


@pytest.mark.parametrize("by", ["street", "department"])
def test_the_parts_add_up_to_all_and_every_clue_is_in_one_of_four(by):
    found = progress()
    whole, parts = found[("all", None)], [row for (kind, _), row in found.items() if kind == by]
    for name in (column.name for column in PROGRESS.columns[2:]):
        assert sum(row[name] for row in parts) == whole[name], name
    for row in found.values():
        assert row["clues"] == row["open"] + row["pending"] + row["confirmed"] + row["unfounded"]


def test_unknown_streets_and_departments_are_rows_of_their_own_and_finished_units_none():
    found = progress()
    assert found[("street", None)]["clues"] == 2
    assert found[("department", None)]["clues"] == 3
    assert ("street", "北街") not in found


@pytest.mark.parametrize(
    ("row", "overdue"),
    [
        ("待核查   |        | 2023-08-02 |            |            ", 0),
        ("待核查   |        | 2023-08-01 |            |            ", 1),
        ("待核查   | 查否   | 2023-01-01 | 2023-08-02 |            ", 0),
        ("待核查   | 查否   | 2023-01-01 | 2023-08-01 |            ", 1),
        ("查实     | 查实   | 2023-01-01 |            | 2023-09-01 ", 0),
        ("查实     | 查实   | 2023-01-01 |            | 2023-08-31 ", 1),
        ("整改中   | 查实   | 2023-01-01 |            | 2023-08-31 ", 1),
        ("已销号   | 查实   | 2023-01-01 |            | 2023-08-31 ", 0),
        ("待定     | 待定   | 2023-01-01 |            |            ", 0),
        ("查否     | 查否   | 2023-01-01 |            |            ", 0),
        ("豁免     |        | 2023-01-01 |            | 2023-08-31 ", 0),
    ],
    ids=[
        "30 days", "31 days", "30 days since it opened again", "31 days since it opened again", "the deadline itself",
        "the day after the deadline", "rectified late", "closed", "waiting for a ruling", "unfounded", "exempt",
    ],
)  # fmt: skip
def test_overdue_is_what_nobody_verified_in_time_or_rectified_in_time(row, overdue):
    drawn_row = f"state | outcome | first_seen | reopened_on | deadline_on\n{row}"
    assert progress(drawn_row)[("all", None)]["overdue"] == overdue


def test_the_days_are_the_policys():
    row = "state | first_seen\n待核查 | 2023-08-20"
    assert progress(row, days=11)[("all", None)]["overdue"] == 1
    assert progress(row, days=12)[("all", None)]["overdue"] == 0


def test_an_empty_ledger_still_has_its_row_of_all():
    found = progress("clue_id\n")
    assert list(found) == [("all", None)]
    assert found[("all", None)]["clues"] == 0
    assert found[("all", None)]["due_amount"] == Decimal("0.00")


def test_sums_are_whole_however_large():
    rows = "\n".join(
        ["clue_id | state | outcome | due_amount | recovered_amount"]
        + [f"{n} | 查实 | 查实 | 999999999999.99 | 999999999999.99" for n in range(3)]
    )
    whole = progress(rows)[("all", None)]
    assert (whole["due_amount"], whole["recovered_amount"]) == (Decimal("2999999999999.97"),) * 2

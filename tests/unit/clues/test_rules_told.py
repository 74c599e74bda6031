"""What a run tells of its rules: the clues of each, and the stale rosters that it had to read."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import duckdb
import pytest

from huimin.clues.rules_told import lay_rules
from huimin.deliveries.slots import Standing
from huimin.store.delivery import Delivery, Receipt
from unit.work_database import catalogue, fill, rows, rule, work_database

RULES = catalogue(
    rule("dead", items=("urban_dibao",), reads=("deaths",)),
    rule("car", items=("urban_dibao", "tekun"), reads=("vehicles",), optional=("deaths",)),
    rule("other", items=("tekun",)),
)
OUTCOMES = """
rule  | version | tier | status  | why              | population | periods_not_judged
dead  | v1      | 1    | ran     |                  | 40         | 2
car   | v2      | 2    | ran     |                  | 30         | 0
other | v3      | 1    | skipped | missing vehicles | 0          | 0
"""


def standing(roster: str, stale: bool) -> Standing:
    delivery = Delivery(roster, roster, None, "", "", "", datetime(2023, 8, 1, tzinfo=UTC), 1)
    return Standing(Receipt(delivery, "accepted", date(2023, 8, 1), ""), "accepted", stale=stale)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(work_database(rule_outcomes=OUTCOMES)) as con:
        con.execute("create table clues (clue_id varchar, rule varchar)")
        fill(con, "clues", "clue_id | rule\nc1 | dead\nc2 | dead\nc3 | car")
        yield con


def test_each_rule_is_told_with_its_clues_and_how_it_ended(con: duckdb.DuckDBPyConnection) -> None:
    lay_rules(con, RULES, [standing("urban_dibao", stale=False)])
    assert rows(con, "from rules order by rule") == [
        ("car", "v2", 2, "ran", None, 1, 30, 0),
        ("dead", "v1", 1, "ran", None, 2, 40, 2),
        ("other", "v3", 1, "skipped", "missing vehicles", 0, 0, 0),
    ]


def test_stale_rosters_that_a_rule_reads_in_any_way_are_named_unless_something_else_is_said(
    con: duckdb.DuckDBPyConnection,
) -> None:
    lay_rules(con, RULES, [standing(roster, stale=True) for roster in ("vehicles", "tekun", "deaths")])
    assert rows(con, "select rule, why from rules order by rule") == [
        ("car", "stale deaths, tekun, vehicles"),
        ("dead", "stale deaths"),
        ("other", "missing vehicles"),
    ]

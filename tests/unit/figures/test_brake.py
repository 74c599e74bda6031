"""The brake: when a run is held, what does not count, and what is told of it."""

from pathlib import Path

import duckdb
import pytest

from huimin.figures.brake import Held, Jump, held_by_brake, lay_brake, lay_delivered_before
from unit.work_database import RUN_DATE, catalogue, drawn, rule

RULES = catalogue(
    rule("deceased", items=("tekun", "urban_dibao"), reads=("deaths",)),
    rule("prisoner", items=("tekun",), reads=("prisoners",), optional=("population",)),
)


def table(con: duckdb.DuckDBPyConnection, name: str, columns: str, text: str) -> None:
    con.execute(f"create or replace table {name} ({columns})")
    for row in drawn(text):
        con.execute(f"insert into {name} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))


def braked(
    folder: Path,
    before: int,
    new: int,
    vanished: int,
    deliveries: str = "roster | status\ntekun | accepted\ndeaths | accepted\nprisoners | accepted",
    past: str = "roster | status\ntekun | accepted\ndeaths | accepted\nprisoners | accepted",
    ran: str = "rule | status\ndeceased | ran\nprisoner | ran",
    most: int = 100,
    complete: bool = True,
    rules_of_clues: tuple[str, ...] = ("deceased",),
) -> duckdb.DuckDBPyConnection:
    """A night with so many clues before, new and vanished, spread over the rules."""
    con = duckdb.connect()
    con.execute("create table policy_brake_clues (from_on date, to_on date, value integer)")
    con.execute("insert into policy_brake_clues values ('0001-01-01', '9999-12-31', ?)", [most])
    con.execute("create table rules_ (rule varchar, nth integer)")
    con.executemany("insert into rules_ values (?, ?)", [[name, at] for at, name in enumerate(rules_of_clues)])
    pick = f"(select rule from rules_ where nth = i % {len(rules_of_clues)})"
    con.execute(
        f"""create table previous_ledger as select {pick} as rule, 'tekun' as item, null::date as vanished_on
            from range({before}) as r(i)"""
    )
    con.execute(
        f"""create table changes as
            select {pick} as rule, 'tekun' as item, if(i < {new}, 'new', 'vanished') as change
            from range({new + vanished}) as r(i)"""
    )
    columns = "delivery varchar, roster varchar, file varchar, status varchar"
    table(con, "deliveries", columns, deliveries)
    con.execute("update deliveries set delivery = roster || '1', file = roster || '.csv'")
    table(con, "past", columns, past)
    con.execute("update past set delivery = roster || '1'")
    con.execute(f"copy past to '{folder}/deliveries.parquet'")
    table(con, "told", "rule varchar, status varchar", ran)
    con.execute(f"copy told to '{folder}/rules.parquet'")
    lay_delivered_before(con, folder / "deliveries.parquet")
    lay_brake(con, RULES, folder / "rules.parquet", RUN_DATE, complete)
    return con


@pytest.mark.parametrize(
    ("before", "new", "vanished", "held"),
    [
        (300, 151, 0, True),
        (300, 150, 0, False),  # half is not more than half
        (300, 0, 151, True),  # a register closes the cases
        (300, 80, 71, True),  # both together
        (100, 101, 0, True),
        (100, 100, 0, False),  # not more than brake_clues
        (40, 60, 40, False),
        (0, 101, 0, True),  # a night without clues before
    ],
)
def test_more_than_half_and_more_than_the_policy_says(tmp_path, before, new, vanished, held):
    con = braked(tmp_path, before, new, vanished)
    assert con.execute("from brake").fetchall() == [(held, before, new, vanished)]
    assert (held_by_brake(con) is not None) == held


def test_the_policy_of_the_run_date_counts(tmp_path):
    assert held_by_brake(braked(tmp_path, 10, 6, 0, most=5)) is not None
    assert held_by_brake(braked(tmp_path, 10, 6, 0, most=6)) is None


def test_on_the_day_that_a_new_value_begins_it_alone_counts(tmp_path):
    con = braked(tmp_path, 10, 6, 0, most=5)
    con.execute("update policy_brake_clues set from_on = ?", [RUN_DATE])
    con.execute("insert into policy_brake_clues values ('0001-01-01', ?, 100)", [RUN_DATE])
    lay_brake(con, RULES, tmp_path / "rules.parquet", RUN_DATE)
    assert held_by_brake(con) is not None


def test_a_run_of_some_rules_and_a_first_run_are_never_held(tmp_path):
    assert held_by_brake(braked(tmp_path, 300, 400, 0, complete=False)) is None
    con = braked(tmp_path, 0, 400, 0)
    lay_delivered_before(con, None)
    lay_brake(con, RULES, None, RUN_DATE)
    assert held_by_brake(con) is None
    assert con.execute("select count(*) from delivered_before").fetchall() == [(0,)]


def test_rules_that_run_for_the_first_time_do_not_count(tmp_path):
    both = ("deceased", "prisoner")
    skipped = "rule | status\ndeceased | ran\nprisoner | skipped"
    con = braked(tmp_path, 0, 400, 0, ran=skipped, rules_of_clues=both)
    assert con.execute("from brake").fetchall() == [(True, 0, 200, 0)]
    # it was skipped last night alone: the ledger has clues of it
    con = braked(tmp_path, 300, 400, 0, ran=skipped, rules_of_clues=both)
    assert con.execute("from brake").fetchall() == [(True, 300, 400, 0)]


@pytest.mark.parametrize(
    ("tonight", "past", "counted"),
    [
        ("prisoners | accepted", "", 200),  # the register came for the first time
        ("population | accepted", "", 200),  # a roster that the rule only looks into counts too
        ("prisoners | accepted", "prisoners | refused", 200),  # what was refused was not delivered
        ("prisoners | accepted", "prisoners | withdrawn", 400),  # it had been there
        ("prisoners | refused", "", 400),  # and what is refused now changes nothing
        ("vehicles | accepted", "", 400),  # a roster that no rule of these reads
    ],
)
def test_rules_that_read_a_roster_delivered_for_the_first_time_do_not_count(tmp_path, tonight, past, counted):
    known = "roster | status\ntekun | accepted\ndeaths | accepted\n"
    con = braked(tmp_path, 0, 400, 0, known + tonight, known + past, rules_of_clues=("deceased", "prisoner"))
    assert con.execute("from brake").fetchall() == [(True, 0, counted, 0)]


def test_what_moved_and_what_came_is_told(tmp_path):
    deliveries = "roster | status\ntekun | accepted\ndeaths | accepted\nprisoners | accepted\nvehicles | refused"
    past = "roster | status\ntekun | accepted\nprisoners | accepted\ndeaths | superseded"
    held = held_by_brake(braked(tmp_path, 200, 150, 10, deliveries, past))
    assert held == Held(
        200,
        150,
        10,
        (Jump("rule", "deceased", 200, 150, 10), Jump("item", "tekun", 200, 150, 10)),
        (("deaths", "deaths.csv", "deaths1"),),
    )
    assert list(held.lines("20230901T020000-abc123")) == [
        "HELD: 150 clues are new and 10 vanished, of 200 before; latest and the ledger stay where they were",
        "  rule deceased: 150 new, 10 vanished, of 200 before",
        "  item tekun: 150 new, 10 vanished, of 200 before",
        "  new delivery deaths1: deaths/deaths.csv",
        "  if it is right: huimin release 20230901T020000-abc123 --why '…'",
        "  if a delivery is wrong: huimin withdraw DELIVERY --why '…'",
    ]

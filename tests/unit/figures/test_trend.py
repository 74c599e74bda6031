"""One row a complete run, carried on."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from deliveries import deliver
from huimin.figures.trend import lay_trend
from huimin.nights.replay import replay_run
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.tables.declared import TREND
from nights import PROJECT, run_night, table
from unit.published_run import ready_to_publish

DAY = date(2023, 9, 2)


def laid(previous: Path | None, complete: bool = True) -> list[tuple]:
    con = ready_to_publish()
    con.execute(
        """create table items as from (values ('urban_dibao', '区民政局'), ('elderly_allowance', '区民政局'))
           as t (item, department_title)"""
    )
    lay_trend(con, "20230902T020000-abc124", DAY, previous, complete)
    described = [(name, kind) for name, kind, *_ in con.execute("describe trend").fetchall()]
    assert described == [(column.name, column.type) for column in TREND.columns]
    return con.execute("""from trend order by run, "by", "value" nulls last""").fetchall()


def test_a_run_tells_the_district_its_streets_and_departments_with_yuan_paid_beside_yuan_at_risk():
    run, nothing = ("20230902T020000-abc124", DAY), Decimal("0.00")
    money = (Decimal("2905.00"), Decimal("36200.00"), nothing)
    part = (Decimal("2905.00"), Decimal("21200.00"), nothing)
    assert laid(None) == [
        (*run, "all", None, 2, 2, 0, 0, 0, *money, 1, 2),
        (*run, "department", "区民政局", 2, 2, 0, 0, 0, *money, None, None),
        (*run, "street", "关山街道", 2, 2, 0, 0, 0, *part, None, None),
        (*run, "street", "洪山街道", 0, 0, 0, 0, 0, nothing, Decimal("15000.00"), nothing, None, None),
    ]


def test_the_rows_before_are_kept_as_they_were(tmp_path):
    before = tmp_path / "trend.parquet"
    ready_to_publish().execute(f"copy trend to '{before}'")
    runs = [row[0] for row in laid(before) if row[2] == "all"]
    assert runs == ["20230831T020000-aaaaaa", "20230901T020000-abc123", "20230902T020000-abc124"]
    assert laid(before)[0][4:8] == (1, 1, 0, 0)


def test_rows_of_before_streets_were_told_are_of_the_district(tmp_path):
    before = tmp_path / "trend.parquet"
    ready_to_publish().execute(
        f"""copy (select * exclude ("by", "value", paid) from trend where "by" = 'all') to '{before}'"""
    )
    assert [(row[2], row[10]) for row in laid(before)][:2] == [("all", None), ("all", None)]


def test_a_run_of_some_rules_adds_nothing(tmp_path):
    before = tmp_path / "trend.parquet"
    ready_to_publish().execute(f"copy trend to '{before}'")
    assert len(laid(before, complete=False)) == 3
    assert laid(None, complete=False) == []


def test_nights_carry_the_trend_on_and_a_replay_sees_the_same(tmp_path):
    deliver(tmp_path)
    first = run_night(tmp_path, date(2023, 8, 21))
    partial = run_night(tmp_path, date(2023, 8, 22), only=("deceased",))
    last = run_night(tmp_path, date(2023, 8, 23))
    assert set(table(partial, "trend")["run"]) == {first.run}
    trend = table(last, "trend").filter(pl.col("by") == "all")
    assert trend["run"].to_list() == [first.run, last.run]
    assert trend["clues"].to_list() == [2, 2]
    used = read_manifest(last.folder).facts.previous
    assert {(Path(one.path).name, one.run) for one in used} >= {("trend.parquet", first.run)}
    assert replay_run(Root(tmp_path), PROJECT, last.run).different == ()

"""One row a complete run, carried on."""

from datetime import date
from decimal import Decimal
from pathlib import Path

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
    lay_trend(con, "20230902T020000-abc124", DAY, previous, complete)
    described = [(name, kind) for name, kind, *_ in con.execute("describe trend").fetchall()]
    assert described == [(column.name, column.type) for column in TREND.columns]
    return con.execute("from trend order by run").fetchall()


def test_the_first_row_is_made_of_progress_exposure_and_deliveries_in_force():
    money = (Decimal("2905.00"), Decimal("0.00"))
    assert laid(None) == [("20230902T020000-abc124", DAY, 2, 2, 0, 0, 0, *money, 1, 2)]


def test_the_rows_before_are_kept_as_they_were(tmp_path):
    before = tmp_path / "trend.parquet"
    ready_to_publish().execute(f"copy trend to '{before}'")
    runs = [row[0] for row in laid(before)]
    assert runs == ["20230831T020000-aaaaaa", "20230901T020000-abc123", "20230902T020000-abc124"]
    assert laid(before)[0][2:6] == (1, 1, 0, 0)


def test_a_run_of_some_rules_adds_nothing(tmp_path):
    before = tmp_path / "trend.parquet"
    ready_to_publish().execute(f"copy trend to '{before}'")
    assert len(laid(before, complete=False)) == 2
    assert laid(None, complete=False) == []


def test_nights_carry_the_trend_on_and_a_replay_sees_the_same(tmp_path):
    deliver(tmp_path)
    first = run_night(tmp_path, date(2023, 8, 21))
    partial = run_night(tmp_path, date(2023, 8, 22), only=("deceased",))
    last = run_night(tmp_path, date(2023, 8, 23))
    assert table(partial, "trend")["run"].to_list() == [first.run]
    trend = table(last, "trend")
    assert trend["run"].to_list() == [first.run, last.run]
    assert trend["clues"].to_list() == [2, 2]
    used = read_manifest(last.folder).facts.previous
    assert {(Path(one.path).name, one.run) for one in used} >= {("trend.parquet", first.run)}
    assert replay_run(Root(tmp_path), PROJECT, last.run).different == ()

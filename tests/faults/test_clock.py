"""A clock set back, other time zones and midnight change neither what a run finds nor the order of the runs."""

import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from faults.roots import FIRST, LATER, SECOND, THIRD, assert_recovers, copied, one_night
from huimin.store.root import Root
from huimin.upkeep.verify import verify

HERE = ZoneInfo("Asia/Shanghai")


def clues(root: Path, run: str) -> list[tuple[str, Decimal]]:
    """Who is named, and the money at risk."""
    found = pl.read_parquet(root / "published" / run / "clues" / "**" / "*.parquet")
    return sorted(found.select("clue_id", "amount_at_risk").rows())


@pytest.mark.parametrize(
    ("now", "run"),
    [
        pytest.param(datetime(2023, 8, 21, 2, 0, 5, tzinfo=HERE), "20230821T020005-abcdef", id="clock goes on"),
        pytest.param(datetime(2023, 8, 21, 2, 0, 0, tzinfo=HERE), "20230821T020001-abcdef", id="same second"),
        pytest.param(datetime(2020, 1, 1, tzinfo=HERE), "20230821T020001-abcdef", id="clock set back by years"),
    ],
)  # fmt: skip
def test_a_run_id_comes_after_those_before_it(tmp_path, now, run):
    for place in (FIRST, "latest", ".20300101T000000-000000.partial", "20990101"):
        (tmp_path / "published" / place).mkdir(parents=True)
    assert Root(tmp_path).next_run(now, "abcdef") == run


def test_the_first_run_id_is_the_time(tmp_path):
    assert Root(tmp_path).next_run(datetime(2023, 8, 21, 2, tzinfo=HERE), "abcdef") == "20230821T020000-abcdef"


@pytest.mark.long
def test_a_run_of_an_earlier_day_goes_on_from_the_one_before_and_forgets_nothing(before, tmp_path):
    root = copied(before, tmp_path / "root")
    one_night(root, SECOND, run_date=date(2023, 8, 1))
    assert verify(root, SECOND) == ()
    assert Root(root).latest() == SECOND
    one_night(root, THIRD)
    assert verify(root, THIRD) == ()


@pytest.mark.parametrize("zone", ["America/Los_Angeles", pytest.param("Pacific/Kiritimati", marks=pytest.mark.long)])
def test_the_time_zone_of_the_machine_changes_no_byte(before, undisturbed, tmp_path, monkeypatch, zone):
    root = copied(before, tmp_path / "root")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert_recovers(root, undisturbed)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.long
def test_a_wall_clock_that_jumps_past_midnight_changes_no_byte(before, undisturbed, tmp_path):
    """A night is judged by the day it began on; the clock of the moment only tells which files are still written."""
    root = copied(before, tmp_path / "root")
    one_night(root, SECOND, now=LATER + timedelta(days=1), settle=60)
    assert_recovers(root, undisturbed)


@pytest.mark.long
def test_under_a_clock_set_back_files_of_its_future_wait_for_the_next_night(before, undisturbed, tmp_path):
    root = copied(before, tmp_path / "root")
    one_night(root, SECOND, now=LATER - timedelta(days=400), settle=60)
    assert verify(root, SECOND) == ()
    assert clues(root, SECOND) == clues(root, FIRST)
    one_night(root, THIRD)
    assert clues(root, THIRD) == clues(undisturbed, SECOND) != clues(root, FIRST)

"""Nights of the past come out as they would have, and go on where they were broken off."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from deliveries import HEAD, person
from huimin.cli import run
from huimin.errors import UsageError
from huimin.nights import backfill as module
from huimin.nights.backfill import BEGINS, backfill, days_of
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import run_night
from huimin.store.root import Root
from huimin.tables.declared import TABLES
from nights import PROJECT, table

OTHER = person("19500505", 5)
HEADER = "姓名,身份证号,户主身份证号,发放金额,发放月份,街道\n"
JUNE, JULY = "2023-06", "2023-07"
FIRST, SECOND = f"张三,{HEAD},{HEAD}", f"李四,{OTHER},{OTHER}"
CAME = {
    date(2023, 6, 9): {"urban_dibao/六月.csv": f"{HEADER}张三,{HEAD},{HEAD},500,{JUNE},甲街道\n"},
    date(2023, 7, 9): {
        "urban_dibao/七月.csv": HEADER + "".join(f"{who},500,{JULY},甲街道\n" for who in (FIRST, SECOND)),
        "deaths/死亡人员20230701.csv": f"姓名,身份证号,死亡日期,信息来源\n张三,{HEAD},2023-05-15,公安\n",
    },
    date(2023, 7, 20): {"urban_dibao/六月更正.csv": f"{HEADER}李四,{OTHER},{OTHER},300,{JUNE},甲街道\n"},
    date(2023, 8, 9): {
        "deaths/死亡人员20230801.csv": f"姓名,身份证号,死亡日期,信息来源\n李四,{OTHER},2023-06-15,公安\n"
    },
}
"""By the day at noon: what came then. The correction of June comes between two nights of a month."""
NIGHTS = [date(2023, month, 10) for month in (6, 7, 8)]


def lay(root: Path, until: date) -> Path:
    """The root with what had come until the night of that day, in its inbox since then."""
    for day, files in CAME.items():
        for name, text in files.items() if day < until else ():
            place = root / "inbox" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            noon = datetime.combine(day, BEGINS.replace(hour=12)).timestamp()
            os.utime(place, (noon, noon))
    return root


def told(published: PublishedRun) -> dict[str, pl.DataFrame]:
    """Every published table but for what names runs by their ids; keys of persons are each root's own."""
    own = {
        "run",
        "person_key",
        "clue_id",
        "household_key",
        "subject_key",
        "evidence_hash",
        "decided_evidence",
        "version",
    }
    return {
        name: found.select(sorted(set(found.columns) - own)).sort(pl.all())
        for name in (one.name for one in TABLES)
        if not (found := table(published, name)).is_empty()
    }


@pytest.fixture(scope="module")
def then(tmp_path_factory) -> list[dict[str, pl.DataFrame]]:
    """What nights gave that were run while the files came."""
    root, given = tmp_path_factory.mktemp("then"), []
    for number, day in enumerate(NIGHTS):
        lay(root, day)
        began = datetime.combine(day, BEGINS)
        night = Night(Root(root), PROJECT, Root(root).next_run(began, f"{number:06x}"), day)
        given.append(told(run_night(night, began)))
    return given


def test_each_night_is_as_it_would_have_been(then, tmp_path):
    root = Root(lay(tmp_path, date(2024, 1, 1)))
    ran = [*backfill(root, PROJECT, NIGHTS)]
    assert [published.run[:8] for published in ran] == ["20230610", "20230710", "20230810"]
    for published, before in zip(ran, then, strict=True):
        now = told(published)
        assert now.keys() == before.keys()
        assert [name for name in now if not now[name].equals(before[name])] == []
    assert [published.clues for published in ran] == [0, 1, 1]
    dead = table(ran[-1], "clues").filter(rule="deceased")
    assert dead["first_seen"].to_list() == [date(2023, 8, 10)], (
        "the correction took June from the one, and gave it the other"
    )


def test_one_that_was_broken_off_goes_on(then, tmp_path, monkeypatch):
    root = Root(lay(tmp_path, date(2024, 1, 1)))
    nights = backfill(root, PROJECT, NIGHTS)
    first = next(nights)
    nights.close()
    monkeypatch.setattr(module, "run_night", broken)
    with pytest.raises(KeyboardInterrupt):
        next(backfill(root, PROJECT, NIGHTS))
    monkeypatch.undo()
    rest = [*backfill(root, PROJECT, NIGHTS)]
    assert [published.run[:8] for published in (first, *rest)] == ["20230610", "20230710", "20230810"]
    assert [name for name, found in told(rest[-1]).items() if not found.equals(then[-1][name])] == []
    assert [*backfill(root, PROJECT, NIGHTS)] == []


def broken(*_: object) -> None:
    """Somebody presses ctrl-C."""
    raise KeyboardInterrupt


def test_a_root_that_went_on_beyond_takes_no_night_of_the_past(tmp_path):
    root = Root(lay(tmp_path, date(2024, 1, 1)))
    [*backfill(root, PROJECT, NIGHTS[-1:])]
    with pytest.raises(UsageError, match=r"latest run is of 2023-08-10\ntry: nights of the past begin"):
        [*backfill(root, PROJECT, NIGHTS[:2])]


@pytest.mark.parametrize(
    ("first", "last", "every", "days"),
    [
        ("2023-02-27", "2023-03-02", "day", ["2023-02-27", "2023-02-28", "2023-03-01", "2023-03-02"]),
        ("2023-02-27", "2023-03-13", "week", ["2023-02-27", "2023-03-06", "2023-03-13"]),
        ("2023-02-27", "2023-03-12", "week", ["2023-02-27", "2023-03-06"]),
        ("2022-11-30", "2023-03-30", "month", ["2022-11-30", "2022-12-30", "2023-01-30", "2023-02-28", "2023-03-30"]),
        ("2022-11-30", "2023-03-29", "month", ["2022-11-30", "2022-12-30", "2023-01-30", "2023-02-28"]),
        ("2023-03-02", "2023-03-02", "month", ["2023-03-02"]),
        ("2023-03-02", "2023-03-01", "day", []),
        ("2023-03-02", "2023-03-01", "month", []),
        ("2023-12-02", "2022-01-01", "month", []),
    ],
)
def test_days_of_nights(first, last, every, days):
    found = days_of(date.fromisoformat(first), date.fromisoformat(last), every)
    assert [day.isoformat() for day in found] == days


def test_the_command_tells_each_night(tmp_path, capsys):
    lay(tmp_path, date(2024, 1, 1))
    words = ["backfill", "--from", "2023-06-10", "--to", "2023-07-31", "--every", "month", "--root", str(tmp_path)]
    assert run(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:8] for line in lines] == ["20230610", "20230710"] and "线索 1 条（新增 1" in lines[1]
    assert run(words) == 0
    assert "every night until 2023-07-31 is there" in capsys.readouterr().out
    assert run(["backfill", "--from", "2023-06-10", "--to", "2023-06-09", "--root", str(tmp_path)]) == 2
    assert "the last day is before the first" in capsys.readouterr().err


def test_a_file_of_another_night_s_future_waits(tmp_path):
    root = Root(lay(tmp_path, date(2024, 1, 1)))
    future = tmp_path / "inbox" / "urban_dibao" / "七月.csv"
    later = (datetime.now(UTC) + timedelta(days=30)).timestamp()
    os.utime(future, (later, later))
    first, second = backfill(root, PROJECT, NIGHTS[:2], settle=0.0)
    assert set(table(first, "deliveries")["file"]) == {"六月.csv"}
    assert set(table(second, "deliveries")["file"]) == {"六月.csv", "死亡人员20230701.csv"}

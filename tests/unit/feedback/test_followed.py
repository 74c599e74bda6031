"""Rejected rows followed to the delivery that replaced theirs."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huimin.deliveries.slots import resolve
from huimin.deliveries.standard import receipts
from huimin.feedback.followed import lay_corrections
from huimin.identity import check_character
from huimin.nights.run import read_inbox
from huimin.report.scorecard import DELIVERIES_SQL, scorecard
from huimin.tables.sql import rows_of
from nights import night, run_night, table


def number(place: int, born: str = "19500101") -> str:
    first17 = f"429999{born}{place:03d}"
    return first17 + check_character(first17)


def wrong(place: int) -> str:
    """The same number with a check character that does not fit."""
    right = number(place)
    return right[:17] + ("1" if right[17] != "1" else "2")


HEADER = "姓名,身份证号,发放月份,发放金额,街道"


def month(root: Path, file: str, rows: list[str], day: int, roster: str = "elderly_allowance") -> None:
    """A delivered file of that day of September 2023."""
    folder = root / "inbox" / roster
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / file
    place.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    at = datetime(2023, 9, day, tzinfo=UTC).timestamp()
    os.utime(place, (at, at))


def mends(root: Path) -> list[dict[str, Any]]:
    """What became of the rejected rows once every file of the inbox was read."""
    tonight = night(root)
    read_inbox(tonight, datetime.now(UTC))
    with duckdb.connect() as con:
        lay_corrections(con, tonight.root, resolve(receipts(tonight.root), tonight.contracts), tonight.contracts)
        return con.execute("from mends order by all").pl().to_dicts()


BAD = [
    f"赵一,{number(1)},2023-08,100,东街",
    f"钱二,{wrong(2)},2023-08,100,东街",  # corrected: the number is put right
    f"孙三,{number(3)},2023-08,一百元整,东街",  # corrected: the sum is put right
    f"李四,{number(4)},8月,100,东街",  # corrected: the month is put right
    f"周五,{wrong(5)},2023-08,100,西街",  # wrong again
    f"吴六,{wrong(6)},2023-08,100,西街",  # left out
]
MENDED = [
    f"赵一,{number(1)},2023-08,100,东街",
    f"钱二,{number(2)},2023-08,100,东街",
    f"孙三,{number(3)},2023-08,100,东街",
    f"李四,{number(4)},2023-08,100,东街",
    f"周五,{wrong(5)},2023-08,100,西街",
]


def test_the_card_says_three_corrected_one_rejected_again_and_one_gone(tmp_path):
    month(tmp_path, "高龄津贴8月.csv", BAD, 1)
    assert table(run_night(tmp_path), "mends").is_empty()
    month(tmp_path, "高龄津贴8月（改）.csv", MENDED, 2)
    run = run_night(tmp_path)
    deliveries = {row["file"]: row["delivery"] for row in table(run, "deliveries").to_dicts()}
    [row] = table(run, "mends").to_dicts()
    assert row == {
        "roster": "elderly_allowance",
        "unit": None,
        "delivery": deliveries["高龄津贴8月.csv"],
        "later_delivery": deliveries["高龄津贴8月（改）.csv"],
        "rejected": 5,
        "mended": 3,
        "rejected_again": 1,
        "gone": 1,
    }
    with duckdb.connect(str(run.folder / "clues.duckdb"), read_only=True) as con:
        [card] = scorecard(con, rows_of(con, DELIVERIES_SQL), night(tmp_path).contracts)
    assert (card["department"], card["mended"], card["again"], card["gone"]) == ("区民政局", 3, 1, 1)


def rows(*drawn: str) -> list[str]:
    """Rows of a delivery; `!2` is the number of person 2 with a wrong check character, `2` the right one."""

    def told(cell: str) -> str:
        return wrong(int(cell[1:])) if cell.startswith("!") else number(int(cell)) if cell.isdigit() else cell

    told_rows = []
    for row in drawn:
        name, who, *rest = row.split(",")
        told_rows.append(",".join((name, told(who), *rest)))
    return told_rows


STORIES = {
    "put right": ("甲,!2,2023-08,100,东街", "甲,2,2023-08,100,东街", (1, 0, 0)),
    "another name": ("甲,!2,2023-08,100,东街", "乙,2,2023-08,100,东街", (0, 0, 1)),
    "another sum": ("甲,!2,2023-08,100,东街", "甲,2,2023-08,90,东街", (0, 0, 1)),
    "another street, known by number": ("甲,2,2023-08,,东街", "甲,2,2023-08,100,西街", (1, 0, 0)),
    "the good row of a pair corrects nothing": (
        "甲,2,2023-08,100,东街|甲,2,2023-08,九十,东街",
        "甲,2,2023-08,100,东街",
        (0, 0, 1),
    ),
    "another fault now": ("甲,!2,2023-08,100,东街", "甲,2,2023-08,百元,东街", (0, 1, 0)),
    "a broken record": ('"甲,2,2023-08,100,东街', "甲,2,2023-08,100,东街", (1, 0, 0)),
    "a broken record before others": (
        '"甲,2,2023-08,100,东街|乙,!3,2023-08,100,东街|丙,!4,2023-08,100,东街',
        "甲,2,2023-08,100,东街|乙,3,2023-08,100,东街|丙,!4,2023-08,100,东街",
        (2, 1, 0),
    ),
    "emptied": ("甲,!2,2023-08,100,东街", "甲,,2023-08,100,东街", (0, 1, 0)),
    "two of one": ("甲,2,2023-08,甲,东街|甲,2,2023-08,乙,东街", "甲,2,2023-08,1,东街|甲,2,2023-08,丙,东街", (1, 1, 0)),
    "nothing to know it by": (",,2023-08,100,", ",2,2023-08,100,", (0, 0, 1)),
    "two alike, rejected again": (
        ",,2023-08,,|,,2023-08,,",
        ",,2023-08,,|,,2023-08,,|丁,4,2023-08,100,东街",
        (0, 2, 0),
    ),
    "two alike, one of them left": (
        "甲,!2,2023-08,100,东街|甲,!2,2023-08,100,东街",
        "甲,!2,2023-08,100,东街",
        (0, 1, 1),
    ),
    "rejected as it was beside one of its name": (
        "甲,!2,2023-08,100,东街",
        "甲,!2,2023-08,100,东街|甲,3,2023-08,100,东街",
        (0, 1, 0),
    ),
    "one mended, one of its name as it was": (
        "甲,!2,2023-08,100,东街|甲,!3,2023-08,100,东街",
        "甲,2,2023-08,100,东街|甲,!3,2023-08,100,东街",
        (1, 1, 0),
    ),
    "one accepted row for two of one name": (
        "甲,!2,2023-08,100,东街|甲,2,2023-08,百元,东街",
        "甲,2,2023-08,100,东街",
        (1, 0, 1),
    ),
    "two of one name, both mended": (
        "甲,!2,2023-08,100,东街|甲,!3,2023-08,100,东街",
        "甲,2,2023-08,100,东街|甲,3,2023-08,100,东街",
        (2, 0, 0),
    ),
    "one reject for two": ("甲,2,2023-08,百元,东街|甲,!3,2023-08,90,东街", "甲,2,2023-08,千元,东街", (0, 1, 1)),
    "a remark at the name is no other name": ("甲（已故）,!2,2023-08,100,东街", "甲,2,2023-08,100,东街", (1, 0, 0)),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_rejected_row_is_known_again(tmp_path, story):
    first, then, outcome = STORIES[story]
    other = f"旁人,{number(9)},2023-08,100,北街"
    month(tmp_path, "8月.csv", [other, *rows(*first.split("|"))], 1)
    month(tmp_path, "8月改.csv", [other, *rows(*then.split("|"))], 2)
    [row] = mends(tmp_path)
    assert (row["mended"], row["rejected_again"], row["gone"]) == outcome
    assert row["rejected"] == sum(outcome)


def test_rows_are_sought_in_the_slots_of_their_delivery(tmp_path):
    """Two later files take one delivery's two months; the same person's other months correct nothing."""
    good = rows("甲,1,2023-07,100,东街", "甲,1,2023-08,100,东街")
    month(tmp_path, "7、8月.csv", [*good, *rows("乙,2,2023-08,无效,东街", "丙,!3,2023-07,100,东街")], 1)
    month(tmp_path, "7月.csv", rows("甲,1,2023-07,100,东街", "乙,2,2023-07,100,东街"), 2)
    month(tmp_path, "8月.csv", rows("甲,1,2023-08,100,东街", "乙,2,2023-09,100,东街"), 3)
    [row] = mends(tmp_path)
    assert (row["rejected"], row["mended"], row["rejected_again"], row["gone"]) == (2, 0, 0, 2)
    last = next(r for r in receipts(night(tmp_path).root) if r.delivery.delivery == row["later_delivery"])
    assert last.delivery.file == "8月.csv"


def test_a_delivery_that_still_stands_has_nothing_to_tell(tmp_path):
    month(tmp_path, "8月.csv", BAD, 1)
    month(tmp_path, "7月.csv", rows("甲,1,2023-07,100,东街"), 2)
    assert mends(tmp_path) == []


def test_rosters_without_persons_are_followed_by_all_that_could_be_read(tmp_path):
    folder = tmp_path / "inbox" / "poverty_funds"
    folder.mkdir(parents=True)
    for day, sum_of_road in ((1, "十万"), (2, "100000")):
        place = folder / f"资金{day}.csv"
        place.write_text(
            f"年度,主管部门,项目名称,投入金额\n2023,区扶贫办,水渠,5000\n2023,区扶贫办,道路,{sum_of_road}\n",
            encoding="utf-8",
        )
        at = datetime(2023, 9, day, tzinfo=UTC).timestamp()
        os.utime(place, (at, at))
    [row] = mends(tmp_path)
    assert (row["roster"], row["mended"], row["gone"]) == ("poverty_funds", 1, 0)


def test_rows_of_a_register_are_sought_in_the_one_that_took_its_place_whatever_its_day(tmp_path):
    folder = tmp_path / "inbox" / "deaths"
    folder.mkdir(parents=True)
    for day, second in ((1, wrong(2)), (2, number(2))):
        place = folder / f"死亡2023090{day}.csv"
        place.write_text(
            f"姓名,身份证号,死亡日期\n赵一,{number(1)},2023-08-01\n钱二,{second},2023-08-02\n", encoding="utf-8"
        )
        at = datetime(2023, 9, day, tzinfo=UTC).timestamp()
        os.utime(place, (at, at))
    [row] = mends(tmp_path)
    assert (row["roster"], row["rejected"], row["mended"], row["gone"]) == ("deaths", 1, 1, 0)

"""Whom a street visits next: the overdue, then the likeliest yuan, and a share by lot; always the same for the same."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from python_calamine import CalamineWorkbook

from huimin.cli import run
from huimin.workbooks.worklist import Household, choose

TODAY = date(2023, 8, 22)
HOUSEHOLDS = [
    *(Household(f"late{number}", 10.0 * number, TODAY - timedelta(days=number)) for number in range(1, 4)),
    Household("today", 5.0, TODAY),
    *(Household(f"rich{number:02}", 1000.0 - number, TODAY + timedelta(days=9)) for number in range(20)),
    *(Household(f"poor{number:02}", 1.0, TODAY + timedelta(days=9)) for number in range(20)),
]


def chosen(visits: int, chance: str = "0.1", seed: str = "0") -> list[tuple[str, str]]:
    return list(choose(HOUSEHOLDS, visits, Decimal(chance), seed, TODAY))


def test_the_overdue_come_first_the_longest_overdue_before_the_others() -> None:
    assert [name for name, _ in chosen(3)] == ["late3", "late2", "late1"]
    assert chosen(2) == [("late3", "overdue"), ("late2", "overdue")]
    assert "today" not in dict(chosen(3))


@pytest.mark.parametrize(
    ("visits", "chance", "overdue", "yuan", "by_lot"),
    [(13, "0.1", 3, 9, 1), (14, "0.1", 3, 9, 2), (13, "0", 3, 10, 0), (13, "1", 3, 0, 10), (60, "0.1", 3, 41, 0)],
)
def test_a_share_of_what_the_overdue_leave_goes_by_lot(
    visits: int, chance: str, overdue: int, yuan: int, by_lot: int
) -> None:
    reasons = [reason for _, reason in chosen(visits, chance)]
    assert (reasons.count("overdue"), reasons.count("yuan"), reasons.count("chance")) == (overdue, yuan, by_lot)


def test_the_highest_expected_yuan_come_next_and_the_lot_falls_among_the_others() -> None:
    found = chosen(13)
    assert [name for name, reason in found if reason == "yuan"] == [f"rich{number:02}" for number in range(9)]
    drawn = {name for seed in range(200) for name, reason in chosen(13, seed=str(seed)) if reason == "chance"}
    assert drawn == {one.household for one in HOUSEHOLDS if one.due_on >= TODAY} - {f"rich{n:02}" for n in range(9)}


def test_the_same_seed_gives_the_same_list_in_whatever_order_households_come() -> None:
    mixed = Random(3).sample(HOUSEHOLDS, len(HOUSEHOLDS))
    assert list(choose(mixed, 14, Decimal("0.1"), "7", TODAY)) == chosen(14, seed="7")
    assert len({tuple(chosen(14, seed=str(seed))) for seed in range(20)}) > 10


def test_the_workbook_has_the_chosen_households_and_can_be_returned(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "清单.xlsx"
    words = ["worklist", "--street", "甲街道", "--visits", "1", "-o", str(place), "--root", str(root)]
    assert run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["chosen"]), told["waiting"], told["clues"]) == (1, 1, 2)
    book = CalamineWorkbook.from_path(str(place))
    cells = [str(cell) for row in book.get_sheet_by_name("台账").to_python() for cell in row]
    assert any("全街道待核查 1 户" in cell for cell in cells)
    assert place.stat().st_mode & 0o077 == 0
    assert run(["ledger", "import", str(place), "--root", str(root)]) == 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--street", "无此街道", "--visits", "3"], "the ledger has no such street\ntry: one of "),
        (["--street", "甲街道", "--visits", "0"], "a list of no visits"),
        (["--street", "甲街道", "--visits", "3", "--chance", "2"], "no share"),
        (["--street", "甲街道", "--visits", "3", "--chance", "some"], "no share"),
    ],
)
def test_what_gives_no_list_is_told(
    words: list[str], problem: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["worklist", *words, "-o", str(tmp_path / "x.xlsx"), "--root", str(root)]) == 2
    assert problem in capsys.readouterr().err
    assert not (tmp_path / "x.xlsx").exists()

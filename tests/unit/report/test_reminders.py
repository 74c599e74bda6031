"""What departments and streets are reminded of: what is certain, and nothing else."""

import stat
from datetime import date
from pathlib import Path

import pytest

from deliveries import FILES, HEAD, WIFE, deliver
from huimin.errors import UsageError
from huimin.report.reminders import Reminders, write_reminders
from huimin.store.root import Root
from nights import PROJECT, run_night


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    """Clues of August, not verified until December; a file of 特困 that is none."""
    place = tmp_path_factory.mktemp("district")
    deliver(place, {**FILES, "tekun/甲街道/特困2023年9月.csv": "x\n1\n"})
    run_night(place, date(2023, 8, 22))
    run_night(place, date(2023, 12, 1))
    return Root(place)


def owed(root: Root, day: date) -> set[tuple[str, str]]:
    return {(whom, kind) for whom, kind, _ in write_reminders(root, PROJECT, day).owed}


def test_clues_whose_time_is_over_are_told_to_their_department_and_street(root: Root) -> None:
    written = write_reminders(root, PROJECT, date(2023, 9, 30))
    told = [one for one in written.owed if one[1] == "线索逾期"]
    assert told == [
        ("区民政局", "线索逾期", "2 条线索已逾期（待核查 2 条，截至 2023-12-01）"),
        ("甲街道", "线索逾期", "2 条线索已逾期（待核查 2 条，截至 2023-12-01）"),
    ]


@pytest.mark.parametrize(
    ("day", "late"),
    [(date(2023, 9, 30), []), (date(2023, 10, 1), ["城市低保（全区）", "特困人员救助供养（全区）"])],
    ids=["the month before is there", "it is not"],
)
def test_a_monthly_roster_is_late_when_the_month_that_is_over_has_not_come(
    root: Root, day: date, late: list[str]
) -> None:
    told = [what for _, kind, what in write_reminders(root, PROJECT, day).owed if kind == "名册欠交"]
    assert [what.split("：")[0] for what in told] == late
    assert all(what.endswith("2023-09 尚未交付，最近一期 2023-08") for what in told)


def test_a_refused_file_is_told_until_a_usable_one_comes_at_its_place(root: Root) -> None:
    assert ("区民政局", "文件未改正") in owed(root, date(2023, 9, 1))
    deliver(root.path, {"tekun/甲街道/特困2023年9月.csv": f"姓名;身份证号;发放金额\n李四;{WIFE};800\n"})
    run_night(root.path, date(2023, 12, 2))
    assert ("区民政局", "文件未改正") not in owed(root, date(2023, 9, 1))


def test_the_text_has_a_paragraph_for_each_and_nothing_personal(root: Root) -> None:
    written = write_reminders(root, PROJECT, date(2023, 10, 1))
    assert written.text == root.path / "reports" / "reminders" / "2023-10-01.txt"
    assert stat.S_IMODE(written.text.stat().st_mode) == 0o640
    text = written.text.read_text("utf-8")
    assert text.startswith("惠民催报 2023-10-01\n\n区民政局：\n　线索逾期　2 条")
    assert "\n\n甲街道：\n" in text
    assert written.headline.startswith("催报 2 个部门和街道：线索逾期 2 项，名册欠交 ")
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in text]


def test_nothing_owed_is_said_and_before_the_first_run_nothing_is_known(tmp_path: Path) -> None:
    assert Reminders("r", date(2023, 10, 1), (), tmp_path).headline == "没有需要催报的事项"
    with pytest.raises(UsageError, match="nothing is published"):
        write_reminders(Root(tmp_path), PROJECT, date(2023, 10, 1))

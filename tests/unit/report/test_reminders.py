"""What departments and streets are reminded of: what is certain, and nothing else."""

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.deliveries.calendar import DueTime, RosterDue, load_calendar
from huimin.errors import UsageError
from huimin.report.reminders import Owed, Reminders, owed_on, write_reminders
from huimin.store.root import Root
from nights import PROJECT, run_night
from unit.report_world import RUN_DATE, worked_off

# ruff: noqa: E501  (drawn tables are as wide as they are)

DELIVERIES = """
delivery | roster      | unit   | periods         | file    | received_at         | status     | problem    | uncorrected
d1       | urban_dibao |        | 2023-06,2023-08 | 低保.csv | 2023-08-30 01:02:03 | accepted   |            | false
d2       | tekun       | 东湖   | 2023-07         | 特困.csv | 2023-08-30 01:02:03 | accepted   |            | false
d3       | tekun       | 西岭   | 2023-07         | 旧.csv   | 2023-08-30 01:02:03 | superseded |            | false
d4       | tekun       | 西岭   | 2023-08         | 新.csv   | 2023-08-31 01:02:03 | accepted   |            | false
d5       | tekun       | 东湖   |                 | 坏.csv   | 2023-08-31 01:02:03 | refused    | 找不到表头 | true
d6       | deaths      |        |                 | 更正.csv | 2023-08-30 01:02:03 | refused    | 找不到表头 | false
d7       | deaths      |        | 2023-08-31      | 更正.csv | 2023-08-31 01:02:03 | accepted   |            | false
d8       | nosuch      |        |                 | x.csv    | 2023-08-31 01:02:03 | refused    | 没有名册   | true
"""


CALENDAR = load_calendar(Path("none"), PROJECT.contracts)


def owed(day: date, calendar: Mapping[str, RosterDue] = CALENDAR) -> list[Owed]:
    with worked_off(deliveries=DELIVERIES) as con:
        con.execute(
            "insert into progress select * replace ('（其他）' as \"value\") from progress where \"value\" = '关山街道'"
        )
        return list(owed_on(con, PROJECT.contracts, calendar, RUN_DATE, day))


def test_clues_whose_time_is_over_are_told_to_their_department_and_street_the_most_first() -> None:
    assert [one for one in owed(RUN_DATE) if one[1] == "线索逾期"] == [
        ("区科经局", "线索逾期", "37 条线索已逾期（待核查 134 条，截至 2023-09-01）"),
        ("洪山街道", "线索逾期", "25 条线索已逾期（待核查 44 条，截至 2023-09-01）"),
        ("关山街道", "线索逾期", "12 条线索已逾期（待核查 70 条，截至 2023-09-01）"),
    ]


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (date(2023, 8, 7), []),
        (date(2023, 9, 7), []),
        (date(2023, 9, 8), ["特困人员救助供养（东湖）：2023-08 尚未交付，截止 2023-09-07，已逾期 1 天，最近一期 2023-07"]),
        (date(2023, 10, 12), ["城市低保（全区）：2023-09 尚未交付，截止 2023-10-11，已逾期 1 天，最近一期 2023-08",
                              "特困人员救助供养（东湖）：2023-08 起 2 期 尚未交付，截止 2023-09-07，已逾期 35 天，最近一期 2023-07",
                              "特困人员救助供养（西岭）：2023-09 尚未交付，截止 2023-10-11，已逾期 1 天，最近一期 2023-08"]),
    ],
    ids=["before", "the day on which it is due", "the day after", "another month on, after National Day"],
)  # fmt: skip
def test_a_roster_is_late_from_the_day_after_it_was_due(day: date, late: list[str]) -> None:
    found = [one for one in owed(day) if one[1] == "名册欠交"]
    assert sorted(told for _, _, told in found) == late
    assert {whom for whom, _, _ in found} <= {"区民政局"}


def test_a_unit_that_only_the_calendar_knows_is_told_and_years_without_notice_too() -> None:
    five = DueTime(5, of_work=True)
    calendar = {"tekun": RosterDue("month", None, {"南湖": five}, is_named=True)}
    assert [told for _, kind, told in owed(date(2099, 10, 9), calendar) if kind == "名册欠交"] == [
        "特困人员救助供养（南湖）：2099-09 尚未交付，截止 2099-10-07（2099 年放假安排未知，按周一至周五推算），已逾期 2 天，从未交付"
    ]


def test_a_refused_file_is_told_until_a_usable_one_comes_at_its_place() -> None:
    assert [one for one in owed(RUN_DATE) if one[1] == "文件未改正"] == [
        ("区民政局", "文件未改正", "特困人员救助供养（东湖）：“坏.csv”没有采用，找不到表头")
    ]


def test_the_text_has_a_paragraph_for_each_and_nothing_personal(tmp_path: Path) -> None:
    deliver(tmp_path)
    run_night(tmp_path, date(2023, 8, 22))
    written = write_reminders(Root(tmp_path), PROJECT, date(2023, 10, 12))
    assert written.headline == "催报 1 个部门和街道：名册欠交 2 项"
    assert written.text == tmp_path / "reports" / "reminders" / "2023-10-12.txt"
    assert stat.S_IMODE(written.text.stat().st_mode) == 0o640
    text = written.text.read_text("utf-8")
    assert text.startswith("惠民催报 2023-10-12\n\n区民政局：\n　名册欠交　")
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in text]


def test_nothing_owed_is_said_and_before_the_first_run_nothing_is_known(tmp_path: Path) -> None:
    assert Reminders("r", date(2023, 10, 1), (), tmp_path).headline == "没有需要催报的事项"
    with pytest.raises(UsageError, match="nothing is published"):
        write_reminders(Root(tmp_path), PROJECT, date(2023, 10, 1))

"""What departments and streets are reminded of: what is certain, and nothing else."""

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from deliveries import HEAD, WIFE, deliver
from huimin.deliveries.calendar import DueTime, RosterDue, load_calendar
from huimin.deliveries.contacts import Contacts, load_contacts
from huimin.errors import UsageError
from huimin.report.contacts_told import contact_rows
from huimin.report.owed import Owed, owed_on
from huimin.report.reminders import Reminders, paragraphs, write_reminders
from huimin.report.reminders_book import write_reminders_book
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


def told(day: date, kind: str, calendar: Mapping[str, RosterDue] = CALENDAR) -> list[tuple[str, str]]:
    """Who is told what of that kind."""
    return [(one.whom, one.told) for one in owed(day, calendar) if one.kind == kind]


def owed(day: date, calendar: Mapping[str, RosterDue] = CALENDAR) -> list[Owed]:
    with worked_off(deliveries=DELIVERIES) as con:
        con.execute(
            "insert into progress select * replace ('（其他）' as \"value\") from progress where \"value\" = '关山街道'"
        )
        return list(owed_on(con, PROJECT.contracts, calendar, RUN_DATE, day))


def test_clues_whose_time_is_over_are_told_to_their_department_and_street_the_most_first() -> None:
    assert told(RUN_DATE, "线索逾期") == [
        ("区科经局", "37 条线索已逾期（待核查 134 条，截至 2023-09-01）"),
        ("洪山街道", "25 条线索已逾期（待核查 44 条，截至 2023-09-01）"),
        ("关山街道", "12 条线索已逾期（待核查 70 条，截至 2023-09-01）"),
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
    found = told(day, "名册欠交")
    assert sorted(text for _, text in found) == late
    assert {whom for whom, _ in found} <= {"区民政局"}


def test_a_unit_that_only_the_calendar_knows_is_told_and_years_without_notice_too() -> None:
    five = DueTime(5, of_work=True)
    calendar = {"tekun": RosterDue("month", None, {"南湖": five}, is_named=True)}
    assert told(date(2099, 10, 9), "名册欠交", calendar) == [
        (
            "区民政局",
            "特困人员救助供养（南湖）：2099-09 尚未交付，截止 2099-10-07（2099 年放假安排未知，按周一至周五推算），已逾期 2 天，从未有这个名称的单位交付",
        )
    ]


def test_a_refused_file_is_told_until_a_usable_one_comes_at_its_place() -> None:
    assert [one for one in owed(RUN_DATE) if one.kind == "文件未改正"] == [
        Owed("区民政局", "文件未改正", "特困人员救助供养（东湖）：“坏.csv”没有采用，找不到表头", "tekun", "东湖")
    ]


CONTACTS = """
[departments."区民政局"]
liaison = { name = "王芳", phone = "027-0" }
policy = { name = "李强", phone = "027-1" }
[streets."甲街道"]
liaison = { name = "张敏", phone = "027-2" }
[streets."甲街"]
liaison = { name = "张敏", phone = "027-2" }
[rosters.tekun]
policy = { name = "赵静", phone = "027-3" }
[rosters.tekun.units]
"东湖" = { name = "孙丽", phone = "027-4" }
"""
OF_ONE = ["事项", "说明", "联络员", "电话"]


def contacts(folder: Path) -> Contacts:
    place = folder / "contacts.toml"
    place.write_text(CONTACTS, "utf-8")
    return load_contacts(place, PROJECT.contracts)


def test_whom_to_call_stands_in_the_text_by_department_and_by_unit(tmp_path: Path) -> None:
    things = [
        Owed("区民政局", "名册欠交", "特困（东湖）", "tekun", "东湖"),
        Owed("区民政局", "名册欠交", "特困（西岭）", "tekun", "西岭"),
        Owed("甲街道", "线索逾期", "3 条"),
        Owed("乙街道", "线索逾期", "1 条"),
    ]
    people = contacts(tmp_path)
    told = list(paragraphs(things, date(2023, 10, 12), people, PROJECT.contracts))
    assert told[:4] == ["惠民催报 2023-10-12", "", "区民政局：", "　联络员　王芳 027-0"]
    assert told[4].startswith("　政策解答员　李强 027-1（城市低保、") or told[4].startswith(
        "　政策解答员　李强 027-1（农村低保、"
    )
    assert told[5] == "　政策解答员　赵静 027-3（特困人员救助供养）"
    assert told[6:] == [
        "　名册欠交　特困（东湖）；联络员 孙丽 027-4", "　名册欠交　特困（西岭）", "",
        "甲街道：", "　联络员　张敏 027-2", "　线索逾期　3 条", "",
        "乙街道：", "　线索逾期　1 条", "",
    ]  # fmt: skip
    place = tmp_path / "a.xlsx"
    write_reminders_book(place, date(2023, 10, 12), things, people, [("联络员", "甲街道", "张敏", "027-2", "")])
    sheets = sheets_of(place)
    assert [row[3:] for row in sheets["全部"][3:]] == [
        ["孙丽", "027-4"], ["王芳", "027-0"], ["张敏", "027-2"], ["", ""]
    ]  # fmt: skip
    assert sheets["联络"][3:] == [["联络员", "甲街道", "张敏", "027-2", ""]]


def test_a_street_or_unit_that_the_run_does_not_know_is_doubtful_with_the_nearest_that_it_knows(tmp_path: Path) -> None:
    coverage = "street | item | beneficiaries | clues\n甲街道 | urban_dibao | 9 | 0"
    with worked_off(deliveries=DELIVERIES, coverage=coverage) as con:
        rows = list(contact_rows(con, contacts(tmp_path), PROJECT.contracts))
    assert [(whose, doubtful) for role, whose, _, _, doubtful in rows if role == "联络员"] == [
        ("区民政局", ""),
        ("甲街道", ""),
        ("甲街", "最近一次运行里没有这个名称，最相近的是“甲街道”"),
        ("特困人员救助供养（东湖）", ""),
    ]
    assert [name for role, _, name, *_ in rows if role == "政策解答员"] in (["李强", "赵静"], ["赵静", "李强"])


def test_there_is_a_paragraph_and_a_sheet_for_each_and_nothing_personal(tmp_path: Path) -> None:
    deliver(tmp_path)
    run_night(tmp_path, date(2023, 8, 22))
    contacts(tmp_path / "state")
    written = write_reminders(Root(tmp_path), PROJECT, date(2023, 10, 12))
    assert written.headline == "催报 1 个部门和街道：名册欠交 2 项"
    assert written.text == tmp_path / "reports" / "reminders" / "2023-10-12.txt"
    assert stat.S_IMODE(written.text.stat().st_mode) == 0o640
    text = written.text.read_text("utf-8")
    assert text.startswith("惠民催报 2023-10-12\n\n区民政局：\n　联络员　王芳 027-0\n　政策解答员　")
    assert "王芳" not in str(written)
    assert written.workbook == written.text.with_suffix(".xlsx")
    assert stat.S_IMODE(written.workbook.stat().st_mode) == 0o640
    sheets = sheets_of(written.workbook)
    assert list(sheets) == ["全部", "区民政局", "联络"]
    assert sheets["全部"][0][0] == "催报 2023-10-12"
    assert sheets["全部"][2:] == [
        ["部门、街道", *OF_ONE],
        *([one.whom, one.kind, one.told, "王芳", "027-0"] for one in written.owed),
    ]
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in text + str(sheets)]


def sheets_of(place: Path) -> dict[str, list[list[str]]]:
    """The rows of each sheet, every cell as text, without the empty ones at the end."""
    with CalamineWorkbook.from_path(str(place)) as book:
        rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {name: [[str(cell) for cell in row] for row in of_sheet] for name, of_sheet in rows.items()}


def test_a_sheet_is_called_after_its_street_as_far_as_a_spreadsheet_takes_it(tmp_path: Path) -> None:
    long, odd = "长" * 40, "东湖[1]/街道"
    things = [Owed(whom, "线索逾期", "=1+1 条线索已逾期") for whom in (long, long + "二", odd, "全部")]
    write_reminders_book(tmp_path / "a.xlsx", date(2023, 10, 1), things, Contacts(), [])
    sheets = sheets_of(tmp_path / "a.xlsx")
    assert list(sheets) == ["全部", "长" * 31, "长" * 26 + "（2）", "东湖_1__街道", "全部（2）"]
    assert sheets["东湖_1__街道"][2:] == [OF_ONE, ["线索逾期", "=1+1 条线索已逾期", "", ""]]
    write_reminders_book(tmp_path / "b.xlsx", date(2023, 10, 1), things, Contacts(), [])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_workbook_of_nothing_owed_says_so(tmp_path: Path) -> None:
    write_reminders_book(tmp_path / "a.xlsx", date(2023, 10, 1), [], Contacts(), [])
    assert [row[0] for row in sheets_of(tmp_path / "a.xlsx")["全部"]] == [
        "催报 2023-10-01", "没有需要催报的事项", "部门、街道"
    ]  # fmt: skip


def test_nothing_owed_is_said_and_before_the_first_run_nothing_is_known(tmp_path: Path) -> None:
    assert Reminders("r", date(2023, 10, 1), (), tmp_path, tmp_path).headline == "没有需要催报的事项"
    with pytest.raises(UsageError, match="nothing is published"):
        write_reminders(Root(tmp_path), PROJECT, date(2023, 10, 1))

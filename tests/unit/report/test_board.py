"""The board in words: in the report's page and workbook, and under `huimin status`."""

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from huimin.cli import run
from huimin.cli.status import shown_board
from huimin.deliveries.board import BoardLine, board_of
from huimin.deliveries.calendar import DueTime, RosterDue
from huimin.language import in_chinese
from huimin.report.board import board_by_roster, board_records
from huimin.report.book import workbook
from huimin.report.page import page
from nights import PROJECT
from unit.report_world import content_of, worked_off

# ruff: noqa: E501  (drawn tables are as wide as they are)

DELIVERIES = """
delivery | roster      | unit | periods         | file    | received_at         | status     | stale | rows_accepted | rows_rejected
d1       | urban_dibao |      | 2023-05,2023-08 | 低保.csv | 2023-08-30 01:02:03 | accepted   | false | 1             | 0
d2       | tekun       | 东湖 | 2023-06         | 特困.csv | 2023-08-30 01:02:03 | accepted   | false | 1             | 0
d3       | tekun       | 西岭 | 2023-08         | 特困.csv | 2023-08-30 01:02:03 | accepted   | false | 1             | 0
d4       | tekun       | 东湖 | 2023-08         | 旧.csv   | 2023-08-30 01:02:03 | superseded | false | 1             | 0
d5       | deaths      |      | 2023-08-01      | 死亡.csv | 2023-08-31 01:02:03 | accepted   | false | 1             | 0
"""
FIVE = DueTime(5, of_work=True)
NEXT = date(2023, 10, 11)


def lines(day: date, units: int = 1) -> tuple[BoardLine, ...]:
    """A board of so many units, none of which delivered September 2023."""
    calendar = {"tekun": RosterDue("month", FIVE), "deaths": RosterDue(None, None)}
    delivered = {("tekun", f"街道{unit:03}"): ["2023-08"] for unit in range(units)}
    return board_of(calendar, {**delivered, ("deaths", None): ["2023-08-01"]}, day)


def told_in_chinese(board: Sequence[BoardLine]) -> list[tuple[str, str]]:
    return [(in_chinese(name), in_chinese(told)) for name, told in shown_board(board, PROJECT.contracts)]


def test_the_page_tells_what_is_overdue_on_the_run_date_and_how_old_each_roster_is() -> None:
    content = content_of(worked_off(deliveries=DELIVERIES))
    assert [(row["title"], row["unit"], row["period"], row["days_overdue"]) for row in content.overdue] == [
        ("特困人员救助供养", "东湖", "2023-07", 25)
    ]
    shown = page(content)
    assert "逾期未交 1 项名册" in shown
    assert (
        '<td>2023-06</td><td>2023-07</td><td>2023-08-07</td><td class="n late">25</td><td class="told">逾期 1 期</td>'
        in shown
    )
    assert board_by_roster((), PROJECT.contracts) == []
    assert [
        (row["title"], row["units"], row["newest"], row["age_days"], row["due_on"], row["overdue"])
        for row in content.board_by_roster
    ] == [
        ("城市低保", 1, "2023-08", 1, NEXT, 0),
        ("特困人员救助供养", 2, "2023-06", 63, NEXT, 1),
        ("死亡人员", 1, "2023-08-01", 31, None, 0),
    ]


def test_a_page_of_a_district_where_all_came_in_time_says_so() -> None:
    shown = page(content_of(worked_off()))
    assert "逾期未交" not in shown.partition("<h3>按报送日历")[0]
    assert '<h3>按报送日历逾期未交的名册</h3>\n<p class="none">没有。</p>' in shown


def test_the_workbook_has_a_line_for_every_unit() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(content_of(worked_off(deliveries=DELIVERIES)))))
    rows = book.get_sheet_by_name("交付看板").to_python()
    assert [[str(cell) for cell in row] for row in rows[3:]] == [
        ["特困人员救助供养", "东湖", "区民政局", "2023-06", "63.0", "2023-07", "2023-08-07", "25.0", "逾期 1 期"],
        ["城市低保", "全区", "区民政局", "2023-08", "1.0", "2023-09", "2023-10-11", "0.0", ""],
        ["特困人员救助供养", "西岭", "区民政局", "2023-08", "1.0", "2023-09", "2023-10-11", "0.0", ""],
        ["死亡人员", "全区", "区公安分局", "2023-08-01", "31.0", "", "", "", "不定期"],
    ]


def test_the_terminal_names_what_is_overdue_and_counts_the_rest() -> None:
    told = told_in_chinese(lines(date(2023, 10, 12)))
    assert told == [
        ("逾期未交", "特困人员救助供养（街道000）：2023-09 尚未交付，截止 2023-10-11，已逾期 1 天，最近一期 2023-08"),
        ("不定期", "1 项，最旧一期 2023-08-01，期末距今 72 天"),
        ("从未交付", f"{len(PROJECT.contracts) - 2} 种名册"),
    ]
    assert told_in_chinese(lines(NEXT))[0] == (
        "按期", "1 项，最旧一期 2023-08，期末距今 41 天；下一个截止日 2023-10-11，1 项"
    )  # fmt: skip
    assert not told_in_chinese(())


@pytest.mark.parametrize(("units", "more"), [(20, []), (21, [("", "另有 1 项逾期")])])
def test_of_many_overdue_units_twenty_are_named(units: int, more: list[tuple[str, str]]) -> None:
    told = told_in_chinese(lines(date(2023, 10, 12), units))
    assert sum(name == "逾期未交" for name, _ in told) == 20
    assert told[20:-2] == more


def test_a_year_whose_holidays_nobody_knows_is_told() -> None:
    board = board_of({"tekun": RosterDue("month", FIVE)}, {("tekun", None): ["2099-08"]}, date(2099, 10, 1))
    unknown = "2099 年放假安排未知，按周一至周五推算"
    assert f"下一个截止日 2099-10-07（{unknown}），1 项" in dict(told_in_chinese(board))["按期"]
    assert board_records(board, PROJECT.contracts)[0]["told"] == unknown


def test_status_tells_what_the_calendar_names_before_the_first_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").mkdir()
    calendar = tmp_path / "state" / "calendar.toml"
    calendar.write_text('[tekun.units]\n"东湖" = "5 workdays"\n', "utf-8")
    assert run(["status", "--root", str(tmp_path), "--json"]) == 1
    (line,) = json.loads(capsys.readouterr().out)["board"]
    assert (line["roster"], line["unit"], line["newest"]) == ("tekun", "东湖", None)
    calendar.write_text("[nosuch]\n")
    assert run(["status", "--root", str(tmp_path)]) == 10


def test_a_term_is_told_in_the_words_of_whoever_reads_it() -> None:
    calendar = {"student_living": RosterDue("term", FIVE)}
    board = board_of(calendar, {("student_living", None): ["2022-autumn"]}, date(2024, 4, 1))
    title = PROJECT.contracts["student_living"].title
    expected = "2023年春季学期 起 2 期 尚未交付，截止 2023-08-07，已逾期 238 天，最近一期 2022年秋季学期"
    assert told_in_chinese(board)[0] == ("逾期未交", f"{title}（全区）：{expected}")
    assert "2 periods from 2023-spring on" in next(shown_board(board, PROJECT.contracts))[1]

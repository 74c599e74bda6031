"""The page of a run: the district's own form, no outside resource, every cell escaped, the same bytes each time."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from markupsafe import escape
from rich.console import Console

from huimin.cells import TYPES
from huimin.contracts.contract import Column, Contract
from huimin.publishing.publish import write_parquet
from huimin.report import Content, gather_content, statistics_table, write_page
from huimin.report.content import reason_text
from huimin.report.month import days_of
from huimin.report.page import page, short
from huimin.report.scorecard import in_titles
from huimin.report.zero import zero_reports
from huimin.tables.declared import STATISTICS
from unit.published_run import RUN, RUN_DATE, ready_to_publish
from unit.report_world import HOSTILE, content_of, hostile, worked_off
from unit.work_database import contracts

FORM = """
part | position | department | item                 | item_title                       | clues | department_clues | share
main | 1        | 区教育局   | student_living       | 义务教育家庭经济困难学生生活补助 | 37    | 45               | 11.63
main | 2        | 区教育局   | high_school_grant    | 普通高中助学金                   | 8     | 45               | 11.63
main | 3        | 区科经局   | vehicle_trade_in     | 汽车以旧换新补贴                 | 274   | 274              | 70.80
main | 4        | 区民政局   | rural_dibao          | 农村低保                         | 3     | 22               | 5.68
main | 5        | 区民政局   | urban_dibao          | 城市低保                         | 16    | 22               | 5.68
main | 6        | 区民政局   | disability_living    | 困难残疾人生活补贴               | 1     | 22               | 5.68
main | 7        | 区民政局   | disability_nursing   | 重度残疾人护理补贴               | 1     | 22               | 5.68
main | 8        | 区民政局   | elderly_allowance    | 高龄津贴                         | 1     | 22               | 5.68
main | 9        | 区社保处   | pension_contribution | 困难群体人员代缴城乡居保费       | 46    | 46               | 11.89
main |          | 总计       |                      |                                  | 387   | 387              | 100.00
funds | 1       | 区扶贫办   | poverty_funds        | 扶贫资金投入使用                 | 2     | 2                | 100.00
funds |         | 总计       |                      |                                  | 2     | 2                | 100.00
"""
DEATHS = Contract(
    "deaths", "死亡人员", "register", "public_security", "区公安分局", "register", None, 15, (), (), (), (), ""
)


class Tables(HTMLParser):
    """Every table of a page as rows of cells, a merged cell once."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.inside = True
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data.strip()


def page_of(folder: Path, rows: dict[str, str] | None = None, **known: object) -> str:
    content = gather_content(
        ready_to_publish(rows), RUN, RUN_DATE, known.get("contracts", {}), known.get("rules", {}), {}
    )
    write_page(content, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_statistics_table_is_the_districts_form(tmp_path):
    tables = Tables(page_of(tmp_path, {"statistics": FORM})).tables
    assert tables[0] == [
        ["序号", "责任部门", "项目名称", "条数", "部门总条数", "占比"],
        ["1", "区教育局", "义务教育家庭经济困难学生生活补助", "37", "45", "11.63%"],
        ["2", "普通高中助学金", "8"],
        ["3", "区科经局", "汽车以旧换新补贴", "274", "274", "70.80%"],
        ["4", "区民政局", "农村低保", "3", "22", "5.68%"],
        ["5", "城市低保", "16"],
        ["6", "困难残疾人生活补贴", "1"],
        ["7", "重度残疾人护理补贴", "1"],
        ["8", "高龄津贴", "1"],
        ["9", "区社保处", "困难群体人员代缴城乡居保费", "46", "46", "11.89%"],
        ["总计", "387", "387", "100.00%"],
    ]
    (funds,) = [table[1:] for table in tables if ["1", "区扶贫办", "扶贫资金投入使用", "2", "2", "100.00%"] in table]
    assert funds == [["1", "区扶贫办", "扶贫资金投入使用", "2", "2", "100.00%"], ["总计", "2", "2", "100.00%"]]


def test_the_terminal_shows_the_same_table(tmp_path):
    write_parquet(ready_to_publish({"statistics": FORM}), STATISTICS, tmp_path / "statistics.parquet")
    text = StringIO()
    Console(file=text, width=120).print(statistics_table(tmp_path))
    lines = [re.split(r"\s*│\s*", line.strip("│ ")) for line in text.getvalue().splitlines() if "│" in line]
    assert lines[0] == ["1", "区教育局", "义务教育家庭经济困难学生生活补助", "37", "45", "11.63%"]
    assert lines[1][:3] == ["2", "", "普通高中助学金"]
    assert lines[-1] == ["总计", "", "387", "387", "100.00%"]


def test_the_page_needs_no_network_and_runs_nothing(tmp_path):
    page = page_of(tmp_path)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"https?:|<script|<link|<img|<iframe|url\(|@import|\son\w+=", page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


def test_cells_cannot_become_markup(tmp_path):
    page = page_of(tmp_path)
    assert "表头有 &lt;姓名&gt;" in page and "<姓名>" not in page


def test_the_same_run_gives_the_same_bytes(tmp_path):
    assert page_of(tmp_path) == page_of(tmp_path)


def test_a_chief_reads_what_was_refused_skipped_stale_and_changed(tmp_path):
    page = page_of(tmp_path, contracts={"deaths": DEATHS})
    tables = Tables(page).tables
    assert ["prisoner", "缺少：prisoners"] in [row for table in tables for row in table]
    assert ["population", "关山", "户籍.xls", "缺少必需列 身份证号；表头有 <姓名>"] in [r for t in tables for r in t]
    assert ["死亡人员", "", "死亡.csv", "陈旧：较新的交付未通过关键检查，沿用本交付"] in [r for t in tables for r in t]
    assert ["区公安分局", "1", "50", "0", "0.00%", "", "", "", "", "1"] in [r for t in tables for r in t]
    assert ["（放错位置）", "urban_dibao", "id_number", "身份证号校验位不符", "2"] in [r for t in tables for r in t]
    assert "新增 1 条，变化 0 条，消失 0 条" in page
    assert "0.29 万元" in page
    assert "已备案豁免 1 条" in page


def test_a_run_that_found_nothing_says_so_and_warns_of_skipped_rules(tmp_path):
    nothing = dict.fromkeys(("clues", "evidence", "statistics", "changes", "ledger", "exposure"), "")
    page = page_of(tmp_path, nothing)
    assert "本次没有疑点线索，但有规则因缺少数据没有运行" in page
    assert Tables(page).tables[0][1:] == [["总计", "0", "0", "—"]]


def test_a_run_without_any_delivery_still_has_a_page(tmp_path):
    everything = ("clues", "evidence", "deliveries", "quality", "reject_reasons", "rules", "statistics", "changes")
    page = page_of(tmp_path, dict.fromkeys((*everything, "ledger", "exposure"), ""), contracts={"deaths": DEATHS})
    assert "从未交付的名册" in page and "死亡人员" in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("died_on.not_null", "死亡日期.不为空"),
        ("died_on+row.unique", "死亡日期+row.不重复"),
        ("died_on.between(min_value=0.5)", "死亡日期.取值范围(至少=0.5)"),
        ("filed_on.at_least(died_on)", "filed_on.不小于（不早于）(死亡日期)"),
        ("died_on", "死亡日期"),
        ("", ""),
    ],
)
def test_expectations_are_named_by_the_departments_titles(name, words):
    assert in_titles(name, replace(DEATHS, columns=(Column("died_on", TYPES["date"], ("死亡日期",)),))) == words
    assert in_titles(name, None) == words.replace("死亡日期", "died_on")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("missing deaths, prisoners", "缺少：死亡人员、prisoners"),
        ("stale deaths", "使用了陈旧数据：死亡人员"),
        ("其他原因", "其他原因"),
        (None, ""),
    ],
)
def test_why_a_rule_did_not_run_is_said_with_titles(why, words):
    assert reason_text(why, {"deaths": "死亡人员"}) == words


def rows_of(content: Content) -> list[list[str]]:
    """Every row of every table of the page."""
    return [row for table in Tables(page(content)).tables for row in table]


def test_progress_is_shown_by_street_and_department_and_nothing_is_left_open():
    rows = rows_of(content_of(worked_off()))
    assert ["关山街道", "", "160", "70", "12", "4", "40", "46", "8", "10", "30", "21.23", "10.17"] in rows
    assert ["和平街道", "", "60", "60", "", "", "", "", "", "", "", "", ""] in rows
    assert ["（未填街道）", "", "2", "2", *[""] * 9] in rows
    whole = ["合计", "", "430", "214", "37", "12", "96", "108", "14", "25", "61", "41.23", "18.77"]
    assert rows.count(whole) == 2


def test_the_first_sheet_says_what_matters():
    first = page(content_of(worked_off())).split("</main>")[0]
    for words in ("387 <small>条", "251.29 <small>万元", "214 <small>条", "逾期（含整改）37 条", "18.77 <small>万元"):
        assert words in first, words
    for words in ("应追缴 41.23 万元；已销号 61 条", "1 条规则查实率偏低，提请复审：dibao_tekun", "待核查 214（50%）"):
        assert words in first, words
    assert "有享受对象、没有一条线索（零线索）：左岭街道" in first


def test_who_sent_nothing_is_listed_with_what_did_not_come():
    zero = {(entry.unit, entry.finding) for entry in content_of(worked_off()).zero}
    assert {("左岭街道", "零线索"), ("和平街道", "零核查"), ("区税务局", "零交付")} <= zero
    assert not {unit for unit, finding in zero if finding == "零核查"} & {
        "关山街道",
        "洪山街道",
        "珞南街道",
        "区民政局",
    }


def test_before_the_first_result_nobody_is_blamed_for_none():
    content = content_of(ready_to_publish())
    assert "零核查" not in {entry.finding for entry in content.zero}
    text = page(content)
    assert "尚无核查结果" in text and "零核查" not in text
    assert "提请复审" not in text


def test_a_month_lists_who_returned_nothing_in_it_and_which_rosters_of_it_are_missing():
    con = worked_off()
    con.execute(
        "update deliveries set status = 'accepted', roster = 'urban_dibao', periods = '2023-07' where status <> 'refused'"
    )
    august = {
        (entry.unit, entry.finding): entry.told for entry in zero_reports(con, contracts(), days_of(date(2023, 8, 1)))
    }
    assert august[("和平街道", "零核查")] == "1 条待核查，本月没有报送核查结果"
    assert ("区民政局", "零核查") not in august
    assert "城市低保" in august[("区民政局", "零交付")]
    july = {
        (entry.unit, entry.finding): entry.told for entry in zero_reports(con, contracts(), days_of(date(2023, 7, 1)))
    }
    assert "城市低保" not in july[("区民政局", "零交付")] and "农村低保" in july[("区民政局", "零交付")]


def test_departments_see_what_they_must_correct_and_what_they_have_corrected():
    rows = rows_of(content_of(worked_off()))
    assert ["区民政局", "1", "98", "2", "2.00%", "6", "2", "1", "", ""] in rows
    assert ["区民政局", "城市低保", "身份证号", "身份证号校验位不符", "2"] in rows


def test_the_trend_is_the_last_run_of_each_day():
    con = worked_off()
    con.execute(
        "insert into trend select '20230901T030000-abc123', run_date, w.*, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1"
        " from trend, (values ('all', null), ('street', '甲')) as w (a, b) where run_date = '2023-09-01'"
    )
    content = content_of(con)
    assert (len(content.trend), content.trend[-1]["run"]) == (30, "20230901T030000-abc123")
    assert [curve.title for curve in content.curves][:2] == ["待核查", "已销号（累计）"]
    assert content.curves[0].points.startswith("0,0 ") and content.curves[0].last == "1 条"


def test_rates_come_with_their_intervals_and_rules_to_review():
    content = content_of(worked_off())
    assert [row["title"] for row in content.review] == ["dibao_tekun（2 级）"]
    rows = rows_of(content)
    assert ["关山街道", "12", "3", "25.0%", "", "8.9%–53.2%"] in rows
    assert ["1 级线索", "110", "47", "42.7%", "", "33.9%–52.1%"] in rows


def test_the_first_run_is_told_from_later_ones():
    own = "run | run_date | clues\n20230901T020000-abc123 | 2023-09-01 | 2"
    ledger = "clue_id | state | first_seen\naaaaaaaaaaaaaaa1 | 待核查 | 2023-09-01"
    first = page(gather_content(ready_to_publish({"trend": own, "ledger": ledger}), RUN, RUN_DATE, {}, {}, {}))
    assert "首次运行：1 条线索都是新增" in first and "比上次" not in first
    later = page(gather_content(ready_to_publish(), RUN, RUN_DATE, {}, {}, {}))
    assert "首次运行" not in later and "新增 1 条，变化 0 条，消失 0 条" in later


def test_chosen_names_cannot_become_markup():
    text = page(content_of(hostile()))
    assert not re.search(r"<script|<img|\{\{(?! 7 \* 7)|\s on\w+=", text.replace("&lt;", ""))
    for name in HOSTILE[:3]:
        assert str(escape(name)) in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("东街", "东街"), ("a\nb\u202ec\u200b", "a bc"), ("长" * 61, "长" * 59 + "…"), (None, "")],
    ids=["plain", "control characters", "long", "none"],
)
def test_names_are_shown_on_one_line(text, shown):
    assert short(text) == shown

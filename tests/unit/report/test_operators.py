"""The overview that operators see in Prefect's interface."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import duckdb
import pytest
from markdown_it import MarkdownIt

from acceptance.test_held import OTHER_DEATH
from deliveries import HEAD, WIFE, deliver
from huimin.errors import RuleError, UnforeseenFault
from huimin.language import _
from huimin.nights.published_run import PublishedRun
from huimin.quality.words import KEPT_OUT
from huimin.report.operators import (
    OPEN,
    as_rows,
    failed,
    fault_page,
    held_page,
    next_steps,
    not_taken,
    overview_page,
    overview_tables,
    place_told,
    table,
)
from huimin.tables.declared import DELIVERIES, QUALITY, column_types
from huimin.tables.sql import rows_of
from nights import PROJECT, run_night


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[PublishedRun, PublishedRun]:
    """A night, and one that the brake holds."""
    root = tmp_path_factory.mktemp("district")
    deliver(root)
    (root / "state").mkdir()
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    first = run_night(root)
    deliver(root, OTHER_DEATH)
    return first, run_night(root)


def test_tables_are_in_chinese_and_say_what_is_wrong_first(nights: tuple[PublishedRun, PublishedRun]) -> None:
    tables = overview_tables(nights[0].folder, PROJECT)
    title, rows = tables["deliveries"]
    assert title == "交付"
    assert rows[0] == {
        "名册": "nosuch", "单位": "", "文件": "x.csv", "去向": "拒收", "接收行": 0, "退回行": 0,
        "问题": "没有名为 nosuch 的名册文件夹", "怎样改": "放入以名册命名的文件夹", "编号": rows[0]["编号"],
    }  # fmt: skip
    assert re.fullmatch(r"[0-9a-f]{16}", str(rows[0]["编号"]))
    by_title = {row["名册"]: row for row in rows}
    assert by_title[PROJECT.contracts["urban_dibao"].title]["去向"] == "已接收，有退回行"
    by_rule = {row["规则"]: row for row in tables["clues"][1]}
    deceased = by_rule[PROJECT.rules["deceased"].title]
    assert (deceased["线索"], deceased["新增"], deceased["消失"]) == (1, 1, 0)
    assert any(str(row["说明"]).startswith("缺少：") for row in by_rule.values())
    assert tables["items"][1] == [{"项目": PROJECT.contracts["urban_dibao"].title, "线索": 2, "新增": 2, "消失": 0}]
    for _title, shown in tables.values():
        assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in str(shown)]


def test_the_overview_has_the_statistics_table_and_the_sentence(nights: tuple[PublishedRun, PublishedRun]) -> None:
    steps = next_steps(None, nights[0].in_force, len(nights[0].kept_out), nights[0].refused)
    page = overview_page(nights[0].folder, PROJECT, "完成", nights[0].headline({}), steps, "运行报告 `x`")
    assert page.startswith("# 完成\n\n接收 ")
    assert "\n\n拒收未改正 1 份（见下表）：请部门改正后再报\n\n报告：" in page
    assert re.search(r"\| nosuch \|  \| x\.csv \| 没有名为 nosuch 的名册文件夹 \| [^|]+ \| [0-9a-f]{16} \|", page)
    assert "huimin admit" not in page
    assert "| 1 | 区民政局 | 城市低保 | 2 | 2 | 100.00% |" in page
    assert "|  | 总计 |  | 2 | 2 | 100.00% |" in page


def test_the_overview_says_what_there_is_to_do() -> None:
    assert list(next_steps(None, 1, 0, 0)) == []
    (held,) = next_steps("20230822T020000-1a2b3c", 1, 0, 0)
    assert "huimin release 20230822T020000-1a2b3c --why" in held
    (kept_out,) = next_steps(None, 1, 1, 0)
    assert "huimin admit" in kept_out
    (unusable,) = next_steps(None, 0, 0, 0)
    assert "huimin plan" in unusable


def test_a_night_that_failed_says_where_what_and_what_to_try() -> None:
    page = fault_page(RuleError("state/policy.toml", _("cannot be read"), _("see docs/design.md, 'A rule'")))
    assert page.startswith("# Failed\n\nstate/policy.toml：读不了\n\n怎样改：")
    assert "最新一次运行和台账保持不变" in page
    assert "\n\nKeyError at match.py:7\n\n" in fault_page(UnforeseenFault("KeyError at match.py:7"))


def test_what_was_not_taken_is_named_with_the_reason_and_what_to_do_until_it_is_corrected() -> None:
    with duckdb.connect() as con:
        con.execute(f"create table deliveries ({column_types(DELIVERIES)})")
        told = [
            ("deaths", None, "a.csv", "没有找到表头", "加上表头", "1", False, date(2023, 8, 1)),
            ("deaths", "甲街道", "a.csv", "没有找到表头", "加上表头", "3", True, date(2023, 8, 1)),
            ("deaths", None, "b.csv", None, None, "4", False, date(2023, 8, 1)),
            ("deaths", None, "b.csv", "没有找到表头", "加上表头", "5", True, date(2023, 8, 2)),
            ("deaths", None, "c.csv", f"{KEPT_OUT}：人数不足一半", None, "6", True, date(2023, 7, 1)),
            ("deaths", None, "d.csv", "没有找到表头", "加上表头", "7", True, date(2023, 8, 1)),
        ]
        columns = "roster, unit, file, problem, fix, delivery, uncorrected, received_at"
        con.executemany(f"insert into deliveries ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", told)
        found = rows_of(con, OPEN)
    assert [row["delivery"] for row in found] == ["6", "5", "7", "3"]
    lines = list(not_taken(found * 3, PROJECT))
    title = PROJECT.contracts["deaths"].title
    assert f"| {title} |  | c.csv | {KEPT_OUT}：人数不足一半 |  | 6 |" in lines
    assert f"| {title} | 甲街道 | a.csv | 没有找到表头 | 加上表头 | 3 |" in lines
    assert lines[-1] == "另有 2 份，见 deliveries"
    assert list(not_taken([], PROJECT)) == []


def test_an_expectation_that_failed_is_told_in_words() -> None:
    with duckdb.connect() as con:
        con.execute(
            f"create table quality ({column_types(QUALITY)}); create table deliveries (delivery text, file text)"
        )
        columns = "roster, delivery, expectation, severity, success, observed, unexpected_count"
        found = ("vehicles", "v1", "vin.vin_check_digit", "warning", False, "vin_check_digit", 7)
        con.execute(f"insert into quality ({columns}) values (?, ?, ?, ?, ?, ?, ?)", found)
        (row,) = failed(con, PROJECT)
    assert row["观测值"] == "车辆识别代号校验位不符"
    assert row["期望"] == "车辆识别代号.车辆识别代号校验位不符"
    assert (row["程度"], row["不满足的行"]) == ("提醒", 7)


def test_a_held_run_says_why_and_what_to_do(nights: tuple[PublishedRun, PublishedRun]) -> None:
    held = nights[1].held
    assert held is not None
    page = held_page(held, nights[1].run, PROJECT)
    assert f"新增 {held.new} 条、消失 {held.vanished} 条，上次共 {held.before} 条" in page
    assert f"| {PROJECT.rules['deceased'].title} | 1 | 2 | 1 |" in page
    assert "死亡人员20230802.csv" in page
    assert f"huimin release {nights[1].run} --why" in page
    assert nights[1].headline({}).endswith("与上次相差过大，待放行")


def test_names_in_a_table_are_no_markup() -> None:
    assert list(table(("文件",), [("a|b<img src=x>\n.csv",)])) == [
        "| 文件 |", "| --- |", "| a\\|b&lt;img src=x&gt; .csv |"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.zip/[点此登录](http://x.example/).csv", r"a.zip/\[点此登录\](http\://x.example/).csv"),
        ("见 www.x.example 或 a@x.example", r"见 www\.x.example 或 a\@x.example"),
        ("**急** `x` ~~y~~ _z_", r"\*\*急\*\* \`x\` \~\~y\~\~ \_z\_"),
        (r"a\|b", r"a\\\|b"),
        ("urban_dibao 2023.08（1）-2.csv", "urban_dibao 2023.08（1）-2.csv"),
    ],
)
def test_a_name_is_neither_a_link_nor_emphasis(name: str, told: str) -> None:
    assert list(table(("文件",), [(name,)]))[2] == f"| {told} |"


@pytest.mark.parametrize(
    "text",
    [
        "# 名单.csv", "- 名单", "---", "+ x", "1. 名单", "1) 名单", "2023.08", "-3", "> 名单", "    缩进", "| a | b |",
        "[点此](http://x.example/)", "<b>x</b>", "**急**", "未通过：共 3 行", "甲\n- 乙",
    ],
)  # fmt: skip
def test_a_text_that_stands_alone_is_shown_as_it_is(text: str) -> None:
    (row,) = as_rows([{"文件": text, "行": 3}])
    assert row["行"] == 3
    shown = " ".join(text.split())
    assert unescape(MarkdownIt().render(str(row["文件"]))) == f"<p>{shown}</p>\n"


def test_a_page_is_a_link_only_where_readers_have_an_address() -> None:
    place = Path("published/r/report.html")
    assert place_told(place, "运行报告", None) == "运行报告 `published/r/report.html`"
    assert place_told(place, "运行报告", "http://h/r") == "[运行报告](http://h/r)"

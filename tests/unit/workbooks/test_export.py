"""Ledger workbooks of streets and departments out of drawn cards, a drawn ledger and decisions."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huimin.ledger.fold import lay_decisions, lay_previous, lay_standing
from huimin.returns.returned import read_returned
from huimin.sheets import Limits
from huimin.tables.declared import CARDS, column_types
from huimin.workbooks.book_rows import Issue
from huimin.workbooks.columns import FILLED, LOCKED, SEAL, seal
from huimin.workbooks.export import write_ledger_books
from huimin.workbooks.names import file_name
from unit.work_database import catalogue, fill, rule
from unit.workbooks import Book

SECRET = b"s" * 32
ISSUE = Issue("20230901T020000-abc123", date(2023, 9, 1), SECRET)
RULES = catalogue(
    rule("car", title="低保家庭有机动车", basis="办法", ask="车由谁在用", mistaken_when=("已卖未过户", "代步车"))
)
CARD = "clue_id | rule | rule_title | tier | item_title | department | street | household_key | name | id_number"
CARDS_DRAWN = f"""{CARD} | priority | identity | amount_at_risk | periods | told_on
c1 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h1 | 王一 | 429999195001010012 | 10 | A | 1000 | 2 | 2023-09-01
c2 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h2 | 李二 | 429999196002020025 | 90 | C | 2000 | 1 | 2023-09-01
c3 | dead | 亡 | 1 | 学生补助 | 区教育局 | 东街 | h1 | 王小一 | 429999200001010018 | 50 | A | 300 | 1 | 2023-09-01
c4 | dead | 亡 | 1 | 城市低保 | 区民政局 | 西街 | h1 | 王外 | 429999200001010026 | 5 | A | 30 | 1 | 2023-09-01
c5 | name | 名 | 0 | 资金 |  |  |  | 水渠 |  | 1 |  | 10 | 1 | 2023-08-01
c6 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h6 | 已销 | 429999196002020041 | 1 | A | 2 | 1 | 2023-09-01
c7 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h7 | 已免 | 429999196002020068 | 1 | A | 2 | 1 | 2023-09-01
c8 | car | 车 | 2 | 城市低保 | 区民政局 | 南街 | h8 | 没了 | 429999196002020084 | 1 | A | 2 | 1 | 2023-09-01
"""
LEDGER = "clue_id | rule | department | street | state | tier | identity | periods | amount_at_risk"
LEDGER_DRAWN = f"""{LEDGER} | outcome | cause | verified_on | closed_on | vanished_on
c1 | car | 区民政局 | 东街 | 待核查 | 2 | A | 2 | 1000 | | | | |
c2 | car | 区民政局 | 东街 | 待核查 | 2 | C | 1 | 2000 | | | | |
c3 | dead | 区教育局 | 东街 | 待核查 | 1 | A | 1 | 300 | | | | |
c4 | dead | 区民政局 | 西街 | 待核查 | 1 | A | 1 | 30 | | | | |
c5 | name |  |  | 待核查 | 0 |  | 1 | 10 | | | | |
c6 | car | 区民政局 | 东街 | 已销号 | 2 | A | 1 | 2 | 查否 | 规则误报 | 2023-08-20 | 2023-08-30 |
c7 | car | 区民政局 | 东街 | 豁免 | 2 | A | 1 | 2 | | | | |
c8 | car | 区民政局 | 南街 | 自然消除 | 2 | A | 1 | 2 | | | | | 2023-08-15
"""


def laid(con: duckdb.DuckDBPyConnection, cards: str, ledger: str) -> None:
    """The drawn cards and ledger, and no decisions."""
    con.execute(f"create table cards ({column_types(CARDS)})")
    fill(con, "cards", cards)
    lay_previous(con, None)
    fill(con, "previous_ledger", ledger)
    lay_standing(con)
    lay_decisions(con, [])


def exported(folder: Path, ledger: str = LEDGER_DRAWN, cards: str = CARDS_DRAWN, **only: str) -> dict[str, Book]:
    """The workbooks by name."""
    with duckdb.connect() as con:
        laid(con, cards, ledger)
        fill(con, "decisions", only.pop("decisions", "record | sequence | kind | clue_id"))
        places = write_ledger_books(con, folder, ISSUE, RULES, only or None)  # type: ignore[arg-type]
    return {place.stem: Book(place) for place in places}


def told(book: Book) -> list[dict[str, Any]]:
    return book.table("台账", "户序")


def changed(clue: str, **columns: str) -> str:
    """The drawn ledger with other cells in one clue's row."""
    head, *lines = LEDGER_DRAWN.strip().splitlines()
    names = [name.strip() for name in head.split("|")]
    names += [name for name in columns if name not in names]
    drawn = []
    for line in lines:
        cells = dict(zip(names, (cell.strip() for cell in line.split("|"))))
        cells |= columns if cells["clue_id"] == clue else {}
        drawn.append(" | ".join(cells.get(name, "") for name in names))
    return "\n".join([" | ".join(names), *drawn])


def test_a_workbook_for_each_street_and_department_with_its_own_rows_alone(tmp_path):
    books = exported(tmp_path / "工作簿")
    assert {name: sorted(row["线索编号"] for row in told(book)) for name, book in books.items()} == {
        "街道_东街": ["c1", "c2", "c3"],
        "街道_西街": ["c4"],
        "街道_南街": [],
        "街道_未填": ["c5"],
        "部门_区民政局": ["c1", "c2", "c4"],
        "部门_区教育局": ["c3"],
        "部门_未填": ["c5"],
    }
    assert (tmp_path / "工作簿").stat().st_mode & 0o777 == 0o700


def test_households_stand_together_the_most_urgent_first(tmp_path):
    east = told(exported(tmp_path)["街道_东街"])
    assert [(row["户序"], row["线索编号"]) for row in east] == [(1, "c2"), (2, "c3"), (2, "c1")]


def test_rows_stand_as_one_visits(tmp_path):
    """By street, community and household; a household stands in one place; within it what is due comes first."""
    cards = f"""{CARD} | community | priority
d1 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h1 | 甲 | 1 | 二社区 | 99
d2 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h2 | 乙 | 2 | 一社区 | 10
d3 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h3 | 丙 | 3 | 一社区 | 20
d4 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h3 | 丙 | 3 | 二社区 | 5
d5 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h3 | 丙 | 3 |  | 1
d6 | car | 车 | 2 | 城市低保 | 区民政局 | 东街 | h4 | 丁 | 4 |  | 99
d7 | car | 车 | 2 | 城市低保 | 区民政局 | 北街 | h5 | 戊 | 5 | 九社区 | 1
d8 | car | 车 | 2 | 城市低保 | 区民政局 |  | h6 | 己 | 6 | 一社区 | 1
"""
    standing = "clue_id | department | street | state | outcome | first_seen | reopened_on | deadline_on"
    ledger = f"""{standing}
d1 | 区民政局 | 东街 | 待核查 | | 2023-08-01 | |
d2 | 区民政局 | 东街 | 待核查 | | 2023-08-01 | |
d3 | 区民政局 | 东街 | 待核查 | | 2023-08-01 | 2023-08-20 | 2023-01-01
d4 | 区民政局 | 东街 | 待核查 | | 2023-08-10 | |
d5 | 区民政局 | 东街 | 整改中 | 查实 | 2023-08-25 | | 2023-10-01
d6 | 区民政局 | 东街 | 待核查 | | 2023-08-01 | |
d7 | 区民政局 | 北街 | 待核查 | | 2023-08-01 | |
d8 | 区民政局 |  | 待核查 | | 2023-08-01 | |
"""
    book = told(exported(tmp_path, ledger, cards)["部门_区民政局"])
    assert [(row["户序"], row["线索编号"]) for row in book] == [
        (1, "d5"), (1, "d4"), (1, "d3"), (2, "d2"), (3, "d1"), (4, "d6"), (5, "d7"), (6, "d8"),
    ]  # fmt: skip


def test_a_row_names_the_person_and_says_what_to_ask(tmp_path):
    row = next(row for row in told(exported(tmp_path)["街道_东街"]) if row["线索编号"] == "c1")
    assert (row["姓名"], row["身份证号"], row["等级"]) == ("王一", "429999195001010012", "2 与政策不一致")
    assert (row["上门核实"], row["可能误判"], row["政策依据"]) == ("车由谁在用", "已卖未过户；代步车", "办法")
    assert (row["涉及金额"], row["期数"], row["当前状态"]) == (1000, 2, "待核查")
    assert not any(row[column.title] for column in FILLED)


def test_the_hint_says_who_else_is_of_the_household_and_what_to_mind(tmp_path):
    hints = {row["线索编号"]: row["提示"] for book in exported(tmp_path).values() for row in told(book)}
    assert hints["c1"] == hints["c3"] == "同户共3条线索，可一次上门；其中1条在西街的台账"
    assert hints["c4"] == "同户共3条线索，可一次上门；其中2条在东街的台账"
    assert hints["c2"] == "姓名不一致，先核对是否同一人"
    assert hints["c5"] == "先请数据提供方核对；证据为2023年8月1日的数据"


@pytest.mark.parametrize(
    ("clue", "columns", "hint"),
    [
        pytest.param(
            "c2",
            {"reopened_on": "2023-09-01", "what_changed": "期间 1→2", "outcome": "查否", "cause": "规则误报"},
            "2023年9月1日重新打开：期间 1→2；上次核查结果：查否（规则误报）；姓名不一致，先核对是否同一人",
            id="opened-again",
        ),
        pytest.param(
            "c2",
            {"state": "复核中", "outcome": "查否", "identity": ""},
            "上次核查结果：查否；抽中复核，请由未参加上次核查的人核",
            id="drawn-for-recheck",
        ),
        pytest.param(
            "c2",
            {"state": "整改中", "outcome": "查实", "deadline_on": "2023-08-31", "identity": ""},
            "整改已逾期",
            id="overdue",
        ),
        pytest.param(
            "c2",
            {"state": "查实", "outcome": "查实", "vanished_on": "2023-08-31", "identity": ""},
            "2023年8月31日起数据中不再出现，证据为此前所见",
            id="no-longer-found",
        ),
    ],
)
def test_the_hint_says_how_it_stands(tmp_path, clue, columns, hint):
    found = told(exported(tmp_path, changed(clue, **columns), street="东街")["街道_东街"])
    assert next(row for row in found if row["线索编号"] == clue)["提示"] == hint


def test_what_was_decided_is_filled_in_where_it_still_stands(tmp_path):
    mending = changed(
        "c2", state="整改中", outcome="查实", cause="违规享受", verified_on="2023-08-20", handling="整改纠正",
        due_amount="800", recovered_amount="300.5", deadline_on="2023-10-01",
    )  # fmt: skip
    decisions = """
record | sequence | kind   | clue_id | methods               | verifier | note
000001 | 1        | ledger | c2      | 听对象陈述、看实际现场 | 赵       | 初核
000002 | 1        | ledger | c2      |                       | 钱       |
000003 | 1        | spot   | c2      |                       | 孙       | 抽查
"""
    row = told(exported(tmp_path / "甲", mending, decisions=decisions, street="东街")["街道_东街"])[0]
    assert {column.title: row[column.title] for column in FILLED} == {
        "核查结果": "查实", "原因": "违规享受", "核查方式": "听对象陈述、看实际现场", "核查人": "钱",
        "核查日期": date(2023, 8, 20), "处理方式": "整改纠正", "追缴金额": 300.5, "应追缴金额": 800,
        "整改期限": date(2023, 10, 1), "说明": "初核", "整改进展": "整改中", "整改完成日期": "",
    }  # fmt: skip
    for state in ("待核查", "复核中"):
        afresh = changed("c2", state=state, outcome="查否", cause="规则误报", verified_on="2023-08-20")
        row = told(exported(tmp_path / state, afresh, decisions=decisions, street="东街")["街道_东街"])[0]
        assert not any(row[column.title] for column in FILLED)


def test_settled_clues_stand_on_a_sheet_of_their_own(tmp_path):
    books = exported(tmp_path)
    closed = {
        row["线索编号"]: (row["姓名"], row["结果"], row["办结日期"])
        for row in books["街道_东街"].table("已办结", "线索编号")
    }
    assert closed["c6"] == ("已销", "已销号（查否）", date(2023, 8, 30))
    assert closed["c7"][:2] == ("已免", "豁免")
    [gone] = books["街道_南街"].table("已办结", "线索编号")
    assert (gone["结果"], gone["办结日期"]) == ("自然消除", date(2023, 8, 15))
    assert "已办结" not in books["街道_西街"].sheets()


def test_each_row_carries_a_seal_that_holds_in_both_of_its_workbooks(tmp_path):
    books = exported(tmp_path)
    seals = {}
    for book in books.values():
        for row in read_returned(book.path, book.path.name, Limits()):
            assert seal(SECRET, row.cells) == row.cells[SEAL]
            assert seals.setdefault(row.cells["线索编号"], row.cells[SEAL]) == row.cells[SEAL]
    assert len(seals) == len(set(seals.values())) == 5
    assert {column.title for column in LOCKED} <= set(row.cells)


def test_only_one_street_or_department_when_asked(tmp_path):
    assert set(exported(tmp_path / "a", street="东街")) == {"街道_东街"}
    assert set(exported(tmp_path / "b", street="未填", department="区教育局")) == {"街道_未填", "部门_区教育局"}
    assert exported(tmp_path / "c", street="不存在") == {}


@pytest.mark.parametrize(
    "street",
    ["../../etc/passwd", "a/b\\c", "C:\\x", "..", ".", "", "  ", "con:", "行\n行", "街" * 300, "\u202e倒", "<b>",
     "未填", "429999195001010012号"],
    ids=["up", "slashes", "drive", "dots", "dot", "empty", "blank", "colon", "line", "long", "bidi", "angle", "same",
         "id"],
)  # fmt: skip
def test_a_hostile_street_stays_inside_the_folder(tmp_path, street):
    taken: set[str] = set()
    names = [file_name("街道", street, taken), file_name("街道", None, taken)]
    assert len(set(names)) == 2
    for name in names:
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()
        assert len(name.encode()) < 200 and "\n" not in name and "429999195001010012" not in name
        (tmp_path / name).write_bytes(b"")
    assert names[1] == "街道_未填.xlsx"


def test_streets_that_look_alike_have_files_of_their_own():
    taken: set[str] = set()
    names = [file_name("街道", street, taken) for street in ("A街", "a街", "a/街", "a\\街", "a_街")]
    assert len({name.casefold() for name in names}) == len(names)


def test_too_many_streets_share_a_workbook(tmp_path):
    """Where the column of streets holds addresses, there is not a workbook a clue."""
    with duckdb.connect() as con:
        laid(con, CARDS_DRAWN, LEDGER_DRAWN)
        places = write_ledger_books(con, tmp_path, ISSUE, RULES, most_books=1)
    books = {place.stem: Book(place) for place in places}
    assert {name for name in books if name.startswith("街道")} == {"街道_东街", "街道_其余", "街道_未填"}
    assert [row["街道"] for row in told(books["街道_其余"])] == ["西街"]

"""Ledger workbooks: what may be filled in, what comes back as it was, where they are cut."""

import re
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from huimin.ledger.states import CAUSES, HANDLINGS, NO_MISTAKE, OUTCOMES
from huimin.returns.returned import read_returned
from huimin.sheets import Limits
from huimin.workbooks.book import BookRow, parts_of, write_book
from huimin.workbooks.columns import EVIDENCE_HASH, FILLED, LOCKED, REASON, SEAL, VERDICT, seal
from huimin.workbooks.formats import LONGEST, plain
from unit.workbooks import MAIN, Book, letter

TITLE = "关山街道 疑点线索核查台账"
NOTES = ("运行日 2023年9月1日", "只填浅黄色的列")
HEADER = 4
"""Row of the header, 1-based: below title and notes."""
HOSTILE = (
    "=1+1", "+86", "-1", "@cmd", "http://example.org", "00123", "12345678901234567890", "<r><t>x</t></r>", "<r>x</r>",
    "a & b < c > d \" '", "_x0041_", "带\x00控\x07制\x1f符", "行一\n行二", "\t缩进",
    "’‘“”👪𬱖", "=cmd|' /C calc'!A0", "'", "1e5",
)  # fmt: skip


def row(household: int, clue: str, state: str = "待核查", **more: object) -> BookRow:
    cells = {
        "户序": household, "线索编号": clue, "姓名": "张三", "身份证号": "429999195001010016",
        "涉及金额": Decimal("1200.50"), "期数": 3, "街道": "关山街道", "证据": "城市低保。", "当前状态": state,
        EVIDENCE_HASH: "e" * 16, SEAL: "s" * 16,
    }  # fmt: skip
    return BookRow({**cells, **more}, state)  # type: ignore[arg-type]


def written(place: Path, rows: list[BookRow], **more: object) -> Book:
    [path] = write_book(place, TITLE, rows, notes=NOTES, **more)  # type: ignore[arg-type]
    return Book(path)


def column_of(title: str, answer: bool = False) -> str:
    titles = [*((VERDICT, REASON) if answer else ()), *(c.title for c in LOCKED), *(c.title for c in FILLED)]
    return letter(titles.index(title))


def test_every_text_comes_back_as_text_and_nothing_is_a_formula_or_a_link(tmp_path):
    rows = [row(number, f"c{number}", 标的=text, 说明=text, 疑点概述=text) for number, text in enumerate(HOSTILE, 1)]
    book = written(tmp_path / "台账.xlsx", rows)
    back = book.table("台账", "户序")
    for text, found in zip(HOSTILE, back, strict=True):
        assert found["标的"] == found["说明"] == found["疑点概述"] == plain(text)
    sheet = book.sheet()
    assert not list(sheet.iter(f"{MAIN}f"))
    assert not list(sheet.iter(f"{MAIN}hyperlink"))
    assert not [name for name in book.names() if "externalLink" in name or "vbaProject" in name]


def test_numbers_days_and_id_numbers_stand_as_what_they_are(tmp_path):
    book = written(tmp_path / "台账.xlsx", [row(1, "c1", 核查日期=date(2023, 9, 2), 追缴金额=Decimal("10.00"))])
    [back] = book.table("台账", "户序")
    assert (back["户序"], back["期数"], back["涉及金额"], back["追缴金额"]) == (1, 3, 1200.5, 10)
    assert back["核查日期"] == date(2023, 9, 2)
    assert back["身份证号"] == "429999195001010016"


@pytest.mark.parametrize(
    "cell",
    [Decimal("NaN"), Decimal("Infinity"), date(1850, 1, 1), Decimal("1E+30"), 10**40, "长" * 40_000],
    ids=["nan", "infinity", "before-1900", "huge-decimal", "huge-integer", "too-long"],
)
def test_what_a_sheet_cannot_hold_does_not_break_it(tmp_path, cell):
    book = written(tmp_path / "台账.xlsx", [row(1, "c1", 涉及金额=cell), row(2, "c2")])
    back = book.table("台账", "户序")
    assert [found["线索编号"] for found in back] == ["c1", "c2"]
    assert len(str(back[0]["涉及金额"])) < LONGEST + 50


def test_only_the_columns_to_fill_can_be_changed(tmp_path):
    book = written(tmp_path / "台账.xlsx", [row(1, "c1"), row(1, "c2"), row(2, "c3")])
    to_fill = {f"{column_of(column.title)}{line}" for column in FILLED for line in range(HEADER + 1, HEADER + 4)}
    locked = book.is_locked()
    assert {name for name, value in locked.items() if not value} == to_fill
    protection = book.sheet().find(f"{MAIN}sheetProtection")
    assert protection is not None and protection.get("sheet") == "1"
    for number in (1, 2):
        assert book.sheet(number).find(f"{MAIN}sheetProtection") is not None


def test_the_lists_follow_the_state_of_the_row(tmp_path):
    states = ["待核查", "复核中", "待核查", "查实", "改判查实", "查否维持", "复核中"]
    book = written(tmp_path / "台账.xlsx", [row(n, f"c{n}", state) for n, state in enumerate(states, 1)])
    lists, outcome = book.lists(), column_of("核查结果")
    recheck = {"复核中", "改判查实", "查否维持"}
    for line, state in enumerate(states, HEADER + 1):
        assert lists[f"{outcome}{line}"] == ("查否维持,改判查实" if state in recheck else ",".join(OUTCOMES))
        assert lists[f"{column_of('原因')}{line}"] == ",".join(CAUSES)
    kinds = {
        str(v.get("sqref")).split(":")[0]: (v.get("type"), v.get("errorStyle"))
        for v in book.sheet().iter(f"{MAIN}dataValidation")
    }
    assert kinds[f"{column_of('核查方式')}{HEADER + 1}"] == ("list", "information")  # several may be typed
    assert kinds[f"{column_of('核查日期')}{HEADER + 1}"] == ("date", None)
    assert kinds[f"{column_of('追缴金额')}{HEADER + 1}"] == ("decimal", None)


def test_it_prints_with_its_header_on_landscape_a3_and_keeps_it_in_sight(tmp_path):
    book = written(tmp_path / "台账.xlsx", [row(1, "c1")])
    sheet = book.sheet()
    setup, pane = sheet.find(f"{MAIN}pageSetup"), next(sheet.iter(f"{MAIN}pane"))
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == ("8", "landscape", "0")
    assert setup.get("fitToWidth") == "2"
    assert (pane.get("ySplit"), pane.get("state")) == (str(HEADER), "frozen")
    assert "&P" in (sheet.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter") or "")
    defined = [name.text or "" for name in book.xml("xl/workbook.xml").iter(f"{MAIN}definedName")]
    assert any(re.fullmatch(rf"台账!\$A:\$B,台账!\${HEADER}:\${HEADER}", text) for text in defined)
    hidden = [column for column in sheet.iter(f"{MAIN}col") if column.get("hidden") == "1"]
    places = [place for column in hidden for place in range(int(column.get("min", 0)), int(column.get("max", 0)) + 1)]
    assert [LOCKED[place - 1].title for place in places] == [EVIDENCE_HASH, SEAL]


NEEDED = {
    "原因": {"查否", "查否维持"},
    "核查人": {"查实", "部分查实", "查否", "待定", "查否维持", "改判查实"},
    "核查日期": {"查实", "部分查实", "查否", "待定", "查否维持", "改判查实"},
    "处理方式": {"查实", "部分查实", "改判查实"},
}
"""Columns that are needed by the result alone, with the results."""


def test_cells_still_needed_stand_out_once_there_is_a_result(tmp_path):
    sheet = written(tmp_path / "台账.xlsx", [row(1, "c1"), row(2, "c2")]).sheet()
    told = {
        str(form.get("sqref")): form.findtext(f"{MAIN}cfRule/{MAIN}formula") or ""
        for form in sheet.iter(f"{MAIN}conditionalFormatting")
    }
    first, last = HEADER + 1, HEADER + 2
    cells = {column.title: f"${column_of(column.title)}{first}" for column in FILLED}
    for title, results in NEEDED.items():
        formula = told[f"{column_of(title)}{first}:{column_of(title)}{last}"]
        assert formula.startswith(f'AND({cells[title]}="",')
        named = {word for word in (*OUTCOMES, "查否维持", "改判查实") if f'{cells["核查结果"]}="{word}"' in formula}
        assert named == results or f'{cells["核查结果"]}<>""' in formula
    due, note = (told[f"{column_of(title)}{first}:{column_of(title)}{last}"] for title in ("应追缴金额", "说明"))
    assert due == f'AND({cells["应追缴金额"]}="",{cells["追缴金额"]}<>"")'
    assert f'{cells["原因"]}="其他"' in note and f'{cells["处理方式"]}="无需处理"' in note
    assert not any(f"{column_of(title)}{first}" in place for place in told for title in ("核查结果", "追缴金额"))


@pytest.mark.parametrize(
    ("title", "last"), [("核查日期", "TODAY()"), ("整改完成日期", "TODAY()"), ("整改期限", None)], ids=str
)
def test_a_day_after_today_is_not_taken_where_it_has_been(tmp_path, title, last):
    rules = written(tmp_path / "台账.xlsx", [row(1, "c1")]).sheet().iter(f"{MAIN}dataValidation")
    [rule] = [each for each in rules if each.get("sqref") == f"{column_of(title)}{HEADER + 1}"]
    assert rule.findtext(f"{MAIN}formula1") == "36526"  # 2000-01-01
    assert rule.findtext(f"{MAIN}formula2") == last


def test_title_and_notes_stand_above_and_a_guide_behind(tmp_path):
    book = written(
        tmp_path / "台账.xlsx", [row(1, "c1")], closed=[("c9", "城市低保", "规则", "李四", "查否", date(2023, 8, 1))]
    )
    assert [next(filter(None, line)) for line in book.cells("台账")[:3]] == [TITLE, *NOTES]
    assert book.sheets() == ["台账", "填写说明", "已办结"]
    guide = "\n".join(str(cell) for line in book.cells("填写说明") for cell in line)
    assert all(column.title in guide for column in FILLED)
    assert all(word in guide for word in ("访左邻右舍", "自然消除", "复核中", "已销号", "标的", "等级 0", "部分查实"))
    assert all(word in guide for word in (*CAUSES, *HANDLINGS, *OUTCOMES))
    told = {str(line[0]): str(line[1]) for line in book.cells("填写说明")}
    assert {cause for cause in CAUSES if "不算查实" in told[cause]} == set(NO_MISTAKE)
    [closed] = book.table("已办结", "线索编号")
    assert (closed["姓名"], closed["结果"], closed["办结日期"]) == ("李四", "查否", date(2023, 8, 1))
    assert all(book.is_locked(3).values())


def test_the_same_rows_give_the_same_bytes_for_their_owner_alone(tmp_path):
    rows = [row(1, "c1"), row(2, "c2", 说明="x")]
    first, second = (written(tmp_path / name, rows) for name in ("甲.xlsx", "乙.xlsx"))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert sorted(place.name for place in tmp_path.iterdir()) == ["乙.xlsx", "甲.xlsx"]


@pytest.mark.parametrize(
    ("sizes", "most", "parts"),
    [
        ([1, 2, 3], 6, [6]),
        ([1, 2, 3], 3, [3, 3]),
        ([2, 2, 2], 3, [2, 2, 2]),
        ([1, 5, 1], 3, [1, 3, 2, 1]),
        ([], 3, [0]),
        ([3], 3, [3]),
    ],
    ids=["fits", "between", "never-through", "larger-than-a-book", "empty", "exactly"],
)
def test_a_household_is_never_in_two_workbooks(sizes, most, parts):
    rows = [row(number, f"c{number}-{n}") for number, size in enumerate(sizes, 1) for n in range(size)]
    cut = list(parts_of(rows, most))
    assert [row for part in cut for row in part] == rows
    if max(sizes, default=0) <= most:
        assert [len(part) for part in cut] == parts
        households = [{member.cells["户序"] for member in part} for part in cut]
        assert sum(map(len, households)) == len(set().union(*households))
    assert all(len(part) <= most for part in cut)


def test_what_does_not_fit_goes_into_further_workbooks(tmp_path):
    rows = [row(number // 2, f"c{number}") for number in range(2, 8)]
    places = write_book(tmp_path / "街道_甲.xlsx", TITLE, rows, most_rows=4, closed=[("c", "", "", "", "豁免", None)])
    assert [place.name for place in places] == ["街道_甲.xlsx", "街道_甲（2）.xlsx"]
    books = [Book(place) for place in places]
    assert [len(book.table("台账", "户序")) for book in books] == [4, 2]
    assert [book.sheets()[-1] for book in books] == ["已办结", "填写说明"]


def test_an_answer_says_first_what_became_of_each_row_and_marks_the_faults(tmp_path):
    back = BookRow(
        {**row(1, "c1").cells, "核查结果": "查实"}, "待核查", "退回", ("“处理方式”未填", "“核查日期”晚于今天"),
        frozenset({"处理方式", "核查日期"}),
    )  # fmt: skip
    book = written(tmp_path / "回执.xlsx", [back, BookRow(row(2, "c2").cells, "待核查", "已收")])
    rows = book.table("台账", VERDICT)
    assert [found[VERDICT] for found in rows] == ["退回", "已收"]
    assert rows[0][REASON] == "“处理方式”未填\n“核查日期”晚于今天"
    comments = {
        str(comment.get("ref")): "".join(comment.itertext())
        for comment in book.xml("xl/comments1.xml").iter(f"{MAIN}comment")
    }
    assert comments == {
        f"{column_of('处理方式', answer=True)}{HEADER + 1}": "“处理方式”未填",
        f"{column_of('核查日期', answer=True)}{HEADER + 1}": "“核查日期”晚于今天",
    }
    fills = [fill.get("rgb") for fill in book.xml("xl/styles.xml").iter(f"{MAIN}fgColor")]
    assert "FFF8CBAD" in fills


def test_the_seal_holds_after_a_round_through_the_reader(tmp_path):
    secret = b"k" * 32
    texts = {
        "标的": "=1+1",
        "证据": "第一行 \n  第二行\r\n& <末行>",
        "疑点概述": "_x0041_ 带\x01控制符",
        "姓名": " 张 三 ",
    }
    cells = {**row(1, "c1").cells, **{title: plain(text) for title, text in texts.items()}}
    sealed = seal(secret, {c.title: str(cells[c.title]) for c in LOCKED if cells.get(c.title) is not None})
    book = written(tmp_path / "台账.xlsx", [BookRow({**cells, SEAL: sealed}, "待核查")])
    [back] = read_returned(book.path, book.path.name, Limits())
    assert seal(secret, back.cells) == back.cells[SEAL] == sealed
    assert seal(secret, {**back.cells, "涉及金额": "1200.51"}) != sealed


def test_a_place_that_cannot_be_written_is_an_error_of_the_system_and_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="gone"):
        write_book(tmp_path / "gone" / "台账.xlsx", TITLE, [row(1, "c1")])
    (tmp_path / "台账.xlsx").mkdir()
    with pytest.raises(OSError, match=re.escape("台账.xlsx")):
        write_book(tmp_path / "台账.xlsx", TITLE, [row(1, "c1")])
    assert [place.name for place in tmp_path.iterdir()] == ["台账.xlsx"]

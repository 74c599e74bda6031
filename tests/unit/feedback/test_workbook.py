"""Workbooks of what each department must correct."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from huimin.cells.reasons import TABLE, chinese_reasons
from huimin.feedback.candidates import lay_candidates
from huimin.feedback.rejected import RejectedRow
from huimin.feedback.workbook import sheet_name, width_of, write_fix_books
from huimin.tables.declared import REJECTS, column_types
from huimin.workbooks.shelf import Shelf
from unit.work_database import RUN_DATE, contracts, fill, work_database
from unit.workbooks import MAIN, Book, letter

SHELF = Shelf("20230901T020000-abc123", RUN_DATE)
HEAD = "delivery | roster | unit | file | status | received_at | periods | problem"
DIBAO = f"""{HEAD}
d1 | urban_dibao | 东街 | 低保.xlsx | accepted_with_rejects | 2023-09-01 20:00:00 | 2023-08 |
"""
Reject = tuple[str, str | None, int, str, str, dict[str, str]]


def books(folder: Path, deliveries: str, *rejects: Reject, **rosters: str) -> dict[str, Book]:
    """The workbooks by name. Rejects: delivery, sheet, row, column, reason, cells."""
    with work_database(**rosters) as con:
        con.execute(f"create table rejects ({column_types(REJECTS)})")
        fill(con, "told_deliveries", deliveries)
        for delivery, sheet, row, column, reason, cells in rejects:
            con.execute(
                """insert into rejects select delivery, roster, file, ?, ?, ?, ?, ? from told_deliveries
                   where delivery = ?""",
                [sheet, row, column, reason, json.dumps(cells, ensure_ascii=False), delivery],
            )
        lay_candidates(con, contracts(), RUN_DATE)
        return {place.stem: Book(place) for place in write_fix_books(con, folder, contracts(), SHELF)}


def marked(book: Book, number: int) -> set[str]:
    """The cells of a sheet with the colour of a fault."""
    styles = book.xml("xl/styles.xml")
    fills = styles.find(f"{MAIN}fills")
    coloured = {
        place
        for place, fill in enumerate(fills if fills is not None else ())
        if (colour := fill.find(f".//{MAIN}fgColor")) is not None and colour.get("rgb") == "FFF8CBAD"
    }
    forms = styles.find(f"{MAIN}cellXfs")
    faulty = {place for place, form in enumerate(forms or ()) if int(form.get("fillId", 0)) in coloured}
    return {str(cell.get("r")) for cell in book.sheet(number).iter(f"{MAIN}c") if int(cell.get("s", 0)) in faulty}


ROW = {
    "姓名": "王五",
    "公民身份号码": "42999919500101001X",
    "街道（乡镇）": "东街",
    "保障金额（元）": "=九百",
    "发放月份": "2023.8",
}


def test_a_row_stands_as_its_department_wrote_it_with_the_fault_marked_and_what_to_do(tmp_path):
    faults = [("id_number", "id_number_check_digit"), ("amount", "money_unparsable")]
    found = books(tmp_path, DIBAO, *[("d1", "八月", 9, column, reason, ROW) for column, reason in faults])
    book = found["待改_区民政局"]
    assert book.sheets() == ["退回的文件", "城市低保"]
    [row] = book.table("城市低保", "问题")
    assert list(row) == ["问题", "怎样改", "文件", "工作表", "行号", *ROW]
    assert {title: row[title] for title in ROW} == ROW
    assert (row["文件"], row["工作表"], row["行号"]) == ("东街/低保.xlsx", "八月", "9")
    assert row["问题"] == "“保障金额（元）”：金额无法识别\n“公民身份号码”：身份证号校验位不符"
    assert "以元为单位" in row["怎样改"] and "对照证件" in row["怎样改"]
    titles = list(row)
    assert marked(book, 2) == {f"{letter(titles.index(title))}4" for title in ("公民身份号码", "保障金额（元）")}
    assert not list(book.sheet(2).iter(f"{MAIN}f"))
    told = "\n".join(str(cell) for line in book.cells("退回的文件") for cell in line)
    assert "整份文件" in told and "不要交回本表" in told and "没有整份退回的文件" in told


def test_columns_keep_the_departments_order_though_no_row_fills_them_all(tmp_path):
    rows = [
        {"姓名": "甲", "备注": "x", "发放月份": "8月"},
        {"姓名": "乙", "身份证号": "1", "发放月份": "8月"},
        {"序号": "3", "姓名": "丙", "身份证号": "1", "备注": "y"},
    ]
    rejects = [("d1", None, n, "period", "month_unparsable", cells) for n, cells in enumerate(rows, 2)]
    table = books(tmp_path, DIBAO, *rejects)["待改_区民政局"].table("城市低保", "问题")
    assert list(table[0])[5:] == ["序号", "姓名", "身份证号", "备注", "发放月份"]
    assert [row["姓名"] for row in table] == ["甲", "乙", "丙"]


def test_a_column_that_no_row_fills_is_shown_when_it_is_the_fault(tmp_path):
    reject: Reject = ("d1", None, 2, "id_number", "missing", {"姓名": "甲", "发放月份": "2023-08"})
    book = books(tmp_path, DIBAO, reject)["待改_区民政局"]
    [row] = book.table("城市低保", "问题")
    assert (row["身份证号"], row["问题"]) == ("", "“身份证号”：必填项为空")
    assert marked(book, 2) == {f"{letter(list(row).index('身份证号'))}4"}


def test_files_that_name_a_column_otherwise_stand_below_under_a_header_of_their_own(tmp_path):
    deliveries = (
        DIBAO + "d2 | urban_dibao | 西街 | 低保.csv | accepted_with_rejects | 2023-09-01 20:00:00 | 2023-08 |\n"
    )
    book = books(
        tmp_path,
        deliveries,
        ("d1", None, 2, "amount", "money_unparsable", {"姓名": "甲", "身份证号": "1", "金额": "x"}),
        ("d2", None, 3, "amount", "money_unparsable", {"享受人姓名": "乙", "身份证号": "1", "金额": "y"}),
        ("d2", None, 4, "amount", "money_unparsable", {"享受人姓名": "丙", "金额": "z"}),
    )["待改_区民政局"]
    assert book.sheets() == ["退回的文件", "城市低保"]
    lines = book.cells("城市低保")
    heads = [place for place, line in enumerate(lines) if line[0] == "问题"]
    assert [lines[place][5] for place in heads] == ["姓名", "享受人姓名"]
    assert [line[5] for line in lines[heads[1] + 1 :]] == ["乙", "丙"]
    assert [any(line) for line in lines] == [True, True, True, True, False, True, True, True, True]
    assert lines[heads[1] - 1][0] == "表头另有叫法：西街/低保.csv"
    assert lines[0][0] == "城市低保：3 行未被接收"
    found = layout(book, 2)
    assert found["texts"] == {"A1": (14, True), "A2": (10, False), "A3": (10, True), "A6": (10, True)}
    # one order of all rows would mix those of two headers
    assert found["order"] is None


def test_a_record_that_could_not_be_read_stands_whole(tmp_path):
    reject: Reject = ("d1", None, 7, "record", "unterminated_quote", {"原文": '"甲,1,2'})
    book = books(tmp_path, DIBAO, reject)["待改_区民政局"]
    [row] = book.table("城市低保", "问题")
    assert (row["原文"], row["问题"]) == ('"甲,1,2', "引号没有配对")
    assert marked(book, 2) == {"F4"}


@pytest.mark.parametrize(
    ("status", "listed"),
    [("accepted_with_rejects", True), ("superseded", False), ("unchanged", False)],
    ids=["in-force", "superseded", "unchanged"],
)
def test_only_deliveries_in_force_are_to_be_corrected(tmp_path, status, listed):
    reject: Reject = ("d1", None, 2, "name", "missing", {"街道": "x"})
    found = books(tmp_path, DIBAO.replace("accepted_with_rejects", status), reject)
    assert bool(found) == listed


POPULATION = "name | id_number\n王五 | 429999195001010017\n李四 | 429999199703041238"


def test_whom_a_damaged_number_may_mean_stands_in_the_book_of_its_own_department_alone(tmp_path):
    deliveries = f"{DIBAO}s1 | students |  | 学籍.csv | accepted_with_rejects | 2023-09-01 20:00:00 | 2023-09-01 |\n"
    found = books(
        tmp_path,
        deliveries,
        ("d1", "八月", 9, "id_number", "id_number_truncated", {"姓名": "王五", "身份证号": "429999195001010000"}),
        ("d1", "八月", 10, "amount", "missing", {"姓名": "王五", "身份证号": "429999195001010017"}),
        ("s1", None, 4, "id_number", "id_number_masked", {"姓名": "李思", "身份证号": "429999********1238"}),
        population=POPULATION,
    )
    damaged, other = found["待改_区民政局"].table("城市低保", "问题")
    ground = "同名、前15位一致、户籍唯一；请对照证件或本人核实后再改"
    assert (damaged["可能是"], damaged["依据"]) == ("429999195001010017", ground)
    assert (other["可能是"], other["依据"]) == ("", "")
    [row] = found["待改_区教育局"].table("学籍", "问题")
    assert "可能是" not in row
    assert all("429999195001010017" not in str(line) for line in found["待改_区教育局"].cells("学籍"))


def test_of_several_damaged_numbers_each_names_its_column(tmp_path):
    cells = {"姓名": "王五", "身份证号": "429999195001010018", "户主姓名": "李四", "户主身份证号": "429999199703041000"}
    faults = [("id_number", "id_number_check_digit"), ("household_head_id", "id_number_truncated")]
    rejects: list[Reject] = [("d1", None, 9, column, reason, cells) for column, reason in faults]
    [row] = books(tmp_path, DIBAO, *rejects, population=POPULATION)["待改_区民政局"].table("城市低保", "问题")
    assert row["可能是"] == "“户主身份证号”：429999199703041238\n“身份证号”：429999195001010017"


TOLD = "delivery | roster | unit | file | status | received_at | uncorrected | problem | fix"


def refused(tmp_path: Path, *lines: str) -> dict[str, list[dict[str, Any]]]:
    """The refused files by department."""
    found = books(tmp_path, "\n".join([TOLD, *lines]))
    return {name: [row for row in book.table("退回的文件", "名册") if row["文件"]] for name, book in found.items()}


def test_refused_files_come_first_with_their_problem_in_words_and_what_to_do(tmp_path):
    problem = "无可用记录：3 行全部退回（id_number: id_number_check_digit 2 行；amount: money_unparsable 1 行）"
    found = refused(
        tmp_path,
        f"r1 | tekun | 东街 | 特困.xlsx | refused | 2023-08-31 17:00:00 | true | {problem} | 改正后再报",
        "r2 |  |  | 随手放的.xlsx | refused | 2023-08-31 01:00:00 | true | 文件直接放在收件箱内 |",
    )
    assert found == {
        "待改_区民政局": [
            {
                "名册": "特困人员救助供养", "单位": "东街", "文件": "特困.xlsx", "收到日期": "2023-09-01",
                "退回原因": "无可用记录：3 行全部退回"
                "（“身份证号”身份证号校验位不符 2 行；“发放金额”金额无法识别 1 行）",
                "怎样改": "改正后再报",
            }
        ],
        "待改_放错位置": [
            {
                "名册": "", "单位": "", "文件": "随手放的.xlsx", "收到日期": "2023-08-31",
                "退回原因": "文件直接放在收件箱内", "怎样改": "",
            }
        ],
    }  # fmt: skip


def test_a_refused_file_is_listed_until_it_is_corrected(tmp_path):
    found = refused(
        tmp_path,
        "r1 | tekun | 东街 | 甲.xlsx | refused | 2023-08-31 01:00:00 | true | 打不开 | 另存后再报",
        "r2 | tekun | 东街 | 乙.xlsx | refused | 2023-08-31 01:00:00 | false | 打不开 | 另存后再报",
        "r3 | tekun | 东街 | 乙.xlsx | accepted | 2023-09-01 01:00:00 | false | |",
    )
    assert [row["文件"] for row in found["待改_区民政局"]] == ["甲.xlsx"]


def test_every_reason_has_words_and_a_hint():
    assert all(re.search("[一-鿿]", words) for words in chinese_reasons().values())
    assert all(reason.words and reason.hint for reason in TABLE.values())


def test_the_same_tables_give_the_same_bytes(tmp_path):
    reject: Reject = ("d1", "八月", 9, "amount", "money_unparsable", ROW)
    first, second = (books(tmp_path / name, DIBAO, reject)["待改_区民政局"] for name in "ab")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.path.stat().st_mode & 0o777 == 0o600


def test_nothing_to_correct_makes_no_workbook(tmp_path):
    assert books(tmp_path, f"{HEAD}\nd1 | tekun |  | 特困.xlsx | accepted | 2023-09-01 01:00:00 | 2023-08 |") == {}


def layout(book: Book, number: int) -> dict[str, Any]:
    """How a sheet is laid out: widths, heights, what stays in sight, what is sorted by, and the size of its texts."""
    sheet, styles = book.sheet(number), book.xml("xl/styles.xml")
    sizes = [float(font.find(f"{MAIN}sz").get("val")) for font in styles.find(f"{MAIN}fonts")]
    bold = [font.find(f"{MAIN}b") is not None for font in styles.find(f"{MAIN}fonts")]
    fonts = [int(form.get("fontId")) for form in styles.find(f"{MAIN}cellXfs")]
    pane = sheet.find(f".//{MAIN}pane")
    order = sheet.find(f"{MAIN}autoFilter")
    first = {str(cell.get("r")): fonts[int(cell.get("s", 0))] for cell in sheet.iter(f"{MAIN}c")}
    return {
        "widths": {
            f"{col.get('min')}-{col.get('max')}": int(float(col.get("width"))) for col in sheet.iter(f"{MAIN}col")
        },
        "heights": {row.get("r"): float(row.get("ht")) for row in sheet.iter(f"{MAIN}row") if row.get("ht")},
        "pane": (pane.get("topLeftCell"), pane.get("xSplit"), pane.get("ySplit")),
        "order": None if order is None else order.get("ref"),
        "texts": {name: (sizes[font], bold[font]) for name, font in first.items() if name in ("A1", "A2", "A3", "A6")},
    }


REFUSED = f"""{HEAD}
d1 | urban_dibao | 东街 | 低保.xlsx | refused | 2023-09-01 20:00:00 | | 没有表头
"""


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "none refused"])
def test_the_first_sheet_is_laid_out_for_paper_whether_files_are_refused_or_not(tmp_path, refused):
    text = REFUSED + DIBAO.splitlines()[1].replace("d1", "d2") + "\n" if refused else DIBAO
    reject: Reject = ("d2" if refused else "d1", None, 2, "name", "missing", {"街道": "x"})
    with work_database() as con:
        con.execute(f"create table rejects ({column_types(REJECTS)})")
        fill(con, "told_deliveries", text)
        con.execute("update told_deliveries set uncorrected = status = 'refused'")
        con.execute(
            "insert into rejects select delivery, roster, file, null, 2, 'name', 'missing', ? from told_deliveries "
            "where delivery = ?", [json.dumps(reject[-1]), reject[0]],
        )  # fmt: skip
        lay_candidates(con, contracts(), RUN_DATE)
        (place,) = write_fix_books(con, tmp_path, contracts(), SHELF)
    book = Book(place)
    found = layout(book, 1)
    assert found["widths"] == {"1-1": 26, "2-2": 14, "3-3": 40, "4-4": 12, "5-5": 50, "6-6": 34}
    assert found["heights"]["1"] == 26.25
    assert (found["pane"], found["order"]) == (("A6", None, "5"), None)
    sizes = {"A1": (16, True), "A2": (10, False), "A3": (10, False)}
    assert found["texts"] == sizes | {"A6": found["texts"]["A6"] if refused else (10, False)}
    lines = book.cells("退回的文件")
    assert lines[4] == ["名册", "单位", "文件", "收到日期", "退回原因", "怎样改"]
    told = ["城市低保", "东街", "低保.xlsx", "2023-09-02", "没有表头", ""]
    assert lines[5] == told if refused else lines[5][0].startswith("没有整份退回的文件")
    assert marked(book, 1) == ({"E6"} if refused else set())


def test_a_rosters_sheet_is_as_wide_as_its_cells_and_keeps_what_is_wrong_in_sight(tmp_path):
    cells = {"姓名": "王五", "备注": "x" * 60, "发放月份说明": "8", "街道": "东湖街道办事处"}
    reject: Reject = ("d1", None, 2, "name", "missing", cells)
    found = layout(books(tmp_path, DIBAO, reject)["待改_区民政局"], 2)
    assert found["widths"] == {
        "1-1": 26, "2-2": 34, "3-3": 22, "4-4": 9, "5-5": 6, "6-6": 8, "7-7": 22, "8-8": 14, "9-9": 17
    }  # fmt: skip
    assert found["heights"]["1"] == 24
    assert (found["pane"], found["order"]) == (("B4", "1", "3"), "A3:I4")
    assert found["texts"] == {"A1": (14, True), "A2": (10, False), "A3": (10, True)}


@pytest.mark.parametrize(("columns", "begin"), [(5, 0), (6, 1)])
def test_what_stands_over_a_sheet_of_several_pages_begins_behind_what_is_on_each(tmp_path, columns, begin):
    cells = {f"第{number}项": "x" * 60 for number in range(columns)}
    lines = books(tmp_path, DIBAO, ("d1", None, 2, "name", "missing", cells))["待改_区民政局"].cells("城市低保")
    assert [bool(line[begin]) for line in lines[:2]] == [True, True]
    assert not any(line[1 - begin] for line in lines[:2])


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["城市低保", "城市低保", "城市低保"], ["城市低保", "城市低保（2）", "城市低保（3）"]),
        (["a" * 40, "A" * 31, "a" * 27 + "b"], ["a" * 31, "A" * 26 + "（2）", "a" * 27 + "b"]),
        (["[表]:*?/\\'"], ["_表_______"[: len("[表]:*?/\\'")]]),
    ],
    ids=["alike", "long", "marks"],
)
def test_a_sheet_has_a_name_that_excel_takes_and_no_other_has(titles, names):
    taken: set[str] = set()
    assert [sheet_name(title, taken) for title in titles] == names
    assert max(map(len, names)) <= 31


@pytest.mark.parametrize(
    ("title", "cells", "width"),
    [
        ("甲", [], 8), ("甲" * 4, [], 10), ("甲", ["乙" * 4], 11), ("甲", ["乙", "x" * 9], 12), ("甲", ["x" * 19], 22),
        ("甲", ["x" * 20], 22), ("甲" * 40, ["x"], 22), ("甲", ["x"] * 200 + ["x" * 19], 8),
        ("甲", ["x"] * 199 + ["x" * 19], 22),
    ],
)  # fmt: skip
def test_a_column_is_as_wide_as_most_of_its_cells_on_one_line(title, cells, width):
    rows = [RejectedRow("a.csv", None, 2, (), {title: cell}, ()) for cell in cells]
    assert width_of(title, rows) == width

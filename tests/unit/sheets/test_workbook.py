"""Workbooks: what a cell becomes, merged ranges, several sheets, and files that only look like workbooks."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from huimin.errors import DeliveryError, PublishError
from huimin.sheets import Limits, Reading, read_raw
from huimin.sheets import workbook as workbook_reader
from huimin.sheets.shapes import SPLIT
from huimin.sheets.workbook import LONGEST_NAME, refusal
from unit.containers.written import xml_2003_of
from unit.sheets.elderly import LI, WANG, ZHANG, drawn, layout, reading

TITLES = ("姓名", "身份证号", "金额", "月份", "发放日期")


@pytest.fixture(autouse=True, scope="module")
def workbooks_are_read_here() -> None:
    """They are read by children, as in a night."""


def workbook(fill: Callable[[xlsxwriter.Workbook], None], **options: object) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        fill(book)
    return content.getvalue()


def roster(
    book: xlsxwriter.Workbook, name: str, *rows: tuple[object, ...], first: int = 0
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    for index, row in enumerate((TITLES, *rows), start=first):
        sheet.write_row(index, 0, row)
    return sheet


def cells(folder: Path, content: bytes) -> list[str]:
    archived = folder / "0f3a"
    archived.write_bytes(content)
    (sheet,) = read_raw(archived, "x.xlsx")
    return sheet.cells["c0"].to_list()


def test_numbers_read_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    shown = {
        1: "1", 1234567.0: "1234567", -5: "-5", 635.5: "635.5", 0.1 + 0.2: "0.3", 99.99999999999999: "100",
        0.00001: "0.00001", 123456789012345: "123456789012345", 999999999999999: "999999999999999",
        1e15: "1E+15", 429999198001010128: "4.2999919800101E+17", 429999198001012345.0: "4.29999198001012E+17",
        6228480012345678901: "6.22848001234568E+18", -2e16: "-2E+16", 1e300: "1E+300",
    }  # fmt: skip
    content = workbook(lambda book: book.add_worksheet().write_column(0, 0, shown))
    assert cells(tmp_path, content) == list(shown.values())


def test_other_cells_read_as_text(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, " '0012\r\n三 ")
        sheet.write_boolean(1, 0, True)
        sheet.write_boolean(2, 0, False)
        sheet.write_formula(3, 0, "=1+1", None, 2)
        sheet.write_formula(4, 0, '="a"', None, "甲")
        sheet.write_number(5, 0, 0.5, book.add_format({"num_format": "hh:mm"}))

    assert cells(tmp_path, workbook(fill)) == [" '0012\n三 ", "TRUE", "FALSE", "2", "甲", "12:00:00"]


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_are_read_in_the_system_of_the_workbook(tmp_path: Path, since_1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        formats = ("yyyy-mm-dd", 14, 31, 57, 'yyyy"年"m"月"', "[$-804]yyyy/m/d;@")
        for row, shown in enumerate(formats):
            sheet.write_datetime(row, 0, date(2023, 8, 1), book.add_format({"num_format": shown}))
        at = datetime(2023, 8, 1, 12, 30, 59)  # noqa: DTZ001  spreadsheets know no zones
        sheet.write_datetime(len(formats), 0, at, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))

    assert cells(tmp_path, workbook(fill, date_1904=since_1904)) == ["2023-08-01"] * 6 + ["2023-08-01 12:30:59"]


def test_numbers_are_written_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    content = workbook(
        lambda book: roster(
            book,
            "八月",
            ("张三", ZHANG, 1.5, 2023.1, 45139),
            ("李四", LI, 2, 202308, ""),
            ("王五", WANG, 3, "2023.1", ""),
        )
    )
    (seen,) = reading(tmp_path, content, "x.xlsx").tables
    assert drawn(seen.records) == [
        f"2 | 张三 | {ZHANG} | 1.5 | 2023.1 | 45139",
        f"3 | 李四 | {LI} | 2 | 202308 | ·",
        f"4 | 王五 | {WANG} | 3 | 2023.1 | ·",
    ]
    assert seen.cells["c3"].to_list() == ["2023.1", "202308", "2023.1"]


def test_a_merged_header_over_two_rows_and_cells_merged_down_the_data(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("关山街道")
        sheet.merge_range("B2:H2", "高龄津贴发放花名册")
        for columns, title in (("B", "序号"), ("C", "姓名"), ("D", "身份证号"), ("H", "街道")):
            sheet.merge_range(f"{columns}4:{columns}5", title)
        sheet.merge_range("E4:G4", "发放")
        sheet.write_row("E5", ["日期", "金额", "月份"])
        sheet.write_row("B6", [1, "张三", ZHANG, "", 100, "2023-08"])
        sheet.write_row("B7", [2, "李四", LI, "", 200, "2023-08"])
        sheet.write_row("B8", [3, "王五", WANG, "", 300, "2023-08"])
        sheet.merge_range("H6:H8", "关山")
        sheet.merge_range("E6:E7", date(2023, 8, 15), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.merge_range("B9:D9", "合计")
        sheet.write("F9", 600)
        sheet.merge_range("B10:H11", "备注：以上属实")

    (seen,) = reading(tmp_path, workbook(fill), "x.xlsx").tables
    assert seen.records.columns == ["row", "name", "id_number", "street", "amount", "period", "paid_on"]
    assert drawn(seen.records) == [
        f"6 | 张三 | {ZHANG} | 关山 | 100 | 2023-08 | 2023-08-15",
        f"7 | 李四 | {LI} | 关山 | 200 | 2023-08 | 2023-08-15",
        f"8 | 王五 | {WANG} | 关山 | 300 | 2023-08 | ·",
    ]
    assert (seen.sheet, seen.rows, layout(seen)) == ("关山街道", 10, 7)


def test_a_title_merged_over_two_columns_is_one_header(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("八月")
        sheet.merge_range("A1:B1", "姓名")
        sheet.write_row("C1", TITLES[1:])
        sheet.merge_range("A2:B2", "张三")
        sheet.write_row("C2", [ZHANG, 1, "2023-08"])

    (seen,) = reading(tmp_path, workbook(fill), "x.xlsx").tables
    assert drawn(seen.records) == [f"2 | 张三 | {ZHANG} | 1 | 2023-08 | ·"]
    assert seen.titles == ("姓名", "第2列", *TITLES[1:])


def test_a_title_over_two_unknown_ones_refuses_the_delivery_naming_both(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("八月")
        for column, title in (("A", "姓名"), ("B", "身份证号"), ("C", "月份")):
            sheet.merge_range(f"{column}1:{column}2", title)
        sheet.merge_range("D1:E1", "金额")
        sheet.write_row("D2", ["应发", "实发"])

    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, workbook(fill), "x.xlsx")
    assert "表头“金额”（D列）和“金额”（E列）都对应“发放金额”（amount）" in refusal.value.problem


def several(folder: Path) -> Reading:
    def fill(book: xlsxwriter.Workbook) -> None:
        roster(book, "一街", ("张三", ZHANG, 1, "2023-08", ""), ("", "", "", "", ""), first=2)
        roster(book, "二街", ("李四", LI, 2, "2023-08", "")).hide()
        roster(book, "三街", ("王五", WANG, 3, "2023-08", "")).very_hidden()
        book.add_worksheet("空")
        book.add_worksheet("说明").write(3, 3, "按月报送")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=一街!$C$4:$C$4"})
        book.add_chartsheet("图").set_chart(chart)
        partial = book.add_worksheet("缺列")
        partial.write_row(0, 0, ("姓名", "金额"))

    return reading(folder, workbook(fill), "x.xlsx")


def test_every_matching_sheet_is_read_hidden_ones_too_and_the_others_are_listed(tmp_path: Path) -> None:
    seen = several(tmp_path)
    assert [(table.sheet, table.rows, drawn(table.records)) for table in seen.tables] == [
        ("一街", 4, [f"4 | 张三 | {ZHANG} | 1 | 2023-08 | ·"]),
        ("二街", 2, [f"2 | 李四 | {LI} | 2 | 2023-08 | ·"]),
        ("三街", 2, [f"2 | 王五 | {WANG} | 3 | 2023-08 | ·"]),
    ]
    assert seen.other_sheets == ("说明", "缺列")


def test_the_name_of_a_sheet_is_told_with_escapes(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("八\u202e月", "九\n月", "十 月"):
            book.add_worksheet(name).write_string(0, 0, "x")

    (tmp_path / "0f3a").write_bytes(workbook(fill))
    assert [sheet.name for sheet in read_raw(tmp_path / "0f3a", "x.xlsx")] == ["八\\u202e月", "九\\n月", "十 月"]


@pytest.mark.parametrize(("length", "told"), [(31, 31), (LONGEST_NAME, LONGEST_NAME), (100_000, LONGEST_NAME)])
def test_a_name_longer_than_any_of_a_sheet_is_cut(tmp_path: Path, length: int, told: int) -> None:
    (tmp_path / "0f3a").write_bytes(xml_2003_of([("姓名", 1)]).replace("八月".encode(), "月".encode() * length))
    assert [sheet.name for sheet in read_raw(tmp_path / "0f3a", "x.xls")] == ["月" * told]


def test_the_best_of_several_unfit_sheets_is_the_one_that_is_explained(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("说明").write(0, 0, "按月报送")
        book.add_worksheet("名册").write_row(1, 0, ("姓名", "金额", "月份", "电话"))

    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, workbook(fill), "八月.xlsx")
    assert (
        refusal.value.problem
        == "工作表“名册”缺少必需的列：身份证号（id_number）；找到的表头：姓名、金额、月份；另有 1 个其他表头"
    )


def old_workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("八月")
    sheet.write_merge(0, 0, 1, 5, "高龄津贴")
    for column, title in enumerate(TITLES, start=1):
        sheet.write(1, column, title)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for row, (name, number, amount) in enumerate((("张三", ZHANG, 100), ("李四", 429999198001012345, 200.5)), start=2):
        for column, cell in enumerate((name, number, amount), start=1):
            sheet.write(row, column, cell)
        sheet.write(row, 5, date(2023, 8, 15), day)
    sheet.write_merge(2, 3, 4, 4, "2023-08")
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("file", ["八月.xls", "八月.XLSX"])
def test_an_old_workbook_is_read_alike_whatever_its_ending_says(tmp_path: Path, file: str) -> None:
    (seen,) = reading(tmp_path, old_workbook(), file).tables
    assert drawn(seen.records) == [
        f"3 | 张三 | {ZHANG} | 100 | 2023-08 | 2023-08-15",
        "4 | 李四 | 4.29999198001012E+17 | 200.5 | 2023-08 | 2023-08-15",
    ]
    assert (seen.rows, layout(seen)) == (4, 2)


def locked(content: bytes) -> bytes:
    """The old workbook with the stream name of an encrypted new one."""
    old, new = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    place = content.index(old)
    return content[:place] + new + content[place + len(new) :]


GOOD = workbook(lambda book: roster(book, "八月", ("张三", ZHANG, 1, "2023-08", "")))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "空"),
        (b"\xef\xbb\xbf <html><p>1</p></html>", "网页"),
        (b"\x00junk" * 1000, "打不开"),
        (GOOD[:2000], "打不开"),
        (GOOD[:-200], "打不开"),
        (old_workbook()[:3000], "打不开"),
        (locked(old_workbook()), "密码"),
        (b"PK\x03\x04" + b"\0" * 500, "打不开"),
    ],
)
def test_what_is_no_workbook_is_refused_in_plain_words(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, content, "八月.xlsx")
    assert problem in refusal.value.problem
    assert refusal.value.where == "八月.xlsx"


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(memory_bytes=16 * 1024**2), "中断"),
        (Limits(seconds=0), "秒"),
        (Limits(rows=1), "行数"),
        (Limits(columns=3), "列数"),
        (Limits(sheets=0), "工作表太多"),
        (Limits(unpacked_bytes=1000), "解压后"),
        (Limits(file_bytes=1000), "超过"),
    ],
)
def test_a_workbook_that_asks_for_too_much_is_refused(tmp_path: Path, limits: Limits, problem: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, GOOD, "x.xlsx", limits)
    assert problem in refusal.value.problem


def test_a_sheet_that_claims_the_whole_grid_dies_alone(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = roster(book, "八月", ("张三", ZHANG, 1, "2023-08", ""))
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(DeliveryError):
        reading(tmp_path, workbook(fill), "x.xlsx")


def test_a_workbook_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(20):
            part.write(b" " * 1024**2)
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, content.getvalue(), "x.xlsx", Limits(workbook_floor_bytes=10 * 1024**2))
    assert "倍" in refusal.value.problem


def test_a_text_shared_by_many_cells_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        roster(book, "八月", *[("x" * 32_000, ZHANG, 1, "2023-08", "")] * 2000)

    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, workbook(fill), "x.xlsx", Limits(memory_bytes=240 * 1024**2))
    assert "内存不够" in refusal.value.problem


def test_a_row_with_a_cell_longer_than_any_of_excel_is_a_fault(tmp_path: Path) -> None:
    rows = (("张三" * 10, ZHANG, 1, "2023-08", ""), ("李四", LI, 1, "2023-08", ""))
    content = workbook(lambda book: roster(book, "八月", *rows))
    (seen,) = reading(tmp_path, content, "x.xlsx", Limits(cell_characters=20)).tables
    assert (seen.records["row"].to_list(), seen.faults.height) == ([2, 3], 0)
    (seen,) = reading(tmp_path, content, "x.xlsx", Limits(cell_characters=19)).tables
    assert seen.records["row"].to_list() == [3]
    assert seen.faults.select("row", "reason").rows() == [(2, "record_too_long")]
    assert seen.faults["text"][0].startswith("张三")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reading(tmp_path, GOOD, "x.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["0f3a"]


def test_a_full_disk_is_not_the_workbooks_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_reader, "CHILD", ("-c", "import sys; sys.stdout.write('disk 28'); sys.exit(1)"))
    with pytest.raises(PublishError, match="No space left on device"):
        reading(tmp_path, workbook(lambda book: roster(book, "八月")), "x.xlsx")


def test_the_child_tells_a_fault_of_the_disk_from_one_of_the_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_bytes(workbook(lambda book: roster(book, "八月")))
    plenty = (2**40, 600, 9, 99, 99)
    command = [
        sys.executable,
        *workbook_reader.CHILD,
        str(tmp_path / "x"),
        "xlsx",
        str(tmp_path / "gone"),
        *map(str, plenty),
    ]
    child = subprocess.run(command, capture_output=True, text=True)
    assert (child.returncode, child.stdout) == (1, "disk 2")


@pytest.mark.parametrize(
    ("file", "word", "problem", "fix"),
    [
        ("a.xlsx", "zip", "打不开：文件内容是ZIP 压缩包，不是表格", "解开压缩包，报送里面的文件"),
        ("a.xlsx", "pdf", "打不开：文件内容是PDF 文档，不是表格", "用 Excel 打开，另存为 .xlsx 后重新报送"),
        ("a.xlsx", "password", "工作簿有密码", "取消打开密码后重新报送"),
        ("a.xlsx", "columns", "列数太多", "删去多余的列后重新报送"),
        ("a.xlsx", "", "读取工作簿时中断（文件太大或损坏）", "用 Excel 打开，另存为 .xlsx 后重新报送"),
        ("a.CSV", "sheets", "工作表太多（扩展名是文本，内容不是文本）", SPLIT),
        (
            "a.txt",
            "zip",
            "打不开：文件内容是ZIP 压缩包，不是表格（扩展名是文本，内容不是文本）",
            "解开压缩包，报送里面的文件",
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_what_it_is_and_what_to_do(file: str, word: str, problem: str, fix: str) -> None:
    told = refusal(file, word)
    assert (told.where, told.problem, told.fix) == (file, problem, fix)

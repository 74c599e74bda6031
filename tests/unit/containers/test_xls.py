"""Workbooks of Excel 97-2003, record by record: values, merged ranges, days of both systems, formulas without value."""

# ruff: noqa: DTZ001  (a cell has no time zone)

import struct
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlwt

from huimin.containers.kinds import ForeignError
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Page, WorkbookLimits
from huimin.containers.xls import pages_of

LIMITS = WorkbookLimits(sheets=9, rows=99, columns=5, text=1_000_000)
WHOLE, SHEET, CHART = 0x0005, 0x0010, 0x0020


def record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def begins(kind: int, version: int = 0x0600, mark: int = 0x0809) -> bytes:
    return record(mark, struct.pack("<HHHHII", version, kind, 0, 1997, 0, 6))


END = record(0x000A)


def stream(
    *sheets: bytes, before: bytes = b"", version: int = 0x0600, kinds: Sequence[int] = (), hidden: Sequence[int] = ()
) -> bytes:
    """A workbook as its records alone: its own part with `before` in it, then each sheet (of kind 0: a worksheet)."""
    kinds, hidden = kinds or [0] * len(sheets), hidden or [0] * len(sheets)
    names = [f"s{number}".encode() for number in range(len(sheets))]
    own = len(begins(WHOLE)) + len(before) + sum(4 + 8 + len(name) for name in names) + len(END)
    listed = b""
    for name, kind, state, sheet in zip(names, kinds, hidden, sheets, strict=True):
        listed += record(0x0085, struct.pack("<IBBBB", own, state, kind, len(name), 0) + name)
        own += len(sheet)
    return begins(WHOLE, version) + before + listed + END + b"".join(sheets)


def sheet(*cells: bytes) -> bytes:
    return begins(SHEET) + b"".join(cells) + END


def formula(row: int, column: int, value: bytes = bytes(8), number: int = 0x0006) -> bytes:
    return record(number, struct.pack("<HHH", row, column, 0) + value + struct.pack("<HIH", 0, 0, 0))


def pages(folder: Path, content: bytes, limits: WorkbookLimits = LIMITS) -> list[tuple[Page, list[list[object]]]]:
    (folder / "0f3a").write_bytes(content)
    return [(page, [list(row) for row in page.rows]) for page in pages_of(folder / "0f3a", limits)]


def uncalculated(folder: Path, content: bytes) -> list[set[tuple[int, int]]]:
    return [page.uncalculated for page, _ in pages(folder, content)]


CALCULATED = record(0x01C1, bytes(8))
BLANK = b"\x03" + bytes(5) + b"\xff\xff"
TEXT = b"\x00" + bytes(5) + b"\xff\xff"
ONE = struct.pack("<d", 1.0)
SAID = record(0x0207, struct.pack("<HB", 1, 0) + b"x")
"""The text that the formula before it gives."""


def test_a_workbook_that_says_no_program_is_to_be_calculated(tmp_path: Path) -> None:
    cells = sheet(formula(3, 1), formula(3, 2, ONE), formula(4, 0, BLANK), formula(5, 0, TEXT), SAID)
    assert uncalculated(tmp_path, stream(cells)) == [{(3, 1), (4, 0)}]
    assert uncalculated(tmp_path, stream(cells, before=CALCULATED)) == [set()]


def test_a_sheet_that_says_so_is_to_be_calculated_and_no_other(tmp_path: Path) -> None:
    asking, plain = sheet(record(0x005E, bytes(2)), formula(1, 1)), sheet(formula(2, 2))
    assert uncalculated(tmp_path, stream(asking, plain, before=CALCULATED)) == [{(1, 1)}, set()]
    assert uncalculated(tmp_path, stream(plain, asking, before=CALCULATED)) == [set(), {(1, 1)}]
    assert uncalculated(tmp_path, stream(plain, asking)) == [{(2, 2)}, {(1, 1)}]


@pytest.mark.parametrize("number", [0x0006, 0x0206, 0x0406])
def test_every_record_of_a_formula_counts(tmp_path: Path, number: int) -> None:
    assert uncalculated(tmp_path, stream(sheet(formula(1, 1, number=number)))) == [{(1, 1)}]


def test_the_formulas_of_a_chart_inside_a_sheet_are_none_of_its_cells(tmp_path: Path) -> None:
    chart = begins(CHART) + formula(7, 7) + END
    assert uncalculated(tmp_path, stream(sheet(formula(1, 1), chart, formula(2, 2)))) == [{(1, 1), (2, 2)}]


def test_a_sheet_that_is_no_worksheet_has_no_number(tmp_path: Path) -> None:
    chart, cells = begins(CHART) + END, sheet(formula(1, 1))
    (only,) = pages(tmp_path, stream(chart, cells, kinds=(2, 0)))[-1:]
    assert only[0].uncalculated == {(1, 1)}


def test_a_hidden_sheet_is_a_worksheet_too(tmp_path: Path) -> None:
    content = stream(sheet(formula(1, 1)), sheet(formula(2, 2)), sheet(formula(3, 3)), hidden=(1, 0, 2))
    assert uncalculated(tmp_path, content) == [{(1, 1)}, {(2, 2)}, {(3, 3)}]


def test_a_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(ForeignError, match="password"):
        pages(tmp_path, stream(sheet(), before=record(0x002F, bytes(6))))


def workbook(fill: object, dates_from_1904: bool = False) -> bytes:
    book, content = xlwt.Workbook(), BytesIO()
    book.dates_1904 = dates_from_1904
    fill(book)  # type: ignore[operator]
    book.save(content)
    return content.getvalue()


def test_values_merged_ranges_and_units_of_every_sheet(tmp_path: Path) -> None:
    def fill(book: xlwt.Workbook) -> None:
        one, other = book.add_sheet("甲"), book.add_sheet("乙")
        one.write_merge(0, 1, 0, 1, "合计")
        one.write_merge(2, 2, 1, 3, 1.5, xlwt.easyxf(num_format_str='0.00"万元"'))
        one.write(3, 0, 45139, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        one.write(3, 4, True)
        one.write(4, 1, 2.5)
        other.write(1, 0, "x")

    (one, rows), (other, others) = pages(tmp_path, workbook(fill))
    assert (one.name, one.width, one.day_0) == ("甲", 5, DAY_0)
    assert sorted(one.spans) == [(0, 0, 1, 1), (2, 1, 2, 3)]
    assert one.formats == {(1, '0.00"万元"')}
    assert [[cell for cell in row if cell != ""] for row in rows] == [
        ["合计"], [], [1.5], [datetime(2023, 8, 1), True], [2.5]
    ]  # fmt: skip
    assert rows[4][1] == 2.5
    assert (other.name, other.width, others) == ("乙", 1, [[], ["x"]])


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    def fill(book: xlwt.Workbook) -> None:
        book.add_sheet("甲").write(0, 0, 43677, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    ((page, rows),) = pages(tmp_path, workbook(fill, dates_from_1904=True))
    assert (page.day_0, rows) == (DAY_0_OF_1904, [[datetime(2023, 8, 1)]])


@pytest.mark.parametrize(("column", "fits"), [(4, True), (5, False)])
def test_a_sheet_has_no_more_columns_than_may_be(tmp_path: Path, column: int, fits: bool) -> None:
    content = workbook(lambda book: book.add_sheet("甲").write(0, column, "x"))
    if fits:
        assert pages(tmp_path, content)[0][0].width == column + 1
    else:
        with pytest.raises(OverflowError, match="columns"):
            pages(tmp_path, content)


@pytest.mark.parametrize(
    ("code", "word"), [(0x00, "#NULL!"), (0x07, "#DIV/0!"), (0x17, "#REF!"), (0x2A, "#N/A"), (0x63, "#N/A")]
)
def test_words_of_errors(tmp_path: Path, code: int, word: str) -> None:
    cell = record(0x0205, struct.pack("<HHHBB", 0, 1, 0, code, 1))
    truth = record(0x0205, struct.pack("<HHHBB", 0, 2, 0, 1, 0))
    ((_, rows),) = pages(tmp_path, stream(sheet(cell, truth)))
    assert rows == [["", word, True]]

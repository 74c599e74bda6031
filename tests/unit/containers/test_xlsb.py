"""Binary workbooks of Excel, record by record: every kind of cell, dates and units by their styles, both systems."""

import struct
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Page, WorkbookLimits
from huimin.containers.texts import Cell
from huimin.containers.xlsb import pages_of
from unit.containers.written import record, wide, xlsb

LIMITS = WorkbookLimits(sheets=5, rows=100, columns=20, text=1_000_000)


def page(folder: Path, sheet: bytes, limits: WorkbookLimits = LIMITS, **parts: bytes) -> Page:
    """The one sheet of the workbook; `book`, `shared` and `styles` are records of these parts."""
    more = {f"xl/{name}.bin": part for name, part in parts.items() if name != "book"}
    (folder / "book.xlsb").write_bytes(xlsb(sheet, book=parts.get("book", b""), parts=more))
    (only,) = pages_of(folder / "book.xlsb", limits)
    return only


def row(number: int) -> bytes:
    return record(0, struct.pack("<I", number) + bytes(21))


def cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + value)


def short(kind: int, value: bytes, style: int = 0) -> bytes:
    """The cell one column after the one before it."""
    return record(kind + 11, struct.pack("<I", style) + value)


def rk(number: int, *, whole: bool, hundredth: bool = False) -> bytes:
    return struct.pack("<I", (number << 2 & 0xFFFFFFFC if whole else number & 0xFFFFFFFC) | 2 * whole | hundredth)


def half(number: float) -> int:
    """The upper half of a double."""
    return struct.unpack("<Q", struct.pack("<d", number))[0] >> 32


def real(number: float) -> bytes:
    return struct.pack("<d", number)


SHARED = record(19, b"\0" + wide("甲")) + record(20, b"") + record(19, b"\0" + wide("乙"))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (2, rk(12, whole=True), 12.0),
        (2, rk(-12, whole=True), -12.0),
        (2, rk(12345, whole=True, hundredth=True), 123.45),
        (2, rk(-(1 << 29), whole=True), float(-(1 << 29))),
        (2, rk((1 << 29) - 1, whole=True), float((1 << 29) - 1)),
        (2, rk(half(1.5), whole=False), 1.5),
        (2, rk(half(150.0), whole=False, hundredth=True), 1.5),
        (2, rk(half(-0.5), whole=False), -0.5),
        (3, b"\x2a", "#N/A"),
        (3, b"\x17", "#REF!"),
        (3, b"\xee", "#N/A"),
        (4, b"\1", True),
        (4, b"\0", False),
        (5, real(100.25), 100.25),
        (6, wide("东湖街道"), "东湖街道"),
        (7, struct.pack("<I", 1), "乙"),
        (8, wide("合计") + b"formula", "合计"),
        (9, real(-3.5) + b"formula", -3.5),
        (10, b"\1formula", True),
        (11, b"\x07formula", "#DIV/0!"),
        (62, b"\1" + wide("粗字") + b"runs", "粗字"),
    ],
)
def test_every_kind_of_cell(tmp_path: Path, kind: int, value: bytes, expected: Cell) -> None:
    read = page(tmp_path, row(1) + cell(kind, 2, value), sharedStrings=SHARED)
    assert list(read.rows) == [[], ["", "", expected]]
    assert type(read.rows[1][2]) is type(expected)  # type: ignore[index]
    assert (read.name, read.width) == ("八月", 3)
    assert not read.uncalculated and not read.formats and not read.spans


def test_short_cells_stand_behind_the_one_before_them_and_blank_ones_take_a_column(tmp_path: Path) -> None:
    sheet = (
        row(0) + short(6, wide("甲")) + short(5, real(2)) + short(1, b"") + short(7, struct.pack("<I", 0))
        + cell(1, 8, b"") + short(4, b"\1") + row(2) + short(3, b"\x24") + cell(6, 3, wide("乙"))
        + short(2, rk(7, whole=True))
    )  # fmt: skip
    assert list(page(tmp_path, sheet, sharedStrings=SHARED).rows) == [
        ["甲", 2.0, "", "甲", "", "", "", "", "", True], [], ["#NUM!", "", "", "乙", 7.0]
    ]  # fmt: skip


MONEY = '0.00"万元"'
STYLES = (
    record(44, struct.pack("<H", 164) + wide("yyyy-mm-dd")) + record(44, struct.pack("<H", 165) + wide(MONEY))
    + record(47, struct.pack("<HH", 0, 14) + bytes(12))  # of named styles: none of the cells'
    + record(617, b"")
    + b"".join(record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 164, 165, 14, 2))
    + record(618, b"") + record(47, struct.pack("<HH", 0, 164) + bytes(12))
)  # fmt: skip


def test_numbers_are_days_and_tell_units_by_the_style_of_their_cell(tmp_path: Path) -> None:
    cells = b"".join(cell(5, style, real(45139.0), style) for style in range(7))
    read = page(tmp_path, row(0) + cells, styles=STYLES)
    day = datetime(2023, 8, 1)  # noqa: DTZ001  a cell has no time zone
    assert list(read.rows) == [[45139.0, day, 45139.0, day, 45139.0, 45139.0, 45139.0]]
    assert read.formats == {(2, MONEY)}
    assert (read.day_0, DAY_0) == (DAY_0, date(1899, 12, 30))


def test_texts_and_truths_are_no_days_and_formulas_are(tmp_path: Path) -> None:
    cells = (
        cell(6, 0, wide("x"), 1) + cell(4, 1, b"\1", 1) + cell(9, 2, real(45139), 1)
        + cell(2, 3, rk(45139, whole=True), 1) + short(5, real(1), 2) + cell(10, 6, b"\1", 2)
    )  # fmt: skip
    read = page(tmp_path, row(0) + cells, styles=STYLES)
    day = datetime(2023, 8, 1)  # noqa: DTZ001  a cell has no time zone
    assert list(read.rows) == [["x", True, day, day, 1.0, "", True]]
    assert read.formats == {(4, MONEY)}


def test_a_style_is_a_number_of_three_bytes(tmp_path: Path) -> None:
    many = record(617, b"") + record(47, struct.pack("<HH", 0, 0)) * 0x10001 + record(47, struct.pack("<HH", 0, 14))
    cells = (
        cell(5, 0, real(45139.0), 0x10001) + cell(5, 1, real(45139.0), 0x0101) + cell(5, 2, real(45139.0), 0x01000001)
    )
    (read,) = page(tmp_path, row(0) + cells, styles=many).rows
    assert [isinstance(one, datetime) for one in read] == [True, False, False]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    book = record(153, b"\1" + bytes(7))
    read = page(tmp_path, row(0) + cell(5, 0, real(43677.0), 1), book=book, styles=STYLES)
    assert read.day_0 == DAY_0_OF_1904
    assert list(read.rows) == [[datetime(2023, 8, 1)]]  # noqa: DTZ001  a cell has no time zone
    assert page(tmp_path, row(0), book=record(153, b"\2" + bytes(7))).day_0 == DAY_0


@pytest.mark.parametrize(
    ("calculation", "found"),
    [
        (bytes(24) + b"\1", {(4, 1)}), (bytes(24) + b"\1\0", {(4, 1)}), (bytes(24) + b"\2", set()),
        (bytes(24), set()), (b"\1" * 24, set()),
    ],
)  # fmt: skip
def test_a_formula_of_nothing_is_uncalculated_where_the_workbook_asks_to_be_calculated(
    tmp_path: Path, calculation: bytes, found: set[tuple[int, int]]
) -> None:
    sheet = row(4) + cell(9, 1, real(0)) + cell(9, 2, real(1)) + cell(5, 3, real(0)) + cell(10, 4, b"\0")
    book = record(153, bytes(8)) + record(157, calculation)
    assert page(tmp_path, sheet, book=book).uncalculated == found


def test_merged_ranges_are_by_first_row_and_column_and_last(tmp_path: Path) -> None:
    merged = record(176, struct.pack("<4I", 1, 4, 2, 3))
    assert page(tmp_path, row(0) + cell(4, 0, b"\1") + merged).spans == [(1, 2, 4, 3)]


def test_a_sheet_that_is_no_worksheet_is_passed_over(tmp_path: Path) -> None:
    other = record(156, struct.pack("<II", 0, 2) + wide("r9") + wide("图"))
    assert page(tmp_path, row(0), book=record(153, bytes(8)) + other).name == "八月"


@pytest.mark.parametrize("length", [0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000])
def test_a_record_may_be_as_long_as_its_length_says(tmp_path: Path, length: int) -> None:
    sheet = row(0) + record(255, bytes(length)) + cell(6, 0, wide("甲")) + record(0x3FFF, b"") + short(6, wide("乙"))
    assert list(page(tmp_path, sheet).rows) == [["甲", "乙"]]


@pytest.mark.parametrize(
    ("damaged", "fault"),
    [
        (row(0) + record(6, struct.pack("<II", 0, 0) + wide("甲乙")[:-1]), ValueError),
        (row(0) + cell(6, 0, wide("甲"))[:-1], EOFError),
        (record(0, b"\0\0\0"), EOFError),
        (row(0) + cell(6, 0, b"\1\0\0"), EOFError),
        (row(0) + cell(7, 0, struct.pack("<I", 2)), IndexError),
    ],
)
def test_a_record_that_ends_too_early_is_damage(tmp_path: Path, damaged: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        page(tmp_path, damaged, sharedStrings=SHARED)


@pytest.mark.parametrize(
    ("sheet", "limit"),
    [(lambda: row(100) + cell(4, 0, b"\1"), "rows"), (lambda: row(0) + cell(4, 20, b"\1"), "columns")],
)
def test_a_sheet_has_no_more_rows_and_columns_than_may_be(
    tmp_path: Path, sheet: Callable[[], bytes], limit: str
) -> None:
    with pytest.raises(OverflowError, match=limit):
        page(tmp_path, sheet())
    assert page(tmp_path, row(99) + cell(4, 19, b"\1")).width == 20

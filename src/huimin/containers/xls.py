"""Workbooks of Excel 97-2003 and older (.xls): xlrd gives the cells, their records which formulas have no value."""

from __future__ import annotations

import io
import struct
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import xlrd
from xlrd.compdoc import SIGNATURE, CompDoc

from huimin.containers.formats import day_of, shows_money_unit
from huimin.containers.kinds import PASSWORD, ForeignError
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Page, WorkbookLimits
from huimin.containers.texts import ERROR_WORDS, Cell

_STREAMS = ("Workbook", "Book")
_OTHERS = {
    "EncryptedPackage": PASSWORD,
    "WordDocument": "word",
    "PowerPoint Document": "slides",
}
"""What a compound file is by the name of a stream in it, where it holds no workbook."""
_BOF = frozenset((0x0009, 0x0209, 0x0409, 0x0809))
_EOF, _FORMULA = 0x000A, frozenset((0x0006, 0x0206, 0x0406))
_BOUNDSHEET, _FILEPASS, _RECALCID, _UNCALCED = 0x0085, 0x002F, 0x01C1, 0x005E
_BIFF8 = 0x0600
_BLANK_STRING = b"\x03"


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its worksheets, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        ForeignError: it has a password, or is another kind of Office file.
    """
    raw = path.read_bytes()
    records = _records(raw)
    blank = _uncalculated(records)
    old = not raw.startswith(SIGNATURE)
    # a stream without a container is what scripts write, with Chinese as their system has it
    with xlrd.open_workbook(
        file_contents=raw,
        logfile=io.StringIO(),
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,
        encoding_override="gb18030" if old else None,
    ) as book:
        day_0 = DAY_0_OF_1904 if book.datemode else DAY_0
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            if sheet.ncols > limits.columns:
                raise OverflowError("columns")
            page = Page(sheet.name, width=sheet.ncols, uncalculated=blank[number], day_0=day_0)
            page.spans = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
            page.rows = _rows(book, sheet, page, day_0)
            yield page
            book.unload_sheet(number)


def _rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet, page: Page, day_0: date) -> Iterator[list[Cell]]:
    """The rows of a sheet; units in number formats are noted on the way."""
    codes = {number: found.format_str for number, found in book.format_map.items()}
    for row in range(sheet.nrows):
        cells: list[Cell] = []
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind == xlrd.XL_CELL_DATE:
                cells.append(day_of(value, day_0))
            elif kind == xlrd.XL_CELL_ERROR:
                cells.append(ERROR_WORDS.get(value, "#N/A"))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                cells.append(bool(value))
            else:
                cells.append(value)
                if kind == xlrd.XL_CELL_NUMBER and book.xf_list:
                    code = codes[book.xf_list[sheet.cell_xf_index(row, column)].format_key]
                    if shows_money_unit(code):
                        page.formats.add((column, code))
        yield cells


def _records(raw: bytes) -> memoryview:
    """The stream of records that is the workbook.

    Raises:
        ForeignError: there is none.
    """
    if not raw.startswith(SIGNATURE):
        return memoryview(raw)
    container = CompDoc(raw, logfile=io.StringIO())
    for name in _STREAMS:
        memory, start, length = container.locate_named_stream(name)
        if memory is not None:
            return memoryview(memory)[start : start + length]
    found = (word for name, word in _OTHERS.items() if name.encode("utf-16-le") in raw)
    raise ForeignError(next(found, "ole"))


def _uncalculated(records: memoryview) -> defaultdict[int, set[tuple[int, int]]]:
    """By number of the worksheet, the formulas whose value is 0 or blank though nobody has calculated them.

    A workbook asks to be calculated when it does not say which program has ([MS-XLS] 2.4.215), a sheet when it says so.

    Raises:
        ForeignError: the workbook has a password.
    """
    found: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    sheets: dict[int, int] = {}
    position, depth, current, asks, asks_here = 0, 0, 0, False, False
    while position + 4 <= len(records):
        record, length = struct.unpack_from("<HH", records, position)
        body = records[position + 4 : position + 4 + length]
        if record in _BOF:
            depth += 1
            if depth == 1:
                current = sheets.get(position, current)
                asks_here = asks
                if position == 0:
                    asks = len(body) > 1 and struct.unpack_from("<H", body)[0] == _BIFF8
        elif record == _EOF:
            depth = max(depth - 1, 0)
        elif record == _FILEPASS:
            raise ForeignError(PASSWORD)
        elif record == _BOUNDSHEET and length > 5 and body[5] == 0:
            sheets[struct.unpack_from("<I", body)[0]] = len(sheets)
        elif record == _RECALCID:
            asks = False
        elif record == _UNCALCED:
            asks_here = True
        elif record in _FORMULA and asks_here and length > 13 and depth == 1:
            row, column = struct.unpack_from("<HH", body)
            value = bytes(body[6:14])
            if value == bytes(8) or (value[:1] == _BLANK_STRING and value[6:] == b"\xff\xff"):
                found[current].add((row, column))
        position += 4 + length
    return found

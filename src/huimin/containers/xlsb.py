"""Binary workbooks of Excel (.xlsb): records in a zip archive, as [MS-XLSB] has them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from huimin.containers.formats import BUILT_IN_DATES, day_of, shows_date, shows_money_unit
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Grid, Page, WorkbookLimits
from huimin.containers.parts import Relations, parts_in
from huimin.containers.texts import ERROR_WORDS, Cell

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOL, _FORMULA_ERROR = range(8, 12)
_SHORT = range(12, 19)
"""The same cells as 1 to 7, each one column after the cell before it."""
_RICH_TEXT = 62
_SHARED_ITEM, _FORMAT, _STYLE, _MERGED = 19, 44, 47, 176
_STYLES_BEGIN, _STYLES_END = 617, 618
_WORKBOOK, _SHEET, _CALCULATION = 153, 156, 157
_NUMBERS = frozenset((_RK, _REAL, _FORMULA_REAL))


@dataclass
class _XlsbBook:
    """What the parts beside the sheets tell."""

    day_0: date = DAY_0
    calculates: bool = False
    """Whether it asks to be calculated when it is opened."""
    sheets: list[tuple[str, str]] = field(default_factory=list)
    """Name and part of each worksheet, in order."""
    texts: list[str] = field(default_factory=list)
    """The shared ones."""
    codes: list[str | None] = field(default_factory=list)
    """By style of cells: its number format, where that shows a date or a money unit; None for any other."""


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its worksheets, hidden ones included, in workbook order; formulas by their last value."""
    with zipfile.ZipFile(path) as packed:
        book = _book(packed)
        for name, part in book.sheets:
            yield _page(packed, part, Grid(name, limits), book)


def _book(packed: zipfile.ZipFile) -> _XlsbBook:
    """All that is to be known before a cell is read."""
    book, parts = _XlsbBook(), parts_in(packed)
    relations = Relations(packed, parts["xl/_rels/workbook.bin.rels"])
    for record, body in _records(packed, parts["xl/workbook.bin"]):
        if record == _WORKBOOK and body[0] & 1:
            book.day_0 = DAY_0_OF_1904
        elif record == _CALCULATION and len(body) > 24:
            book.calculates = bool(body[24] & 1)
        elif record == _SHEET:
            relation, end = _text(body, 8)
            if relation in relations.worksheets:
                book.sheets.append((_text(body, end)[0], parts[relations.parts[relation]]))
    if "xl/sharedstrings.bin" in parts:
        shared = _records(packed, parts["xl/sharedstrings.bin"])
        book.texts = [_text(body, 1)[0] for record, body in shared if record == _SHARED_ITEM]
    if "xl/styles.bin" in parts:
        book.codes = list(_codes(_records(packed, parts["xl/styles.bin"])))
    return book


def _codes(records: Iterable[tuple[int, bytes]]) -> Iterator[str | None]:
    """By style of cells: its number format, where that matters."""
    written: dict[int, str] = {}
    inside = False
    for record, body in records:
        if record == _FORMAT:
            written[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif record in (_STYLES_BEGIN, _STYLES_END):
            inside = record == _STYLES_BEGIN
        elif record == _STYLE and inside:
            number = struct.unpack_from("<H", body, 2)[0]
            code = written.get(number) or ("short date" if number in BUILT_IN_DATES else "")
            yield code if shows_date(code) or shows_money_unit(code) else None


def _page(packed: zipfile.ZipFile, part: str, grid: Grid, book: _XlsbBook) -> Page:
    """One worksheet."""
    page, row, column = grid.page, 0, -1
    page.day_0 = book.day_0
    for record, body in _records(packed, part):
        if record == _ROW:
            row, column = _whole(body, 0), -1
        elif record == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            page.spans.append((top, left, bottom, right))
        elif _BLANK <= record <= _FORMULA_ERROR or record == _RICH_TEXT or record in _SHORT:
            short = record in _SHORT
            column = column + 1 if short else _whole(body, 0)
            kind, at = (record - 11, 4) if short else (record, 8)
            if kind == _BLANK:
                continue
            code = _code(book, body[at - 4] | body[at - 3] << 8 | body[at - 2] << 16)
            cell = _cell(kind, body, at, book)
            if kind == _FORMULA_REAL and book.calculates and cell == 0:
                page.uncalculated.add((row, column))
            if code and kind in _NUMBERS and isinstance(cell, float):
                if shows_money_unit(code):
                    page.formats.add((column, code))
                else:
                    cell = day_of(cell, book.day_0)
            grid.put(row, column, cell)
    return page


def _code(book: _XlsbBook, style: int) -> str | None:
    return book.codes[style] if style < len(book.codes) else None


def _cell(kind: int, body: bytes, at: int, book: _XlsbBook) -> Cell:
    """The value of a cell that begins there in its record."""
    if kind == _RK:
        return _rk(_whole(body, at))
    if kind in (_REAL, _FORMULA_REAL):
        return float(struct.unpack_from("<d", body, at)[0])
    if kind in (_TEXT, _FORMULA_TEXT):
        return _text(body, at)[0]
    if kind == _RICH_TEXT:
        return _text(body, at + 1)[0]
    if kind == _SHARED:
        return book.texts[_whole(body, at)]
    if kind in (_BOOL, _FORMULA_BOOL):
        return bool(body[at])
    return ERROR_WORDS.get(body[at], "#N/A")


def _rk(packed: int) -> float:
    """The number of 30 bits and two flags: it is whole or the upper half of a double, and as it is or a hundredth."""
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0])
    return number / 100 if packed & 1 else number


def _whole(body: bytes, at: int) -> int:
    """The number in the four bytes from there on."""
    if at + 4 > len(body):
        raise EOFError
    return int.from_bytes(body[at : at + 4], "little")


def _text(body: bytes, at: int) -> tuple[str, int]:
    """The text that begins there, and where it ends."""
    end = at + 4 + 2 * _whole(body, at)
    if end > len(body):
        raise ValueError("a text ends beyond its record")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _records(packed: zipfile.ZipFile, part: str) -> Iterator[tuple[int, bytes]]:
    """Number and body of each record of a part."""
    whole, at = packed.read(part), 0
    while at < len(whole):
        number, at = _varying(whole, at, 2)
        length, at = _varying(whole, at, 4)
        if at + length > len(whole):
            raise EOFError(part)
        yield number, whole[at : at + length]
        at += length


def _varying(whole: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to so many bytes, 7 bits each, the lowest first; and where it ends."""
    number = 0
    for place in range(most):
        byte = whole[at]
        at += 1
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return number, at

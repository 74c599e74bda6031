"""Workbooks of zipped XML (.xlsx): calamine gives the cells, the XML itself what calamine does not tell.

That is the words of errors, formulas without a value, money units in number formats, the date system, and inline texts
that stand where numbers do. A sheet whose bytes show that it has none of these is not parsed twice.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import python_calamine

from huimin.containers.formats import shows_money_unit
from huimin.containers.kinds import PASSWORD, ForeignError
from huimin.containers.markup import Events, local, tell_xml
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Page, WorkbookLimits
from huimin.containers.parts import Relations, parts_in
from huimin.containers.texts import Cell

_CHUNK = 1 << 20
_OVERLAP = 1 << 12
_TRUE = frozenset(("1", "true"))
_FORMULA_OR_ERROR = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s[^<>]*?\br=[\"'](\d{1,7})[\"']")
_BARE_TEXT = re.compile(rb"inlineStr[\"'][^<>]*>\s*<(?:[\w.-]+:)?v[\s/>]")
_PLACE = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass
class _XlsxBook(Events):
    """The workbook's own part, and the one that says how its cells look."""

    day_0: date = DAY_0
    calculates: bool = False
    """Whether it asks to be calculated when it is opened."""
    sheets: list[str] = field(default_factory=list)
    """The relation of each sheet, in order."""
    codes: dict[str, str] = field(default_factory=dict)
    """Number formats with a money unit, by their number."""
    styles: list[str] = field(default_factory=list)
    """The number of the number format of each style of cells."""
    _in_styles: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """Notes what the element says."""
        said = local(attributes)
        if name == "workbookPr" and said.get("date1904") in _TRUE:
            self.day_0 = DAY_0_OF_1904
        elif name == "calcPr":
            self.calculates = said.get("fullCalcOnLoad") in _TRUE
        elif name == "sheet":
            self.sheets.append(said.get("id", ""))
        elif name == "numFmt" and shows_money_unit(said.get("formatCode", "")):
            self.codes[said.get("numFmtId", "")] = said["formatCode"]
        elif name == "cellXfs":
            self._in_styles = True
        elif name == "xf" and self._in_styles:
            self.styles.append(said.get("numFmtId", ""))

    def ended(self, name: str) -> None:
        """Styles of cells end where their list does."""
        if name == "cellXfs":
            self._in_styles = False


class _Sheet(Events):
    """The cells of one sheet that calamine does not tell whole."""

    def __init__(self, page: Page, calculates: bool, codes: Mapping[str, str]) -> None:
        super().__init__()
        self.told: dict[tuple[int, int], str] = {}
        """Cells that are not empty, though calamine says so."""
        self._page, self._calculates, self._codes = page, calculates, codes
        self._row, self._column = -1, -1
        self._rows: set[int] = set()
        self._type, self._style = "", ""
        self._has_formula, self._has_text = False, False
        self._value: str | None = None
        self._in_value = False

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell, or what is in a cell."""
        if name == "c":
            self._column += 1
            place = _PLACE.fullmatch(attributes.get("r", ""))
            if place:
                self._row, self._column = int(place[2]) - 1, _column(place[1])
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._has_formula, self._has_text, self._value = False, False, None
        elif name == "v":
            self._value, self._in_value = "", True
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._has_text = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row, self._column = (int(number) - 1 if number.isdecimal() else self._row + 1), -1
            if self._row in self._rows:
                raise OverflowError("repeated")
            self._rows.add(self._row)

    def data(self, text: str) -> None:
        """A part of a value."""
        if self._in_value:
            self._value = (self._value or "") + text

    def ended(self, name: str) -> None:
        """A value or a cell is whole."""
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._judge(self._row, self._column, self._value)

    def _judge(self, row: int, column: int, value: str | None) -> None:
        """Notes what is to be known of the cell beyond its value."""
        if value and (self._type == "e" or (self._type == "inlineStr" and not self._has_text)):
            self.told[row, column] = value
        if self._has_formula and (
            value is None
            or (value == "" and self._type != "str")
            or (self._calculates and self._type == "n" and _is_zero(value))
        ):
            self._page.uncalculated.add((row, column))
        if value and self._type == "n" and self._style in self._codes:
            self._page.formats.add((column, self._codes[self._style]))


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its worksheets, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        ForeignError: it has a password.
    """
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as fault:
        raise ForeignError(PASSWORD) from fault
    with workbook, zipfile.ZipFile(path) as packed:
        parts = parts_in(packed)
        relations = Relations(packed, parts["xl/_rels/workbook.xml.rels"])
        book = _XlsxBook()
        for part in ("xl/workbook.xml", "xl/styles.xml"):
            if part in parts:
                with packed.open(parts[part]) as opened:
                    tell_xml(opened, book, damaged=True)
        codes = {str(at): book.codes[number] for at, number in enumerate(book.styles) if number in book.codes}
        for sheet, relation in zip(workbook.sheets_metadata, book.sheets, strict=True):
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            page = Page(sheet.name, day_0=book.day_0)
            events = _Sheet(page, book.calculates, codes)
            part = relations.parts.get(relation, "")
            if part in parts and (codes or _needs_look(packed, parts[part])):
                with packed.open(parts[part]) as opened:
                    tell_xml(opened, events, damaged=True)
            _fill(page, workbook.get_sheet_by_name(sheet.name), events.told, limits)
            yield page


def _fill(
    page: Page, sheet: python_calamine.CalamineSheet, told: Mapping[tuple[int, int], str], limits: WorkbookLimits
) -> None:
    """Gives the page its rows, width and merged ranges."""
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    height = max((height, *(row + 1 for row, _ in told)))
    page.width = max((width, *(column + 1 for _, column in told)))
    if height > limits.rows:
        raise OverflowError("rows")
    if page.width > limits.columns:
        raise OverflowError("columns")
    page.spans = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    page.rows = _rows(sheet, width, height, page.width, told)


def _rows(
    sheet: python_calamine.CalamineSheet, width: int, height: int, full: int, told: Mapping[tuple[int, int], str]
) -> Iterator[list[Cell]]:
    """Rows from the first of the sheet on, each as wide as the page."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in told.items():
        by_row.setdefault(row, []).append((column, text))
    rows = sheet.iter_rows() if sheet.start else iter(())
    for index in range(height):
        found: list[Cell] = next(rows, [])
        # what stands left of the first column with a cell is not among them
        cells: list[Cell] = ["" for _ in range(width - len(found))] + found if found else []
        cells.extend([""] * (full - len(cells)))
        for column, text in by_row.get(index, ()):
            cells[column] = text
        yield cells


def _needs_look(packed: zipfile.ZipFile, part: str) -> bool:
    """Whether the sheet may hold what calamine does not tell: also rows that are not in their order."""
    with packed.open(part) as opened:
        before, last = b"", 0
        while piece := opened.read(_CHUNK):
            window = before + piece
            numbers = [int(found[1]) for found in _ROW.finditer(window) if found.end() > len(before)]
            if any(later <= earlier for earlier, later in pairwise((last, *numbers))):
                return True
            last = numbers[-1] if numbers else last
            if b"\x00" in window or any(mark in window for mark in _FORMULA_OR_ERROR):
                return True
            if b"inlineStr" in window and _BARE_TEXT.search(window):
                return True
            before = window[-_OVERLAP:]
    return False


def _column(letters: str) -> int:
    """The index, from 0, of a column by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_zero(value: str) -> bool:
    """Whether that is the number 0."""
    try:
        return float(value) == 0
    except ValueError:
        return False

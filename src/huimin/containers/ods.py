"""OpenDocument spreadsheets (.ods): one XML part holds every sheet (OpenDocument 1.3, part 3, chapter 9)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

from huimin.containers.formats import MONEY_UNIT
from huimin.containers.kinds import PASSWORD, ForeignError
from huimin.containers.markup import Events, local, tell_xml
from huimin.containers.pages import DAY_0, Grid, Page, WorkbookLimits
from huimin.containers.texts import Cell

_NUMBERS = frozenset(("float", "currency", "percentage"))
_NUMBER_STYLES = frozenset(("number-style", "currency-style", "percentage-style"))
_ROW, _CELLS = "table-row", frozenset(("table-cell", "covered-table-cell"))
_ASIDE = frozenset(("annotation", "frame", "custom-shape", "note", "ruby-text"))
"""What stands in a paragraph without being a part of the cell's text."""
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:\.\d+)?S")


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its sheets, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        ForeignError: it has a password.
    """
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        styles = _Styles()
        document = _OdsDocument(styles, limits)
        for part, events in (("META-INF/manifest.xml", _Manifest()), ("styles.xml", styles), ("content.xml", document)):
            if part in names or events is document:
                with packed.open(part) as opened:
                    tell_xml(opened, events)
    for grid in document.grids:
        grid.page.day_0 = document.day_0
        yield grid.page


class _Manifest(Events):
    """What the archive says of its parts."""

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """Raises ForeignError for a part that only a password opens."""
        if name == "encryption-data":
            raise ForeignError(PASSWORD)


class _Styles(Events):
    """How cells look."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        """Number formats with a money unit, by name, in Excel's language."""
        self._used: dict[str, str] = {}
        """By a style of cells: the number format that it uses."""
        self._name, self._digits, self._literal, self._is_scaled = "", "", "", False
        self._in_literal = False

    def code_of(self, style: str) -> str | None:
        """The number format of cells of that style where it has a money unit."""
        return self._codes.get(self._used.get(style, ""))

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """A number format, a part of one, or a style of cells that uses one."""
        said = local(attributes)
        if name in _NUMBER_STYLES:
            self._name, self._digits, self._literal, self._is_scaled = said.get("name", ""), "0", "", False
        elif name == "number":
            decimals = said.get("decimal-places", "0")
            self._digits = "0." + "0" * min(int(decimals), 9) if decimals.isdecimal() and decimals != "0" else "0"
            self._is_scaled = "display-factor" in said
        elif name == "text":
            self._in_literal = True
        elif name == "style" and "data-style-name" in said:
            self._used[said.get("name", "")] = said["data-style-name"]

    def data(self, text: str) -> None:
        """A text in a number format."""
        if self._in_literal:
            self._literal += text

    def ended(self, name: str) -> None:
        """A number format is whole."""
        if name == "text":
            self._in_literal = False
        elif name in _NUMBER_STYLES and MONEY_UNIT.search(self._literal) and not self._is_scaled:
            self._codes[self._name] = f'{self._digits}"{self._literal}"'


class _OdsDocument(Events):
    """Styles of the document's own, then its sheets."""

    def __init__(self, styles: _Styles, limits: WorkbookLimits) -> None:
        super().__init__()
        self.grids: list[Grid] = []
        self.day_0 = DAY_0
        self._styles, self._limits = styles, limits
        self._tables = 0
        """How many tables are open: only those of the first depth are sheets."""
        self._defaults: list[tuple[int, str]] = []
        """By stretches of columns: where it ends, and its style of cells."""
        self._row, self._rows, self._column = 0, 1, 0
        self._cells: list[tuple[int, int, Cell]] = []
        """First column, number of columns and value of the cells of a row."""
        self._said: dict[str, str] = {}
        """Of the cell that is open."""
        self._paragraphs: list[str] = []
        self._depth = 0
        """Of elements inside the cell that is open; 0 outside of one."""
        self._aside = 0
        """The depth from which on nothing is the cell's text; 0 nowhere."""

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """A sheet, a row, a cell, or what is in a cell."""
        if self._depth:
            self._depth += 1
            self._within(name, attributes)
        elif name == "table":
            self._tables += 1
            if self._tables == 1:
                self.grids.append(Grid(local(attributes).get("name", ""), self._limits))
                self._row, self._defaults = 0, []
        elif self._tables > 1:
            return
        elif name == "table-column":
            said = local(attributes)
            end = (self._defaults[-1][0] if self._defaults else 0) + _count(said, "number-columns-repeated")
            self._defaults.append((end, said.get("default-cell-style-name", "")))
        elif name == _ROW and self._tables:
            self._rows, self._column = _count(local(attributes), "number-rows-repeated"), 0
            self._cells.clear()
        elif name in _CELLS and self._tables:
            self._said, self._depth = local(attributes), 1
            self._paragraphs.clear()
        elif name == "null-date":
            self.day_0 = _day(local(attributes).get("date-value", "")) or self.day_0
        else:
            self._styles.began(name, attributes)

    def _within(self, name: str, attributes: Mapping[str, str]) -> None:
        """What is in the cell that is open."""
        if self._aside:
            return
        if name in _ASIDE:
            self._aside = self._depth
        elif name == "p" and self._depth == 2:
            self._paragraphs.append("")
        elif self._paragraphs and name == "s":
            self._paragraphs[-1] += " " * min(_count(local(attributes), "c"), 1000)
        elif self._paragraphs and name == "tab":
            self._paragraphs[-1] += "\t"
        elif self._paragraphs and name == "line-break":
            self._paragraphs[-1] += "\n"

    def data(self, text: str) -> None:
        """Text of a cell, or of a number format."""
        if not self._depth:
            self._styles.data(text)
        elif self._depth > 1 and self._paragraphs and not self._aside:
            self._paragraphs[-1] += text

    def ended(self, name: str) -> None:
        """A cell, a row or a sheet is whole."""
        if self._depth > 1:
            if self._aside == self._depth:
                self._aside = 0
            self._depth -= 1
        elif self._depth == 1:
            self._depth = 0
            self._take()
        elif name == _ROW and self._tables == 1:
            if self._cells and self._row + self._rows > self._limits.rows:
                raise OverflowError("rows")
            for row in range(self._row, self._row + self._rows if self._cells else 0):
                for first, columns, cell in self._cells:
                    for column in range(first, first + columns):
                        self.grids[-1].put(row, column, cell)
            self._row += self._rows
        elif name == "table":
            self._tables -= 1
        elif not self._tables:
            self._styles.ended(name)

    def _take(self) -> None:
        """The cell that has ended, into its row."""
        said, page = self._said, self.grids[-1].page
        text = "\n".join(self._paragraphs) or said.get("string-value", "")
        columns = _count(said, "number-columns-repeated")
        cell = _cell(said, text)
        if cell == "" and "formula" in said and said.get("value-type", "float") in _NUMBERS:
            page.uncalculated.add((self._row, self._column))
        elif cell != "":
            self._cells.append((self._column, columns, cell))
        if isinstance(cell, float):
            style = said.get("style-name") or next((style for end, style in self._defaults if end > self._column), "")
            code = self._styles.code_of(style)
            if code:
                end = min(self._column + columns, self._limits.columns)
                page.formats |= {(column, code) for column in range(self._column, end)}
        down, right = _count(said, "number-rows-spanned") - 1, _count(said, "number-columns-spanned") - 1
        if down or right:
            page.spans.append((self._row, self._column, self._row + down, self._column + right))
        self._column += columns


def _cell(said: Mapping[str, str], text: str) -> Cell:
    """The value of a cell by what it says and shows."""
    kind = said.get("value-type", "string")
    if kind in _NUMBERS and not text.startswith(("#", "Err:")):
        return float(said["value"]) if "value" in said else ""
    if kind == "date":
        return _moment(said.get("date-value", "")) or text
    if kind == "time" and (found := _DURATION.fullmatch(said.get("time-value", ""))) and int(found[1]) < 24:
        return time(int(found[1]), int(found[2]), int(found[3]))
    if kind == "boolean":
        return said.get("boolean-value") == "true"
    return text


def _count(said: Mapping[str, str], name: str) -> int:
    """How often a row or cell is repeated, by the attribute of that name; 1 where the file does not say."""
    return max(int(said.get(name, "1")), 1)


def _moment(text: str) -> datetime | None:
    """The day and time written so; None for anything else."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    """The day written so; None for anything else."""
    moment = _moment(text)
    return moment.date() if moment else None

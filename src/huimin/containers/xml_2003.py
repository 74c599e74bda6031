"""XML spreadsheets of Excel 2003 (SpreadsheetML), which many systems export and name `.xls`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from huimin.containers.encoded import text_of
from huimin.containers.formats import day_of, shows_date, shows_money_unit
from huimin.containers.markup import Events, local, tell_xml_text
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Grid, Page, WorkbookLimits
from huimin.containers.texts import Cell

_NO_STYLE = ""


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its worksheets, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        UnicodeError: its encoding cannot be told.
    """
    document = _Xml2003Document(limits)
    tell_xml_text(text_of(path), document)
    for grid in document.grids:
        yield grid.page


class _Xml2003Document(Events):
    """Styles, then worksheets."""

    def __init__(self, limits: WorkbookLimits) -> None:
        super().__init__()
        self.grids: list[Grid] = []
        self._limits, self._day_0 = limits, DAY_0
        self._codes: dict[str, str] = {}
        """Number formats, by style."""
        self._parents: dict[str, str] = {}
        self._style = _NO_STYLE
        """That which is described, outside of the worksheets."""
        self._path: list[str] = []
        self._row, self._column = -1, -1
        self._row_style = _NO_STYLE
        self._column_styles: dict[int, str] = {}
        self._last_column = -1
        """That which was described last."""
        self._cell: dict[str, str] = {}
        self._kind: str | None = None
        """Of the value of the open cell; None before it has one."""
        self._text: list[str] = []

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """A style, a worksheet, a row, a cell, or its value."""
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "Date1904":
            self._day_0 = DAY_0_OF_1904
        elif name == "Style":
            said = local(attributes)
            self._style = said.get("ID", "")
            self._parents[self._style] = said.get("Parent", _NO_STYLE)
        elif name == "NumberFormat":
            self._codes[self._style] = local(attributes).get("Format", "")
        elif name == "Worksheet":
            self._open_sheet(local(attributes))
        elif parent == "Table" and name == "Column":
            self._note_column(local(attributes))
        elif parent == "Table" and name == "Row":
            said = local(attributes)
            self._row, self._column = _index(said, self._row), -1
            self._row_style = said.get("StyleID", _NO_STYLE)
        elif parent == "Row" and name == "Cell":
            self._cell, self._kind = local(attributes), None
            self._column = _index(self._cell, self._column)
        elif parent == "Cell" and name == "Data":
            self._kind, self._text = local(attributes).get("Type", "String"), []

    def data(self, text: str) -> None:
        """A part of the value of a cell, its fonts left out."""
        if "Data" in self._path and "Comment" not in self._path:
            self._text.append(text)

    def ended(self, name: str) -> None:
        """A cell is whole."""
        self._path.pop()
        if name == "Cell" and self._path[-1:] == ["Row"]:
            self._take()

    def _open_sheet(self, said: Mapping[str, str]) -> None:
        grid = Grid(said.get("Name", ""), self._limits)
        grid.page.day_0 = self._day_0
        self.grids.append(grid)
        self._row, self._last_column, self._column_styles = -1, -1, {}

    def _note_column(self, said: Mapping[str, str]) -> None:
        """Keeps the style of the columns that are described together."""
        first = _index(said, self._last_column)
        self._last_column = first + _count(said, "Span")
        if "StyleID" in said:
            last = min(self._last_column, self._limits.columns)
            self._column_styles.update(dict.fromkeys(range(first, last + 1), said["StyleID"]))

    def _take(self) -> None:
        """The cell that has ended, where it stands."""
        grid, said = self.grids[-1], self._cell
        style = said.get("StyleID") or self._row_style or self._column_styles.get(self._column, _NO_STYLE)
        text = "".join(self._text) if self._kind else ""
        cell = self._value(self._kind or "", text, self._code_of(style), grid.page)
        if "Formula" in said and cell == "" and self._kind != "String":
            grid.page.uncalculated.add((self._row, self._column))
        grid.put(self._row, self._column, cell)
        right, down = _count(said, "MergeAcross"), _count(said, "MergeDown")
        if right or down:
            grid.page.spans.append((self._row, self._column, self._row + down, self._column + right))
        self._column += right

    def _code_of(self, style: str) -> str:
        """The number format of the style, or of the nearest one that it is made from."""
        seen: set[str] = set()
        while style and style not in seen and style not in self._codes:
            seen.add(style)
            style = self._parents.get(style, _NO_STYLE)
        return self._codes.get(style or "Default", "")

    def _value(self, kind: str, text: str, code: str, page: Page) -> Cell:
        """The value of a cell, by the kind that it says it is of."""
        if kind == "Number" and text.strip():
            number = float(text)
            if shows_money_unit(code):
                page.formats.add((self._column, code))
            return day_of(number, page.day_0) if shows_date(code) else number
        if kind == "DateTime" and text.strip():
            return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        if kind == "Boolean" and text.strip():
            return text.strip() == "1"
        return text


def _index(said: Mapping[str, str], before: int) -> int:
    """Where a row, column or cell stands, from 0: where it says, else after the one before it."""
    index = _count(said, "Index")
    return index - 1 if index else before + 1


def _count(said: Mapping[str, str], name: str) -> int:
    """The whole number said, 0 where none is. Raises ValueError for anything else, a number below 0 too."""
    count = int(said.get(name, "0"))
    if count < 0:
        raise ValueError(name)
    return count

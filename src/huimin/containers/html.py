"""Web pages named as workbooks, which many systems export: all of a page is one sheet, as in Excel.

Tables stand one below the other, a table inside a cell below its row, and text outside of tables in rows of its own: it
may tell the period or the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from huimin.containers.encoded import text_of
from huimin.containers.formats import day_of, shows_date, shows_money_unit
from huimin.containers.kinds import ForeignError
from huimin.containers.markup import Events, local, tell_html
from huimin.containers.pages import DAY_0_OF_1904, Grid, Page, WorkbookLimits
from huimin.containers.texts import Cell

_MUTED = frozenset(("head", "script", "style", "title", "noscript", "xml", "template"))
"""What a browser does not show."""
_STRUCK = frozenset(("s", "strike", "del"))
"""What a browser shows as no longer valid: the correction beside it is the cell's text."""
_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "center", "caption", "form", "hr", "pre", "br")
)  # fmt: skip
"""Before and after these a line ends."""
_MOST_ROWS, _MOST_COLUMNS = 65_534, 1_000
"""Rows and columns that a cell may span, as browsers have it."""
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
_DATE_SYSTEM = re.compile(r"<x:Date1904\b", re.IGNORECASE)
_FORMAT = re.compile(r"mso-number-format:\s*([^;}]+)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{1,6}) ?|\\(.)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MONEY_SIGNS = str.maketrans("", "", ",，¥￥$% \xa0元")


def pages_of(path: Path, limits: WorkbookLimits) -> Iterator[Page]:
    """Its one sheet, named as Excel would where the page says so.

    Raises:
        ForeignError: there is no cell of a table in it.
        UnicodeError: its encoding cannot be told.
    """
    document = _HtmlDocument(limits)
    tell_html(text_of(path), document)
    document.flush()
    if not document.has_cells:
        raise ForeignError("page")
    yield document.grid.page


@dataclass
class _Table:
    """A table that is open."""

    row: int | None = None
    """Where its open row stands; None when nothing of it has been put yet."""
    column: int = 0
    held: dict[int, int] = field(default_factory=dict)
    """By column: how many rows to come are taken by a cell above."""
    cell: dict[str, str] | None = None
    """What the open cell says of itself."""
    text: list[str] = field(default_factory=list)


class _HtmlDocument(Events):
    """The page, from its first element to the last."""

    def __init__(self, limits: WorkbookLimits) -> None:
        super().__init__()
        self.grid = Grid(None, limits)
        self.has_cells = False
        self._limits = limits
        self._tables: list[_Table] = []
        self._next = 0
        """The first row that is free."""
        self._muted: list[str] = []
        self._struck = 0
        """How many elements around the text strike it out; a cell ends them all, closed or not."""
        self._loose: list[str] = []
        """Text outside of tables."""
        self._codes: dict[str, str] = {}
        """Number formats, by the class of cells."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Does nothing: a page may have a document type."""

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """A table, a row, a cell, or what ends a line."""
        if name in _MUTED:
            self._muted.append(name)
        if self._muted:
            return
        if name in _STRUCK:
            self._struck += 1
        elif name == "table":
            self._open_table()
        elif name == "tr":
            self._open_row()
        elif name in ("td", "th"):
            self._open_cell(local(attributes))
        elif name in _BLOCKS:
            self._break_line()

    def ended(self, name: str) -> None:
        """A table, a cell, or what ends a line."""
        if self._muted:
            if name == self._muted[-1]:
                self._muted.pop()
        elif name in _STRUCK:
            self._struck = max(0, self._struck - 1)
        elif name == "table":
            self._close_cell()
            if self._tables:
                self._tables.pop()
        elif name in ("td", "th"):
            self._close_cell()
        elif name in _BLOCKS:
            self._break_line()

    def data(self, text: str) -> None:
        """Text that is shown, or the styles and the sheet's name that are not."""
        if self._muted:
            if self._muted[-1] == "style":
                self._note_styles(text)
        elif not self._struck:
            self._text().append(_BLANKS.sub(" ", text))

    def comment(self, text: str) -> None:
        """What only Excel reads: the name of the sheet and the date system."""
        named = _SHEET_NAME.search(text)
        if named and self.grid.page.name is None:
            self.grid.page.name = named[1].strip()
        if _DATE_SYSTEM.search(text):
            self.grid.page.day_0 = DAY_0_OF_1904

    def flush(self) -> None:
        """Puts the text outside of tables into a row of its own."""
        text = _joined(self._loose)
        self._loose.clear()
        if text:
            self.grid.put(self._next, 0, text)
            self._next += 1

    def _text(self) -> list[str]:
        """The list that takes the text read next: the open cell's, or that of what stands outside of tables."""
        table = self._tables[-1] if self._tables else None
        return table.text if table and table.cell is not None else self._loose

    def _break_line(self) -> None:
        if self._text() is self._loose:
            self.flush()
        else:
            self._text().append("\n")

    def _open_table(self) -> None:
        outer = self._tables[-1] if self._tables else None
        if outer is None or outer.cell is None:
            self.flush()
        elif _joined(outer.text):
            # what stands before the table, a period or a unit, is above it
            self._put_row(outer)
        elif outer.row is None or (outer.row == self._next - 1 and outer.row >= len(self.grid.rows)):
            # a cell that only holds a table has no row of its own
            self._next, outer.row = (self._next if outer.row is None else outer.row), None
        self._tables.append(_Table())

    def _open_row(self) -> None:
        self._close_cell()
        if not self._tables:
            self._tables.append(_Table())
        table = self._tables[-1]
        table.held = {column: rows - 1 for column, rows in table.held.items() if rows > 1}
        table.row, table.column = self._next, 0
        self._next += 1

    def _put_row(self, table: _Table) -> None:
        """The table's open row stands at the first that is free, if it does not stand yet."""
        if table.row is None:
            table.row, self._next = self._next, self._next + 1

    def _open_cell(self, said: dict[str, str]) -> None:
        if not self._tables:
            self._open_row()
        self._close_cell()
        self._tables[-1].cell, self._tables[-1].text, self._struck = said, [], 0

    def _close_cell(self) -> None:
        """The open cell of the innermost table, into its row."""
        table = self._tables[-1] if self._tables else None
        if table is None or table.cell is None:
            return
        said, text = table.cell, _joined(table.text)
        table.cell, self._struck = None, 0
        self.has_cells = True
        while table.held.get(table.column):
            table.column += 1
        down = min(_count(said.get("rowspan", "")) or _MOST_ROWS, _MOST_ROWS)
        right = min(_count(said.get("colspan", "")) or 1, _MOST_COLUMNS)
        cell = self._value(said, text, table.column)
        if cell != "":
            self._put_row(table)
        if table.row is not None:
            self.grid.put(table.row, table.column, cell)
            if (down > 1 or right > 1) and table.column < self._limits.columns:
                span = (table.row, table.column, table.row + down - 1, table.column + right - 1)
                self.grid.page.spans.append(span)
        if down > 1:
            last = min(table.column + right, self._limits.columns)
            table.held.update(dict.fromkeys(range(table.column, last), down))
        table.column += right

    def _value(self, said: Mapping[str, str], text: str, column: int) -> Cell:
        """What the cell holds: its text, or the number that Excel wrote beside it."""
        code = _format_in(said.get("style", "")) or next(
            (self._codes[name] for name in said.get("class", "").split() if name in self._codes), ""
        )
        number = _number(said.get("num", ""))
        if number is None:
            return text
        if code and shows_date(code):
            return day_of(number, self.grid.page.day_0)
        if code and shows_money_unit(code):
            self.grid.page.formats.add((column, code))
            return number
        return text if _number(text.translate(_MONEY_SIGNS)) is None else number

    def _note_styles(self, text: str) -> None:
        """Notes the number formats of the classes in a style sheet."""
        for rule in text.split("}"):
            names, _, body = rule.partition("{")
            code = _format_in(body)
            if code:
                for name in names.split(","):
                    self._codes[name.strip().rpartition(".")[2]] = code


def _joined(parts: list[str]) -> str:
    """The text in its lines, blank ones left out."""
    lines = ("".join(parts)).split("\n")
    return "\n".join(line for line in map(str.strip, lines) if line)


def _count(text: str) -> int:
    """The whole number that the text begins with; 1 when it begins with none, as browsers have it (HTML, §4.9.12)."""
    found = re.match(r"\s*([0-9]{1,9})", text)
    return int(found[1]) if found else 1


def _number(text: str) -> float | None:
    """The number that the text is; None when it is none."""
    try:
        return float(text) if text.isascii() else None
    except ValueError:
        return None


def _format_in(style: str) -> str:
    """The number format of a style, in Excel's language; "" when it has none."""
    found = _FORMAT.search(style)
    if found is None:
        return ""
    written = found[1].strip().strip("\"'")
    return _ESCAPE.sub(lambda mark: chr(int(mark[1], 16) % 0x110000) if mark[1] else mark[2], written)

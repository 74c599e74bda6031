"""A worksheet as its reader hands it on, and what of it is written for the process that asked."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from huimin.containers.texts import CELL_END, ROW_END, Cell, cell_text

DAY_0 = date(1899, 12, 30)
DAY_0_OF_1904 = date(1904, 1, 1)
"""What a spreadsheet counts the days of a date from, by the workbook's system."""

Span = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, all 0-based and inclusive."""


@dataclass(frozen=True)
class WorkbookLimits:
    """What a workbook may have; one with more ends in an OverflowError that names the limit."""

    sheets: int
    rows: int
    columns: int
    text: int
    """Bytes of its cells as text: the caller reads it into memory, where a text that a million cells share is many."""


@dataclass
class Page:
    """One worksheet. All but the name is known when its rows have been read."""

    name: str | None
    """None where the container names no sheets."""
    rows: Iterable[Sequence[Cell]] = ()
    """From the first row of the sheet on; a row may end before the last column."""
    width: int = 0
    spans: list[Span] = field(default_factory=list)
    """Merged ranges; parts of them may lie beyond the rows and columns."""
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    """Row and column, 0-based, of formulas that nobody has calculated."""
    formats: set[tuple[int, str]] = field(default_factory=set)
    """Column, 0-based, and number format of numbers that are shown with a unit of money."""
    day_0: date = DAY_0


class Grid:
    """Cells put where they stand, in any order, into the rows of a page."""

    def __init__(self, name: str | None, limits: WorkbookLimits) -> None:
        self.rows: list[list[Cell]] = []
        self.page = Page(name, self.rows)
        self._limits = limits

    def put(self, row: int, column: int, cell: Cell) -> None:
        """The cell stands there from now on. Raises OverflowError beyond the limits."""
        if cell == "":
            return
        if row >= self._limits.rows:
            raise OverflowError("rows")
        if column >= self._limits.columns:
            raise OverflowError("columns")
        missing = row + 1 - len(self.rows)
        if missing > 0:
            self.rows.extend([] for _ in range(missing))
        cells = self.rows[row]
        if column >= len(cells):
            cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cell
        self.page.width = max(self.page.width, column + 1)


def write_pages(pages: Iterable[Page], folder: Path, limits: WorkbookLimits) -> list[dict[str, object]]:
    """What is to be known of each page; its cells and their marks are in files of the folder named by its number.

    `<n>.cells` holds the cells; `<n>.uncalculated` row (from 1) and column of each formula without a value, one a line.

    Raises:
        OverflowError: there are more pages than the limits allow.
        ValueError: merged ranges lie upon each other.
        OSError: the cells have more bytes than the limits allow (EFBIG), or the disk has no room.
    """
    listed: list[dict[str, object]] = []
    left = limits.text
    for number, page in enumerate(pages):
        if number >= limits.sheets:
            raise OverflowError("sheets")
        resource.setrlimit(resource.RLIMIT_FSIZE, (left, resource.RLIM_INFINITY))
        with ExitStack() as opened:
            cells, uncalculated = (
                opened.enter_context(
                    (folder / f"{number}.{what}").open("w", encoding="utf-8", errors="replace", newline="")
                )
                for what in ("cells", "uncalculated")
            )
            written = _write_rows(_spread(page), page.width, cells)
            for row, column in sorted(page.uncalculated):
                if row < written:
                    uncalculated.write(f"{row + 1}\t{column}\n")
        left -= (folder / f"{number}.cells").stat().st_size
        listed.append(
            {
                "name": page.name,
                "rows": written,
                "columns": page.width,
                "spans": _inside(page, written),
                "formats": sorted(page.formats),
                "day_0": page.day_0.isoformat(),
            }
        )
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return listed


def _inside(page: Page, height: int) -> list[Span]:
    """The merged ranges of more than one cell, cut to the rows and columns that are there.

    Raises:
        ValueError: they cover more cells than there are: they lie upon each other, as no program writes them.
    """
    spans, left = [], height * page.width
    for first_row, first_column, last_row, last_column in page.spans:
        span = (first_row, first_column, min(last_row, height - 1), min(last_column, page.width - 1))
        if span[:2] != span[2:] and span[0] <= span[2] and span[1] <= span[3]:
            spans.append(span)
            left -= (span[2] - span[0] + 1) * (span[3] - span[1] + 1)
            if left < 0:
                raise ValueError("merged ranges lie upon each other")
    return spans


def _spread(page: Page) -> Iterator[list[Cell]]:
    """The rows of the page; a merged range counts as its value in every row, in its first column."""
    starting: dict[int, list[Span]] = {}
    for span in page.spans:
        if span[2] > span[0] and span[1] < page.width:
            starting.setdefault(span[0], []).append(span)
    held: dict[int, tuple[int, Cell]] = {}
    for index, cells in enumerate(page.rows):
        row = [*cells, *[""] * (page.width - len(cells))]
        for column, (last, value) in list(held.items()):
            if index > last:
                del held[column]
            else:
                row[column] = value
        for span in starting.get(index, ()):
            held[span[1]] = (span[2], row[span[1]])
        yield row


def _write_rows(rows: Iterator[list[Cell]], width: int, cells: TextIO) -> int:
    """How many rows were written, up to the last one with a cell that is not empty."""
    written, waiting = 0, 0
    blank = CELL_END * (width - 1) + ROW_END
    for row in rows:
        texts = ["" if cell == "" else cell_text(cell) for cell in row]
        if not any(text.strip() for text in texts):
            waiting += 1
            continue
        cells.write(blank * waiting)
        cells.write(CELL_END.join(texts) + ROW_END)
        written, waiting = written + waiting + 1, 0
    return written

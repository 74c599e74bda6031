"""Records with quotes: which lines belong together, and which quote was never closed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from huimin.sheets.shapes import Limits

State = Literal["closed", "open", "broken"]
BLANKS = (" ", "\u00a0", "\u3000")


@dataclass(frozen=True)
class Dialect:
    """How the cells of a text file are parted and quoted."""

    delimiter: str = ","
    """One character, or several."""
    quote: str = '"'
    """Empty: no cell is quoted."""
    escape: str = '"'
    """What stands before a quote that is text; the quote itself (as in RFC 4180), or nothing where none can be."""
    blanks: bool = False
    """Whether blanks at the beginning of a cell are no part of it, so that a quote may follow them."""

    @property
    def is_usual(self) -> bool:
        """Whether a plain CSV parser reads it, once blanks at the beginning of its cells are gone."""
        return len(self.delimiter.encode()) == 1 and self.quote == self.escape == '"'


@dataclass(frozen=True)
class Scan:
    """How a line leaves the quotes."""

    state: State
    """Broken: text follows a closing quote, so that it cannot be known which quotes were meant."""
    cells: int
    """How many cells the line has; of an open one those before its end."""
    stray: int
    """In how many unquoted cells a quote stands, where it is text (19" of a screen)."""


def well_formed(dialect: Dialect) -> str:
    """Regular expression of a line whose quoted cells are closed and hold no quotes: safe for a plain CSV parser.

    It is for usual dialects.
    """
    mark = re.escape(dialect.delimiter)
    cell = f'{leading(dialect)}(?:"[^"]*"|[^"{mark}]*)'
    return f"^{cell}(?:{mark}{cell})*$"


def leading(dialect: Dialect) -> str:
    """Regular expression of what stands before a cell and is no part of it."""
    return f"[{''.join(BLANKS)}]*" if dialect.blanks else ""


def closed_up(line: pl.Expr, dialect: Dialect) -> pl.Expr:
    """Well formed lines without the blanks that are no part of a cell."""
    mark = re.escape(dialect.delimiter)
    cell = f'(^|{mark}){leading(dialect)}("[^"]*"|[^"{mark}]*)'
    return line.str.replace_all(cell, "${1}${2}") if dialect.blanks else line


def scanned(line: str, dialect: Dialect, inside: bool) -> Scan:
    """How a line leaves the quotes, when it began inside or outside of one."""
    quote, delimiter = dialect.quote, dialect.delimiter
    if not inside and not (quote and quote in line) and not dialect.blanks:
        return Scan("closed", line.count(delimiter) + 1, 0)
    cells, position, stray = 0, 0, 0
    while True:
        if not inside:
            position = cell_start(line, position, dialect)
            if quote and line.startswith(quote, position):
                inside, position = True, position + len(quote)
        if inside:
            position = after_quote(line, position, dialect)
            if position < 0:
                return Scan("open", cells, stray)
            inside = False
            if position < len(line) and not line.startswith(delimiter, position):
                return Scan("broken", cells, stray)
        end = line.find(delimiter, position)
        stray += bool(quote) and line.find(quote, position, end if end >= 0 else len(line)) >= 0
        cells += 1
        if end < 0:
            return Scan("closed", cells, stray)
        position = end + len(delimiter)


def cell_start(line: str, position: int, dialect: Dialect) -> int:
    """Where the cell begins before which that position is."""
    while dialect.blanks and line.startswith(BLANKS, position):
        position += 1
    return position


def after_quote(line: str, start: int, dialect: Dialect) -> int:
    """Position after the quote that closes a cell; -1 when the line has none. Escaped quotes are text."""
    quote, escape = dialect.quote, dialect.escape
    while (found := line.find(quote, start)) >= 0:
        if escape == quote:
            if not line.startswith(quote * 2, found):
                return found + len(quote)
            start = found + 2 * len(quote)
            continue
        escaped = line.find(escape, start, found) if escape else -1
        if escaped < 0:
            return found + len(quote)
        # an escape before anything but a quote or itself is text
        after = escaped + len(escape)
        start = next((after + len(mark) for mark in (quote, escape) if line.startswith(mark, after)), after)
    return -1


def record_at(
    lines: pl.Series, first: int, dialect: Dialect, width: int, exact: bool, most: int, limits: Limits
) -> tuple[str, int]:
    """What is wrong with the record that begins at index `first` ("" nothing), and how many lines were read to know it.

    A record spans lines when its quotes are well formed, within `most` lines, and it has `width` cells; or, unless the
    width is `exact`, fewer or more, but swallows no line that would be such a record itself. Else the fault is its
    first line's alone: a quote that is never closed hurts only the line it stands on.
    """
    if len(lines[first]) > limits.record_characters:
        return "record_too_long", 1
    state, cells, length = joined_at(lines, first, dialect, most, limits)
    if state == "broken":
        return "broken_quote", 1
    if state == "open":
        return "unterminated_quote", length
    if length == 1:
        return "", 1
    following = first + length
    inner = lines[first + 1 : following]
    swallows = cells != width and (exact or any(fills(line, dialect, width) for line in inner))
    if swallows or runs_on(lines, first + 1, following, dialect, width, limits):
        return "unterminated_quote", length
    return "", length


def joined_at(
    lines: pl.Series | Sequence[str], first: int, dialect: Dialect, most: int, limits: Limits
) -> tuple[State, int, int]:
    """How the record that begins at that index ends, its cells, and how many lines were read: one when it is broken."""
    scan = scanned(lines[first], dialect, inside=False)
    if scan.state != "open":
        return scan.state, scan.cells, 1
    cells, characters, number = scan.cells, len(lines[first]), 1
    for number, index in enumerate(range(first + 1, min(first + most, len(lines))), start=2):
        if scan.stray or cells > limits.columns or characters > limits.record_characters:
            break
        line = lines[index]
        scan = scanned(line, dialect, inside=True)
        cells, characters = cells + scan.cells, characters + len(line) + 1
        if scan.state == "broken":
            break
        if scan.state == "closed" and not scan.stray:
            return "closed", cells, number
    return "open", cells, number


def runs_on(lines: pl.Series, start: int, end: int, dialect: Dialect, width: int, limits: Limits) -> bool:
    """Whether the line at `end` cannot begin a record, and every record from `start` to beyond it is whole.

    Then a quote before `start` was never closed: what seemed to close it opens a cell of the next record but one.
    """
    if (
        end >= len(lines)
        or not lines[end]
        or is_whole(joined_at(lines, end, dialect, limits.record_lines, limits), width)
    ):
        return False
    while start <= end:
        found = joined_at(lines, start, dialect, limits.record_lines, limits)
        if not is_whole(found, width):
            return False
        start += found[2]
    return True


def is_whole(found: tuple[State, int, int], width: int) -> bool:
    """Whether the record is closed and has exactly that many cells."""
    return found[:2] == ("closed", width)


def fills(line: str, dialect: Dialect, width: int) -> bool:
    """Whether the line alone would be a whole record of more than one cell."""
    if width < 2 or line.count(dialect.delimiter) < width - 1:
        return False
    scan = scanned(line, dialect, inside=False)
    return scan.state == "closed" and scan.cells >= width


def strayed(record: str, dialect: Dialect) -> bool:
    """Whether a delimiter stands between two quotes that are text: they may have been meant to keep it so."""
    return scanned(record, dialect, inside=False).stray > 1


def cells_of(record: str, dialect: Dialect) -> list[str]:
    """The cells of one whole record, legal line breaks inside quotes included."""
    quote, delimiter = dialect.quote, dialect.delimiter
    cells: list[str] = []
    position = 0
    while True:
        position = cell_start(record, position, dialect)
        if quote and record.startswith(quote, position):
            start = position + len(quote)
            position = after_quote(record, start, dialect)
            cells.append(unescaped(record[start : position - len(quote)], dialect))
        else:
            end = record.find(delimiter, position)
            end = end if end >= 0 else len(record)
            cells.append(record[position:end])
            position = end
        if position >= len(record):
            return cells
        position += len(delimiter)


def unescaped(text: str, dialect: Dialect) -> str:
    """The text of a quoted cell, as it was before it was quoted."""
    quote, escape = dialect.quote, dialect.escape
    if not escape or escape not in text:
        return text
    if escape == quote:
        return text.replace(quote * 2, quote)
    marks = f"{re.escape(quote)}|{re.escape(escape)}"
    return re.sub(f"{re.escape(escape)}({marks})", r"\1", text)

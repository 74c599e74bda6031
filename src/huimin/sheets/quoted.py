"""Records with quotes: which lines belong together, and which quote was never closed."""

import csv
from typing import Literal

import polars as pl

from huimin.sheets.shapes import Limits

State = Literal["closed", "open", "broken"]


def well_formed(delimiter: str) -> str:
    """Regular expression of a line whose quoted cells are closed and hold no quotes: safe for a plain CSV parser."""
    mark = "\\|" if delimiter == "|" else delimiter
    cell = f'(?:"[^"]*"|[^"{mark}]*)'
    return f"^{cell}(?:{mark}{cell})*$"


def state_after(line: str, delimiter: str, inside: bool) -> State:
    """How a line leaves the quotes, when it began inside or outside of one.

    A line that continues a record is broken when text follows its closing quote: then the quote was not meant to close.
    Elsewhere such text is kept as the csv module and Excel keep it.
    """
    continued, position = inside, 0
    while True:
        if not inside and line.startswith('"', position):
            inside, position = True, position + 1
        if inside:
            position = after_quote(line, position)
            if position < 0:
                return "open"
            inside = False
            if continued and position < len(line) and line[position] != delimiter:
                return "broken"
        position = line.find(delimiter, position) + 1
        if position == 0:
            return "closed"


def after_quote(line: str, start: int) -> int:
    """Position after the quote that closes a cell; -1 when the line has none. Doubled quotes are text."""
    while (found := line.find('"', start)) >= 0:
        if not line.startswith('""', found):
            return found + 1
        start = found + 2
    return -1


def record_at(lines: pl.Series, first: int, delimiter: str, width: int, most: int, limits: Limits) -> tuple[bool, int]:
    """Whether the record that begins at index `first` is whole, and how many physical lines were read to know it.

    It is not when a quote of its is never closed, within `most` lines. A quote that swallows what looks like another
    whole record was never closed: that hurts only the line it stands on.
    """
    line = lines[first]
    if state_after(line, delimiter, inside=False) == "closed":
        return True, 1
    full, characters, number = max(width - 1, 1), len(line), 1
    begins_full = line.count(delimiter) >= full
    for number, index in enumerate(range(first + 1, min(first + most, len(lines))), start=2):
        line = lines[index]
        characters += len(line) + 1
        state = state_after(line, delimiter, inside=True)
        if state == "broken" or characters > limits.record_characters:
            break
        if (state == "open" or begins_full) and fills(line, delimiter, full):
            break
        if state == "closed":
            return True, number
    return False, number


def fills(line: str, delimiter: str, full: int) -> bool:
    """Whether the line alone would be a whole record. Delimiters within its quotes do not count."""
    return line.count(delimiter) >= full and len(cells_of(line, delimiter)) > full


def cells_of(record: str, delimiter: str) -> list[str]:
    """The cells of one record, legal line breaks inside quotes included."""
    return next(csv.reader([record], delimiter=delimiter), [])

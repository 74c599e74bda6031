"""Rows of cells straight into a sheet: as xlsxwriter writes them one by one, at a fifth of its time."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from huimin.workbooks.formats import WrittenCell, plain

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MARKUP = re.compile("[&<>]")
_DAY_ZERO, _FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)


class Rows:
    """The rows of a sheet from one line on, one below the other, once all above is written.

    A text is never a formula, a link or a number. xlsxwriter has no public way to do this: it is pinned, and what is
    written is read back by a test.
    """

    def __init__(self, sheet: "Worksheet", first: int, columns: int) -> None:
        from xlsxwriter.utility import xl_col_to_name

        self.line = first
        """The line of the next row, 0-based."""
        self._sheet = sheet
        self._letters = [xl_col_to_name(place) for place in range(columns)]
        sheet._write_single_row(first)

    def add(self, cells: Sequence[WrittenCell], styles: Sequence[int], height: float) -> None:
        """One more row; `styles` as `style_of` gives them, one a cell."""
        number = self.line + 1
        parts = [f'<row r="{number}" ht="{height:g}" customHeight="1">']
        for letter, cell, style in zip(self._letters, cells, styles, strict=True):
            if cell is None or cell == "":
                parts.append(f'<c r="{letter}{number}" s="{style}"/>')
            elif isinstance(cell, str) or (figure := figure_of(cell)) is None:
                text = escaped(plain(str(cell)))
                parts.append(
                    f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
                )
            else:
                parts.append(f'<c r="{letter}{number}" s="{style}"><v>{figure}</v></c>')
        parts.append("</row>")
        self._sheet.fh.write("".join(parts))
        self.line += 1

    def end(self) -> None:
        """The sheet knows how far its rows go."""
        self._sheet._check_dimensions(self.line - 1, len(self._letters) - 1)
        self._sheet.previous_row = self.line


def figure_of(cell: Decimal | int | date) -> str | None:
    """The number as a sheet holds it, days counted from 1900 on; None for what a sheet has no number for."""
    if isinstance(cell, date):
        return str((cell - _DAY_ZERO).days) if cell > _FIRST_DAY else None
    if isinstance(cell, Decimal):
        return format(cell, "f") if cell.is_finite() else None
    return str(cell)


def escaped(text: str) -> str:
    """The text within XML."""
    if _MARKUP.search(text):
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def style_of(form: "Format") -> int:
    """The number by which a cell refers to its format."""
    index: int = form._get_xf_index()
    return index

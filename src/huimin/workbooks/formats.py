"""How the sheets that people fill in look: texts that Excel takes as texts, formats, heights, printing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WrittenCell = str | Decimal | int | date | None

LONGEST = 32_000
"""Characters of a cell; Excel ends at 32,767."""
CUT = "……（内容过长，其余略）"
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMATS = {"text": "@", "id": "@", "choice": "@", "choices": "@", "integer": "0", "money": "#,##0.00"}
SIZE = 10
"""Points of the text of cells."""
_LINE, _HIGHEST = 14.5, 409
"""Points of a line of text of that size in the tallest of the usual fonts, and of Excel's highest row."""
_FONT = "宋体"
_PIXELS = 8.5
"""Of a digit of that size: seven in the font itself, more in what stands in for it where there is none."""
IN_SIGHT = 2
"""Columns that stay beside every other one, on the screen and on paper."""
_RIGHT = frozenset({"integer", "money"})


def plain(text: str) -> str:
    """The text as it will be read back: no control characters, nothing that Excel decodes, not too long.

    xlsxwriter would write what begins with ``<r>`` as markup.
    """
    if _UNSEEN.search(text):
        text = _UNSEEN.sub(" ", text)
    if "_x" in text:
        text = _CODED.sub("＿", text)
    if text.startswith("<r>"):
        text = f" {text}"
    return text if len(text) <= LONGEST else text[:LONGEST] + CUT


@dataclass(frozen=True)
class Paper:
    """What a sheet is printed on, landscape."""

    code: int
    """Excel's own."""
    points: float
    """Between the margins."""
    pages: int = 1
    """Beside each other."""
    in_sight: int = 0
    """Columns that each of these pages begins with."""


MARGIN = 0.3
"""Inches left and right."""
A4, A3 = (Paper(code, millimetres / 25.4 * 72 - 2 * MARGIN * 72) for code, millimetres in ((9, 297), (8, 420)))
LEAST_SCALE = 0.81
"""Text of `SIZE` printed smaller than this is hard to read: 8 points."""


def usual_font() -> dict[str, Any]:
    """What a cell is set in when nobody says otherwise; columns are as wide as so many of its digits."""
    return {"font_name": _FONT, "font_size": SIZE}


class BookFormats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}

    def of(self, kind: str = "text", *, fill: bool = False, band: bool = False, faulty: bool = False) -> "Format":
        """The format of a cell: may it be filled in, is its household shaded, is it at fault."""
        key = (kind, fill, band, faulty)
        if key not in self._made:
            ground = ("#FFF4CC" if band else "#FFFBEB") if fill else ("#EEF3F8" if band else "#FFFFFF")
            self._made[key] = self._format(
                num_format="yyyy-mm-dd" if kind == "date" else _FORMATS[kind],
                bg_color="#F8CBAD" if faulty else ground,
                locked=not fill,
                align="right" if kind in _RIGHT else "left",
            )
        return self._made[key]

    def header(self, *, fill: bool = False) -> "Format":
        """The format of a header cell."""
        key = ("header", fill)
        if key not in self._made:
            ground = "#FFD966" if fill else "#D6E0EB"
            self._made[key] = self._format(bold=True, bg_color=ground, align="center", valign="vcenter")
        return self._made[key]

    def needed(self) -> "Format":
        """The conditional format of a cell that is still to be filled."""
        if ("needed",) not in self._made:
            self._made["needed",] = self._book.add_format({"bg_color": "#F4B183"})
        return self._made["needed",]

    def title(self, size: int, *, bold: bool = True) -> "Format":
        """The format of a line above the header; it runs over its neighbours."""
        key = ("title", size, bold)
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": _FONT, "font_size": size, "bold": bold, "valign": "vcenter", "num_format": "@"}
            )
        return self._made[key]

    def _format(self, **own: Any) -> "Format":  # noqa: ANN401  what xlsxwriter takes
        shared = {**usual_font(), "border": 1, "border_color": "#A6A6A6", "text_wrap": True}
        return self._book.add_format({"valign": "top", "num_format": "@", **shared, **own})


def height(cells: Iterable[WrittenCell], widths: Iterable[int]) -> float:
    """Points of the row that shows these texts whole, wrapped at the widths of their columns; width 0 is not seen."""
    most = 1
    for cell, width in zip(cells, widths, strict=True):
        if isinstance(cell, str) and width and (len(cell) * 2 > width - 2 or "\n" in cell):
            most = max(most, lines_of(cell, width))
    return min(_LINE * most + 2, _HIGHEST)


@lru_cache(maxsize=4096)
def lines_of(text: str, width: int) -> int:
    """How many lines the text takes in a column of that width."""
    room = max(int(width * 0.95) - 1, 1)
    return sum(-(-units(line) // room) or 1 for line in text.split("\n"))


def units(text: str) -> int:
    """How wide the text is: a Han character counts two, a Latin one."""
    return len(text.encode("gb18030", "replace"))


def paper_for(widths: Sequence[int], in_sight: int = 0) -> Paper:
    """The paper on which columns of these widths can be read: A4, else A3, of so many pages beside each other.

    Of a wide sheet each page begins with the columns that stay in sight. Width 0 is not seen.
    """
    pages = 1
    for paper in (A4, A3):
        room = paper.points / LEAST_SCALE
        kept = sum(map(points, widths[:in_sight]))
        pages, used = 1, 0.0
        for place, width in enumerate(widths):
            if used + points(width) > room and used > kept:
                pages, used = pages + 1, kept if place >= in_sight else 0.0
            used += points(width)
        if pages == 1:
            return paper
    return replace(A3, pages=pages, in_sight=in_sight)


def points(width: int) -> float:
    """How wide a column of that many characters is, with five pixels around; in the widest of the usual fonts."""
    return (width * _PIXELS + 5) * 0.75 if width else 0.0


def print_on(sheet: "Worksheet", paper: Paper, header: int | None, title: str) -> None:
    """Landscape on that paper, the header (if there is one) on every page, whose and which page below."""
    sheet.set_landscape()
    sheet.set_paper(paper.code)
    sheet.set_margins(left=MARGIN, right=MARGIN, top=0.4, bottom=0.6)
    sheet.fit_to_pages(paper.pages, 0)
    if header is not None:
        sheet.repeat_rows(header)
    if paper.in_sight:
        sheet.repeat_columns(0, paper.in_sight - 1)
    if paper.pages > 1:
        sheet.print_across()
    sheet.set_footer(f"&L&12 {title[:60].replace('&', '&&')}&R&12 第 &P 页，共 &N 页")


def warning(title: str, message: str) -> dict[str, str]:
    """What a spreadsheet says to somebody who enters something else."""
    return {"error_title": title[:32], "error_message": message[:255]}

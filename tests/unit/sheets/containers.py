"""The same rows in each container that departments use."""

from collections.abc import Callable, Mapping, Sequence
from csv import writer
from io import BytesIO, StringIO

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[str]]
Spans = Sequence[tuple[int, int, int, int]]
"""Merged ranges: first row, last row, first column, last column, 0-based; the value is that of the first cell."""


def grid(drawing: str) -> list[list[str]]:
    """Rows drawn as text, `|` between cells."""
    return [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]


def csv(rows: Rows) -> bytes:
    text = StringIO()
    writer(text).writerows(rows)
    return text.getvalue().encode()


def xlsx(sheets: Mapping[str, Rows] | Rows, spans: Spans = ()) -> bytes:
    """A workbook of these sheets; cells are texts."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in named(sheets).items():
            sheet = book.add_worksheet(name)
            for span in spans:
                sheet.merge_range(span[0], span[2], span[1], span[3], rows[span[0]][span[2]])
            for index, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell and not within(index, place, spans):
                        sheet.write_string(index, place, cell)
    return content.getvalue()


def xls(sheets: Mapping[str, Rows] | Rows, spans: Spans = ()) -> bytes:
    """The same in the format of before 2007."""
    book, content = xlwt.Workbook(), BytesIO()
    for name, rows in named(sheets).items():
        sheet = book.add_sheet(name)
        for span in spans:
            sheet.write_merge(*span, rows[span[0]][span[2]])
        for index, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell and not within(index, place, spans):
                    sheet.write(index, place, cell)
    book.save(content)
    return content.getvalue()


def named(sheets: Mapping[str, Rows] | Rows) -> Mapping[str, Rows]:
    return sheets if isinstance(sheets, Mapping) else {"名单": sheets}


def within(row: int, column: int, spans: Spans) -> bool:
    return any(top <= row <= bottom and left <= column <= right for top, bottom, left, right in spans)


CONTAINERS: Mapping[str, Callable[[Rows], bytes]] = {"csv": csv, "xlsx": xlsx, "xls": xls}

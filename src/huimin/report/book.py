"""The report as a workbook: the same figures as the page, to sort and to copy from."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huimin.report.blocks import ColumnKind, ReportBlock, sheets
from huimin.report.content import Content
from huimin.report.form import HEADINGS, FormTable
from huimin.report.month import Edition
from huimin.workbooks.formats import height, paper_for, plain, print_on, usual_font

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FORMATS: dict[ColumnKind, str] = {
    "text": "@",
    "count": "#,##0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "share": "0.00%",
}
MOST_ROWS = 1_000_000
"""Of a sheet; a spreadsheet ends at 1,048,576."""
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date: the same content gives the same bytes
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class ReportFormats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        font = usual_font()
        border = {**font, "border": 1, "border_color": "#CFD6DD", "valign": "vcenter"}
        self.title: Format = book.add_format({**font, "bold": True, "font_size": 13})
        self.note: Format = book.add_format({**font, "font_color": "#55616D"})
        self.head: Format = book.add_format(
            {**border, "bold": True, "bg_color": "#E7EEF4", "text_wrap": True, "align": "center"}
        )
        self.cells: dict[str, Format] = {
            kind: book.add_format({**border, "num_format": style, "text_wrap": kind == "text"})
            for kind, style in FORMATS.items()
        }
        self.total: dict[str, Format] = {
            kind: book.add_format({**border, "num_format": style, "bold": True, "bg_color": "#F3F6F8"})
            for kind, style in FORMATS.items()
        }


def write_workbook(content: Content, place: Path) -> None:
    """Writes the workbook of a run."""
    place.write_bytes(workbook(content))


def workbook(content: Content, edition: Edition | None = None) -> bytes:
    """The workbook's bytes, the same for the same content: strings as strings, no formula, no personal value."""
    from xlsxwriter import Workbook

    written = io.BytesIO()
    with Workbook(written, {**OPTIONS, "default_format_properties": usual_font()}) as book:
        title = f"惠民政策落实监督{'月报 ' + edition.title if edition else '报告'}"
        book.set_properties({"title": title, "comments": content.run, "created": CREATED})
        formats = ReportFormats(book)
        write_form(book, formats, "统计表", content, content.parts[:1])
        for name, blocks in sheets(content, edition).items():
            write_blocks(book, formats, name, content, blocks)
        if len(content.parts) > 1:
            write_form(book, formats, "其他统计表", content, content.parts[1:])
    return written.getvalue()


def write_form(
    book: "Workbook", formats: ReportFormats, name: str, content: Content, parts: Sequence[FormTable]
) -> None:
    """A sheet of statistics tables as the district's own form, a department's cells merged over its rows."""
    sheet = new_sheet(book, formats, name, content, (8, 18, 40, 10, 12, 10))
    row = 1
    for part in parts:
        sheet.merge_range(row, 0, row, 5, part.title, formats.title)
        write_head(sheet, formats, row + 1, HEADINGS)
        row = write_lines(sheet, formats, row + 2, part) + 1


def write_lines(sheet: "Worksheet", formats: ReportFormats, row: int, part: FormTable) -> int:
    """The row after the part's last one."""
    for line in part.lines:
        sheet.write_number(row, 0, line.position, formats.cells["count"])
        put(sheet, row, 2, line.item_title, "text", formats.cells)
        sheet.write_number(row, 3, line.clues, formats.cells["count"])
        shared: tuple[tuple[int, Any, ColumnKind], ...] = (
            (1, line.department, "text"),
            (4, line.department_clues, "count"),
            (5, line.share / 100, "share"),
        )
        for column, value, kind in shared if line.span else ():
            if line.span > 1:
                sheet.merge_range(row, column, row + line.span - 1, column, "", formats.cells[kind])
            put(sheet, row, column, value, kind, formats.cells)
        row += 1
    sheet.merge_range(row, 0, row, 2, "", formats.total["text"])
    put(sheet, row, 0, "总计", "text", formats.total)
    for column in (3, 4):
        sheet.write_number(row, column, part.total, formats.total["count"])
    put(sheet, row, 5, 1 if part.total else None, "share", formats.total)
    return row + 1


def write_blocks(
    book: "Workbook", formats: ReportFormats, name: str, content: Content, blocks: Sequence[ReportBlock]
) -> None:
    """A sheet of tables, one below the other; the heading of a lone one stays in sight."""
    widths = [
        max(column.width for column in columns if column)
        for columns in zip_longest(*(block.columns for block in blocks))
    ]
    sheet = new_sheet(book, formats, name, content, widths, 2 if len(blocks) == 1 else None)
    row = 1
    for block in blocks:
        row = write_block(sheet, formats, row, block, widths) + 1
    if len(blocks) == 1:
        sheet.freeze_panes(3, 1)


def write_block(sheet: "Worksheet", formats: ReportFormats, row: int, block: ReportBlock, widths: Sequence[int]) -> int:
    """The row after the table's last one. Rows are as high as their texts; a sheet that is full ends."""
    sheet.write_string(row, 0, block.title, formats.title)
    write_head(sheet, formats, row + 1, [column.title for column in block.columns])
    row += 2
    for record in block.rows[: MOST_ROWS - row]:
        cells = [record[column.name] for column in block.columns]
        sheet.set_row(row, height(cells, widths[: len(cells)]))
        for index, column in enumerate(block.columns):
            put(
                sheet, row, index, cells[index], column.kind, formats.total if record.get("is_total") else formats.cells
            )
        row += 1
    if not block.rows:
        sheet.write_string(row, 0, block.empty, formats.note)
        row += 1
    return row


def new_sheet(
    book: "Workbook",
    formats: ReportFormats,
    name: str,
    content: Content,
    widths: Sequence[int],
    header: int | None = None,
) -> "Worksheet":
    """A sheet of such columns that says of which run it is, and prints as wide as the paper."""
    sheet: Worksheet = book.add_worksheet(name)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, f"运行日 {content.run_date}　运行编号 {content.run}", formats.note)
    print_on(sheet, paper_for(widths, 1), header, name)
    return sheet


def write_head(sheet: "Worksheet", formats: ReportFormats, row: int, titles: Sequence[str]) -> None:
    """One heading row."""
    for index, title in enumerate(titles):
        sheet.write_string(row, index, title, formats.head)


def put(
    sheet: "Worksheet", row: int, column: int, value: object, kind: ColumnKind, formats: dict[str, "Format"]
) -> None:
    """One cell: a string as a string, a number as a number, nothing as an empty cell."""
    if value is None:
        sheet.write_blank(row, column, None, formats[kind])
    elif kind == "text" or not isinstance(value, (int, float, Decimal)):
        text = value.isoformat() if isinstance(value, date) else str(value)
        sheet.write_string(row, column, plain(text), formats["text"])
    else:
        sheet.write_number(row, column, float(value), formats[kind])

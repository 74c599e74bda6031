"""The reminders as a workbook: one sheet with all that is owed, and one for each department and street to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from huimin.feedback.workbook import sheet_name
from huimin.report.owed import Owed
from huimin.workbooks.formats import BookFormats, height, paper_for, plain, print_on
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.written import written_book

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ALL = "全部"
NOTHING_OWED = "没有需要催报的事项"
HEAD = 3
"""Lines above a sheet's columns."""


@dataclass(frozen=True)
class ReminderColumn:
    """A column of a sheet of reminders."""

    title: str
    width: int


WHOM, KIND, TOLD = ReminderColumn("部门、街道", 24), ReminderColumn("事项", 12), ReminderColumn("说明", 90)


def write_reminders_book(place: Path, day: date, owed: Sequence[Owed]) -> None:
    """Writes the workbook, its owner's alone. The same things owed give the same bytes."""
    with written_book(place, f"惠民催报 {day}") as book:
        formats = BookFormats(book)
        taken = {ALL.casefold()}
        rows = [(one.whom, one.kind, one.told) for one in owed]
        write_sheet(book.add_worksheet(ALL), formats, f"催报 {day}", (WHOM, KIND, TOLD), rows)
        for whom, things in groupby(owed, key=lambda one: one.whom):
            own = [(one.kind, one.told) for one in things]
            write_sheet(book.add_worksheet(sheet_name(whom, taken)), formats, f"{whom} 催报 {day}", (KIND, TOLD), own)


def write_sheet(
    sheet: "Worksheet",
    formats: BookFormats,
    title: str,
    columns: Sequence[ReminderColumn],
    rows: Sequence[tuple[str, ...]],
) -> None:
    """One sheet: whose it is, how many things are owed, then a row for each."""
    widths = [column.width for column in columns]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, plain(title), formats.title(16))
    sheet.write_string(1, 0, f"共 {len(rows):,} 项" if rows else NOTHING_OWED, formats.title(10, bold=False))
    for place, column in enumerate(columns):
        sheet.write_string(HEAD - 1, place, column.title, formats.header())
    lines = Rows(sheet, HEAD, len(columns))
    for row in rows:
        lines.add(row, [style_of(formats.of())] * len(columns), height(row, widths))
    if rows:
        lines.end()
        sheet.autofilter(HEAD - 1, 0, HEAD - 1 + len(rows), len(columns) - 1)
    sheet.freeze_panes(HEAD, 0)
    print_on(sheet, paper_for(widths), HEAD - 1, title)

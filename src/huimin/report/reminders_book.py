"""The reminders as a workbook: one sheet with all that is owed, and one for each department and street to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from huimin.deliveries.contacts import Contacts
from huimin.feedback.workbook import sheet_name
from huimin.report.contacts_told import LIAISON, ContactRow, contact_of
from huimin.report.owed import Owed
from huimin.workbooks.formats import BookFormats, height, paper_for, plain, print_on
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.written import written_book

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ALL, PEOPLE = "全部", "联络"
NOTHING_OWED = "没有需要催报的事项"
HEAD = 3
"""Lines above a sheet's columns."""


@dataclass(frozen=True)
class ReminderColumn:
    """A column of a sheet of reminders."""

    title: str
    width: int


WHOM = ReminderColumn("部门、街道", 24)
OF_ONE = (
    ReminderColumn("事项", 12),
    ReminderColumn("说明", 76),
    ReminderColumn(LIAISON, 10),
    ReminderColumn("电话", 15),
)
OF_PEOPLE = (
    ReminderColumn("身份", 12),
    ReminderColumn("部门、街道、单位、项目", 60),
    ReminderColumn("姓名", 10),
    ReminderColumn("电话", 15),
    ReminderColumn("提示", 30),
)


def write_reminders_book(
    place: Path, day: date, owed: Sequence[Owed], contacts: Contacts, people: Sequence[ContactRow]
) -> None:
    """Writes the workbook, its owner's alone; with a sheet of everybody to call where there is anybody.

    The same things owed and the same contacts give the same bytes.
    """
    with written_book(place, f"惠民催报 {day}") as book:
        formats = BookFormats(book)
        taken = {ALL.casefold(), PEOPLE.casefold()}
        rows = [(one.whom, *cells_of(one, contacts)) for one in owed]
        write_sheet(book.add_worksheet(ALL), formats, f"催报 {day}", (WHOM, *OF_ONE), rows)
        for whom, things in groupby(owed, key=lambda one: one.whom):
            own = [cells_of(one, contacts) for one in things]
            write_sheet(book.add_worksheet(sheet_name(whom, taken)), formats, f"{whom} 催报 {day}", OF_ONE, own)
        if people:
            write_sheet(book.add_worksheet(PEOPLE), formats, "联络员和政策解答员", OF_PEOPLE, people)


def cells_of(one: Owed, contacts: Contacts) -> tuple[str, ...]:
    """What is owed, and whom to call about it."""
    contact = contact_of(one, contacts)
    return one.kind, one.told, contact.name if contact else "", contact.phone if contact else ""


def write_sheet(
    sheet: "Worksheet",
    formats: BookFormats,
    title: str,
    columns: Sequence[ReminderColumn],
    rows: Sequence[tuple[str, ...]],
) -> None:
    """One sheet: whose it is, how many rows there are, then each of them."""
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

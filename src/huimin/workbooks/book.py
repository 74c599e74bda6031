"""A ledger workbook: what is known in locked columns, what was found in columns to fill, what was closed behind it."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from huimin.workbooks.columns import FILLED, LOCKED, FilledColumn, LockedColumn
from huimin.workbooks.formats import BookFormats, height, paper_for, plain, print_on
from huimin.workbooks.guide import write_guide
from huimin.workbooks.ledger_sheet import HOUSEHOLD, PROTECTED, BookRow, Layout, household_of, write_ledger_sheet
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.shelf import BookContent, MadeBook, Shelf, of_night
from huimin.workbooks.written import written_book

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["HOUSEHOLD", "BookRow", "write_book"]

LEDGER_SHEET, CLOSED_SHEET = "台账", "已办结"
CLOSED_COLUMNS = (("线索编号", 20), ("项目名称", 24), ("规则", 26), ("姓名", 12), ("结果", 12), ("办结日期", 14))
MOST_ROWS = 100_000
"""Rows of one sheet: Excel ends at 1,048,576, and the machine of a street long before."""


def write_book(
    place: Path,
    title: str,
    rows: Sequence[BookRow],
    *,
    notes: Sequence[str] = (),
    shelf: Shelf | None = None,
    locked: Sequence[LockedColumn] = LOCKED,
    filled: Sequence[FilledColumn] = FILLED,
    closed: Sequence[Sequence[str | date | None]] = (),
    most_rows: int = MOST_ROWS,
) -> tuple[Path, ...]:
    """The workbooks that now hold the rows, in their order: `place`, and when they are too many `…（2）.xlsx`, ….

    `notes` stand between the title and the header. A book that is put on a shelf says before the first of them which
    night made it; that may be an earlier one. `closed` are rows of the sheet 已办结
    (`CLOSED_COLUMNS`), in the first workbook. Rows with a verdict make it an answer, which says so in two columns
    before all others. The same rows give the same bytes. Each file appears only when whole. Raises OSError.
    """
    layout = Layout(tuple(locked), tuple(filled), any(row.verdict is not None for row in rows))
    places = []
    for number, part in enumerate(parts_of(rows, most_rows), 1):
        written = place if number == 1 else place.with_name(f"{place.stem}（{number}）{place.suffix}")
        name = title if number == 1 else f"{title}（{number}）"
        behind = closed if number == 1 else ()
        write = partial(_write_one, written, name, part, notes, layout, behind)
        if shelf:
            shelf.put(written, BookContent(name, notes, layout, *behind, *map(content_of, part)), write)
        else:
            write()
        places.append(written)
    return tuple(places)


def content_of(row: BookRow) -> tuple[object, ...]:
    """All that a row puts into its book, always in the same order."""
    return row.cells, row.state, row.verdict, row.reasons, sorted(row.faulty)


def parts_of(rows: Sequence[BookRow], most: int) -> Iterator[Sequence[BookRow]]:
    """The rows in parts of at most that many, cut between households. One part at least; a larger household is cut."""
    begin = end = 0
    for _, members in groupby(range(len(rows)), key=lambda place: household_of(rows[place])):
        size = sum(1 for _ in members)
        if end > begin and end + size - begin > most:
            yield rows[begin:end]
            begin = end
        end += size
        while end - begin > most:
            yield rows[begin : begin + most]
            begin += most
    yield rows[begin:end]


def _write_one(
    place: Path,
    title: str,
    rows: Sequence[BookRow],
    notes: Sequence[str],
    layout: Layout,
    closed: Sequence[Sequence[str | date | None]],
    made: MadeBook | None = None,
) -> None:
    if made:
        notes = (f"{of_night(made.run, made.run_date)}（没有变化时沿用本份）　　{notes[0]}", *notes[1:])
    with written_book(place, title) as book:
        formats = BookFormats(book)
        write_ledger_sheet(book.add_worksheet(LEDGER_SHEET), formats, title, rows, notes, layout)
        write_guide(book.add_worksheet("填写说明"), formats, layout.filled)
        if closed:
            _write_closed(book.add_worksheet(CLOSED_SHEET), formats, title, closed)


def _write_closed(
    sheet: "Worksheet", formats: BookFormats, title: str, closed: Sequence[Sequence[str | date | None]]
) -> None:
    """What is settled, to look up; nothing of it can be changed."""
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, plain(f"{title}：已办结的线索（只供查阅）"), formats.title(14))
    for place, (name, width) in enumerate(CLOSED_COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(1, place, name, formats.header())
    widths = [width for _, width in CLOSED_COLUMNS]
    styles = [style_of(formats.of("date" if name.endswith("日期") else "text")) for name, _ in CLOSED_COLUMNS]
    rows = Rows(sheet, 2, len(CLOSED_COLUMNS))
    for row in closed:
        rows.add(row, styles, height(row, widths))
    rows.end()
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, 1 + len(closed), len(CLOSED_COLUMNS) - 1)
    sheet.protect("", PROTECTED)
    print_on(sheet, paper_for(widths), 1, title)

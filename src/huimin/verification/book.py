"""A ledger workbook: what is known in locked columns, what was found in columns to fill, what was closed behind it."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huimin.root import RESTRICTED_FILE, sync
from huimin.verification.columns import (
    FILLED,
    LOCKED,
    OUTCOME,
    OUTCOMES,
    OVERTURNED,
    REASON,
    RECHECK_OUTCOMES,
    RECHECKING,
    UPHELD,
    VERDICT,
    FilledColumn,
    LockedColumn,
)
from huimin.verification.guide import write_guide
from huimin.verification.look import IN_SIGHT, Cell, Look, height, plain, print_on_a4, warning, write_cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

HOUSEHOLD = "户序"
LEDGER_SHEET, CLOSED_SHEET = "台账", "已办结"
CLOSED_COLUMNS = (("线索编号", 20), ("项目名称", 24), ("规则", 26), ("姓名", 12), ("结果", 12), ("办结日期", 14))
MOST_ROWS = 100_000
"""Rows of one sheet: Excel ends at 1,048,576, and the machine of a street long before."""
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date: the same rows give the same bytes
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_RANGES = 500
"""Ranges of cells that share one drop-down list."""
_WIDEST_PAGE = 250
"""Width of the columns that one can still read on one page; wider sheets are printed on two beside each other."""
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class BookRow:
    """One row of a ledger workbook. Neighbours of one 户序 are a household: shaded alike, never in two workbooks."""

    cells: Mapping[str, Cell]
    """By the columns' titles; what is not there is empty."""
    state: str
    verdict: str | None = None
    """What became of the row, in an answer."""
    reasons: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()
    """Titles of the cells that the reasons are about."""


def write_book(
    place: Path,
    title: str,
    rows: Sequence[BookRow],
    *,
    notes: Sequence[str] = (),
    locked: Sequence[LockedColumn] = LOCKED,
    filled: Sequence[FilledColumn] = FILLED,
    closed: Sequence[Sequence[str | date | None]] = (),
    most_rows: int = MOST_ROWS,
) -> tuple[Path, ...]:
    """The workbooks that now hold the rows, in their order: `place`, and when they are too many `…（2）.xlsx`, ….

    `notes` stand between the title and the header; `closed` are rows of the sheet 已办结 (`CLOSED_COLUMNS`), in the
    first workbook. Rows with a verdict make it an answer, which says so in two columns before all others.
    The same rows give the same bytes. Each file appears only when whole. Raises OSError.
    """
    layout = Layout(tuple(locked), tuple(filled), any(row.verdict is not None for row in rows))
    places = []
    for number, part in enumerate(parts_of(rows, most_rows), 1):
        written = place if number == 1 else place.with_name(f"{place.stem}（{number}）{place.suffix}")
        name = title if number == 1 else f"{title}（{number}）"
        _write_one(written, name, part, notes, layout, closed if number == 1 else ())
        places.append(written)
    return tuple(places)


@dataclass(frozen=True)
class Layout:
    """The columns of a workbook from left to right."""

    locked: tuple[LockedColumn, ...]
    filled: tuple[FilledColumn, ...]
    answer: bool

    def columns(self) -> Iterator[tuple[LockedColumn | FilledColumn, bool]]:
        """Each column and whether it is to be filled in."""
        if self.answer:
            yield LockedColumn(VERDICT, width=9), False
            yield LockedColumn(REASON, width=30), False
        yield from ((column, False) for column in self.locked)
        yield from ((column, True) for column in self.filled)


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


def household_of(row: BookRow) -> Cell:
    """What neighbours of one household share."""
    return row.cells.get(HOUSEHOLD)


def _write_one(
    place: Path,
    title: str,
    rows: Sequence[BookRow],
    notes: Sequence[str],
    layout: Layout,
    closed: Sequence[Sequence[str | date | None]],
) -> None:
    with written_book(place, title) as book:
        look = Look(book)
        _write_ledger(book.add_worksheet(LEDGER_SHEET), look, title, rows, notes, layout)
        write_guide(book.add_worksheet("填写说明"), look, layout.filled)
        if closed:
            _write_closed(book.add_worksheet(CLOSED_SHEET), look, title, closed)


class written_book:  # noqa: N801  reads as a verb in a with statement
    """An xlsxwriter workbook, row by row; at the end of the block the file is at its place, whole, for its owner alone.

    What xlsxwriter keeps aside meanwhile stands beside it: these are personal values, and no other folder is closed.
    """

    def __init__(self, place: Path, title: str) -> None:
        self._place, self._title = place, title

    def __enter__(self) -> "Workbook":
        from xlsxwriter import Workbook

        self._aside = Path(tempfile.mkdtemp(prefix=".book.", suffix=".partial", dir=self._place.parent))
        options = {**_SAFE, "constant_memory": True, "tmpdir": str(self._aside)}
        self._book = Workbook(str(self._aside / "whole.xlsx"), options)
        self._book.set_properties({"title": plain(self._title)[:200], "created": _CREATED})
        return self._book

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            if kind is None:
                self._book.close()
                whole = self._aside / "whole.xlsx"
                whole.chmod(RESTRICTED_FILE)
                sync(whole)
                whole.replace(self._place)
        except FileCreateError as fault:
            raise fault.args[0] if isinstance(fault.args[0], OSError) else OSError(str(fault)) from None
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)


def _write_ledger(
    sheet: "Worksheet", look: Look, title: str, rows: Sequence[BookRow], notes: Sequence[str], layout: Layout
) -> None:
    columns = list(layout.columns())
    header = 1 + len(notes)
    width = sum(column.width for column, _ in columns if not getattr(column, "hidden", False))
    pages = 2 if width > _WIDEST_PAGE else 1
    begin = IN_SIGHT if pages > 1 else 0  # what stands over columns in sight would be cut on every other page
    for line, text in enumerate((title, *notes)):
        sheet.set_row(line, 18 if line else 26)
        sheet.write_string(line, begin, plain(text), look.title(10 if line else 16, bold=not line))
    sheet.set_row(header, 32)
    for place, (column, fill) in enumerate(columns):
        hidden = {"hidden": True} if isinstance(column, LockedColumn) and column.hidden else None
        sheet.set_column(place, place, column.width, None, hidden)
        sheet.write_string(header, place, column.title, look.header(fill=fill))
    _write_rows(sheet, look, columns, rows, header + 1)
    last = header + max(len(rows), 1)
    sheet.autofilter(header, 0, last, len(columns) - 1)
    sheet.freeze_panes(header + 1, IN_SIGHT + 2 * layout.answer)
    for place, (column, _) in enumerate(columns):
        if isinstance(column, FilledColumn):
            _validate(sheet, column, place, rows, header + 1)
    sheet.protect("", {"format_rows": True, "format_columns": True, "sort": True, "autofilter": True})
    print_on_a4(sheet, header, title, pages)


def _write_rows(
    sheet: "Worksheet",
    look: Look,
    columns: Sequence[tuple[LockedColumn | FilledColumn, bool]],
    rows: Sequence[BookRow],
    first: int,
) -> None:
    """The rows, each as high as its longest text, every other household shaded, cells at fault marked and commented."""
    widths = {place: column.width for place, (column, _) in enumerate(columns)}
    seen = {place for place, (column, _) in enumerate(columns) if not getattr(column, "hidden", False)}
    plan = [
        (place, column.title, [look.of(column.kind, fill=fill, band=band) for band in (False, True)])
        for place, (column, fill) in enumerate(columns)
    ]
    line, band = first, True
    for _, members in groupby(rows, key=household_of):
        band = not band
        for row in members:
            cells = {**row.cells, VERDICT: row.verdict, REASON: "\n".join(row.reasons)}
            texts = {
                place: cell
                for place, name, _ in plan
                if place in seen and isinstance(cell := cells.get(name), str) and cell
            }
            sheet.set_row(line, height(texts, widths))
            for place, name, forms in plan:
                write_cell(sheet, line, place, cells.get(name), forms[band])
            if row.faulty:
                _mark(sheet, look, columns, row, line)
            line += 1


def _mark(
    sheet: "Worksheet",
    look: Look,
    columns: Sequence[tuple[LockedColumn | FilledColumn, bool]],
    row: BookRow,
    line: int,
) -> None:
    """The faulty cells of a row coloured, with the reason where somebody points at them."""
    for place, (column, fill) in enumerate(columns):
        if column.title in row.faulty:
            own = [reason for reason in row.reasons if column.title in reason] or row.reasons
            write_cell(sheet, line, place, row.cells.get(column.title), look.of(column.kind, fill=fill, faulty=True))
            sheet.write_comment(line, place, plain("\n".join(own)) or "请核对", {"author": "惠民", "x_scale": 2})


def choices_of(column: FilledColumn, state: str) -> tuple[str, ...]:
    """What may be chosen in the column of a row in that state: a clue drawn for re-check has findings of its own."""
    if column.title == OUTCOME and column.choices == OUTCOMES and state in (RECHECKING, UPHELD, OVERTURNED):
        return RECHECK_OUTCOMES
    return column.choices


def _validate(sheet: "Worksheet", column: FilledColumn, place: int, rows: Sequence[BookRow], first: int) -> None:
    """What may be entered in the column, row by row as its state says."""
    line = first
    ranges: dict[tuple[str, ...], list[list[int]]] = {}
    for choices, members in groupby(rows, key=lambda row: choices_of(column, row.state)):
        size = sum(1 for _ in members)
        ranges.setdefault(choices, []).append([line, place, line + size - 1, place])
        line += size
    for choices, cells in ranges.items():
        for begin in range(0, len(cells), _RANGES):
            some = cells[begin : begin + _RANGES]
            accepted = _accepted(column, choices)
            sheet.data_validation(*some[0], {**accepted, "other_cells": some[1:]} if some[1:] else accepted)


def _accepted(column: FilledColumn, choices: tuple[str, ...]) -> dict[str, Any]:
    """The rule of a column's cells, with what a spreadsheet says to anything else."""
    if column.kind == "choice":
        refused = warning("不在列表中", f"“{column.title}”请从下拉列表中选择：{'、'.join(choices)}")
        return {"validate": "list", "source": list(choices), **refused}
    if column.kind == "choices":
        hint = warning("可填多项", f"可以选一项，也可以填多项，用“、”分隔：{'、'.join(choices)}")
        prompt = {"input_title": column.title, "input_message": "可填多项，用“、”分隔"}
        return {"validate": "list", "source": list(choices), "error_type": "information", **hint, **prompt}
    if column.kind == "date":
        refused = warning("日期不对", f"“{column.title}”请填日期，如 2023-08-22")
        bound = {"criteria": ">=", "value": _FIRST_DAY}
        return {"validate": "date", **bound, **refused, "input_title": column.title, "input_message": "如 2023-08-22"}
    if column.kind == "money":
        refused = warning("金额不对", f"“{column.title}”请填数字，单位元，最多两位小数，不填“元”或“万”")
        return {"validate": "decimal", "criteria": ">=", "value": 0, **refused}
    return {"validate": "any"}


def _write_closed(sheet: "Worksheet", look: Look, title: str, closed: Sequence[Sequence[str | date | None]]) -> None:
    """What is settled, to look up; nothing of it can be changed."""
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, plain(f"{title}：已办结的线索（只供查阅）"), look.title(14))
    for place, (name, width) in enumerate(CLOSED_COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(1, place, name, look.header())
    kinds = ["date" if name.endswith("日期") else "text" for name, _ in CLOSED_COLUMNS]
    for line, row in enumerate(closed, 2):
        for place, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
            write_cell(sheet, line, place, cell, look.of(kind))
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, 1 + len(closed), len(CLOSED_COLUMNS) - 1)
    sheet.protect("", {"format_rows": True, "format_columns": True, "sort": True, "autofilter": True})
    print_on_a4(sheet, 1, title)

"""The sheet of a ledger that is filled in: known things locked, findings with drop-down lists, faults marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from huimin.ledger.states import OUTCOMES, OVERTURNED, RECHECK_OUTCOMES, RECHECKING, UPHELD
from huimin.workbooks.columns import OUTCOME, REASON, VERDICT, FilledColumn, LockedColumn
from huimin.workbooks.formats import IN_SIGHT, BookFormats, WrittenCell, height, paper_for, plain, print_on, warning
from huimin.workbooks.rows import Rows, style_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

AnyColumn = LockedColumn | FilledColumn
HOUSEHOLD = "户序"
PROTECTED = {"format_rows": True, "format_columns": True, "sort": True, "autofilter": True}
"""What may be done on a protected sheet beside filling in."""
_RANGES = 500
"""Ranges of cells that share one drop-down list."""
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class BookRow:
    """One row of a ledger workbook. Neighbours of one 户序 are a household: shaded alike, never in two workbooks."""

    cells: Mapping[str, WrittenCell]
    """By the columns' titles; what is not there is empty."""
    state: str
    verdict: str | None = None
    """What became of the row, in an answer."""
    reasons: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()
    """Titles of the cells that the reasons are about."""


@dataclass(frozen=True)
class Layout:
    """The columns of a workbook from left to right."""

    locked: tuple[LockedColumn, ...]
    filled: tuple[FilledColumn, ...]
    answer: bool

    def columns(self) -> Iterator[tuple[AnyColumn, bool]]:
        """Each column and whether it is to be filled in."""
        if self.answer:
            yield LockedColumn(VERDICT, width=9), False
            yield LockedColumn(REASON, width=30), False
        yield from ((column, False) for column in self.locked)
        yield from ((column, True) for column in self.filled)


def household_of(row: BookRow) -> WrittenCell:
    """The cell that rows of one household have alike, by which they are shaded together."""
    return row.cells.get(HOUSEHOLD)


def width_of(column: AnyColumn) -> int:
    """Its width on the screen; 0 when it is hidden."""
    return 0 if isinstance(column, LockedColumn) and column.hidden else column.width


def write_ledger_sheet(
    sheet: "Worksheet", formats: BookFormats, title: str, rows: Sequence[BookRow], notes: Sequence[str], layout: Layout
) -> None:
    """Writes the sheet: title and notes, the header on every page, the rows as `BookRow` says."""
    columns = list(layout.columns())
    header = 1 + len(notes)
    in_sight = IN_SIGHT + 2 * layout.answer
    paper = paper_for([width_of(column) for column, _ in columns], IN_SIGHT)
    begin = IN_SIGHT if paper.pages > 1 else 0  # what stands over columns in sight would be cut on every other page
    for line, text in enumerate((title, *notes)):
        sheet.set_row(line, 18 if line else 26)
        sheet.write_string(line, begin, plain(text), formats.title(10 if line else 16, bold=not line))
    sheet.set_row(header, 32)
    for place, (column, fill) in enumerate(columns):
        sheet.set_column(place, place, column.width, None, {"hidden": not width_of(column)})
        sheet.write_string(header, place, column.title, formats.header(fill=fill))
    _write_rows(sheet, formats, columns, rows, header + 1)
    last = header + max(len(rows), 1)
    sheet.autofilter(header, 0, last, len(columns) - 1)
    sheet.freeze_panes(header + 1, in_sight)
    for place, (column, _) in enumerate(columns):
        if isinstance(column, FilledColumn):
            _validate(sheet, column, place, rows, header + 1)
            _colour_what_is_needed(sheet, formats, column, place, columns, header + 1, last)
    sheet.protect("", PROTECTED)
    print_on(sheet, paper, header, title)


def _write_rows(
    sheet: "Worksheet",
    formats: BookFormats,
    columns: Sequence[tuple[AnyColumn, bool]],
    rows: Sequence[BookRow],
    first: int,
) -> None:
    """The rows, each as high as its longest text, every other household shaded, cells at fault marked and commented."""
    names = [column.title for column, _ in columns]
    widths = [width_of(column) for column, _ in columns]
    plain_styles, shaded = (
        [style_of(formats.of(column.kind, fill=fill, band=band)) for column, fill in columns] for band in (False, True)
    )
    lines = Rows(sheet, first, len(columns))
    styles = shaded
    for _, members in groupby(rows, key=household_of):
        styles = plain_styles if styles is shaded else shaded
        for row in members:
            told = row.cells
            if row.verdict is not None:
                told = {**told, VERDICT: row.verdict, REASON: "\n".join(row.reasons)}
            cells = [told.get(name) for name in names]
            high = height(cells, widths)
            if row.reasons:
                sheet.set_row(lines.line, high)  # a comment is placed by the heights of rows
                lines.add(cells, _marked(sheet, formats, columns, row, lines.line, styles), high)
            else:
                lines.add(cells, styles, high)
    lines.end()


def _marked(
    sheet: "Worksheet",
    formats: BookFormats,
    columns: Sequence[tuple[AnyColumn, bool]],
    row: BookRow,
    line: int,
    styles: Sequence[int],
) -> list[int]:
    """The styles of a row with its faulty cells coloured; the reason is shown where somebody points at them."""
    marked = list(styles)
    for place, (column, fill) in enumerate(columns):
        if column.title == VERDICT:
            marked[place] = style_of(formats.of(faulty=True))
        elif column.title in row.faulty:
            own = [reason for reason in row.reasons if column.title in reason] or row.reasons
            marked[place] = style_of(formats.of(column.kind, fill=fill, faulty=True))
            sheet.write_comment(line, place, plain("\n".join(own)) or "请核对", {"author": "惠民", "x_scale": 2})
    return marked


def _colour_what_is_needed(
    sheet: "Worksheet",
    formats: BookFormats,
    column: FilledColumn,
    place: int,
    columns: Sequence[tuple[AnyColumn, bool]],
    first: int,
    last: int,
) -> None:
    """An empty cell that the row's other cells ask for stands out until it is filled."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    if not column.needed:
        return
    cells = {
        other.title: xl_rowcol_to_cell(first, at, col_abs=True)
        for at, (other, _) in enumerate(columns)
        if isinstance(other, FilledColumn)
    }
    formula = f'=AND({cells[column.title]}="",{column.needed.format(**cells)})'
    sheet.conditional_format(
        first, place, last, place, {"type": "formula", "criteria": formula, "format": formats.needed()}
    )


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
        bound: dict[str, Any] = {"criteria": ">=", "value": _FIRST_DAY}
        if column.is_past:
            bound = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": "=TODAY()"}
            refused = warning("日期不对", f"“{column.title}”请填日期，如 2023-08-22，不能晚于今天")
        return {"validate": "date", **bound, **refused, "input_title": column.title, "input_message": "如 2023-08-22"}
    if column.kind == "money":
        refused = warning("金额不对", f"“{column.title}”请填数字，单位元，最多两位小数，不填“元”或“万”")
        return {"validate": "decimal", "criteria": ">=", "value": 0, **refused}
    return {"validate": "any"}

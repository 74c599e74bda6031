"""Ledger workbooks filled in by a script of its own: read with calamine, written anew with xlsxwriter."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

Row = dict[str, Any]
CLUE_ID = "线索编号"


def read_rows(place: Path, sheet: str = "台账", mark: str = CLUE_ID) -> list[Row]:
    """The rows below the header of a workbook, by title."""
    table = python_calamine.CalamineWorkbook.from_path(place).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    head = next(number for number, cells in enumerate(table) if mark in cells)
    return [dict(zip(table[head], cells)) for cells in table[head + 1 :]]


def write_rows(
    place: Path, rows: Sequence[Row], titles: Sequence[str] | None = None, above: Sequence[Sequence[Any]] = ()
) -> Path:
    """A workbook with these rows under a header of its own order; dates as dates."""
    titles = titles or list(rows[0])
    place.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(place, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("填好的台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, cells in enumerate((*above, titles)):
            sheet.write_row(line, 0, cells)
        for line, row in enumerate(rows, len(above) + 1):
            for column, title in enumerate(titles):
                value = row.get(title)
                if isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                elif isinstance(value, str) and value:
                    sheet.write_string(line, column, value)
                elif value not in (None, ""):
                    sheet.write(line, column, value)
    return place


def fill(book: Path, place: Path, by_clue: Mapping[str, Row], keep: Callable[[Row], bool] = lambda row: True) -> Path:
    """The workbook with these cells filled in, by clue and title."""
    rows = [row | by_clue.get(str(row[CLUE_ID]), {}) for row in read_rows(book) if keep(row)]
    return write_rows(place, rows)


ON = date(2023, 8, 25)
FOUND_NOTHING: Row = {
    "核查结果": "查否", "原因": "规则误报", "核查方式": "听对象陈述、查原始资料", "核查人": "赵核", "核查日期": ON,
}  # fmt: skip
FOUND: Row = {"核查结果": "查实", "核查人": "钱查", "核查日期": ON, "处理方式": "整改纠正", "应追缴金额": 500}

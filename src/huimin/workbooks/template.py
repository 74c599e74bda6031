"""An empty workbook for a department to fill: the contract's columns as Excel should treat them."""

import io
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huimin.cells.types import INTEGER, MONEY
from huimin.contracts.contract import Column, Contract
from huimin.store.root import unwritable, write_whole
from huimin.workbooks.formats import height, paper_for, print_on, usual_font

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_TEXT = 49
"""Excel's own number format for text."""
_LAST_ROW = 1_048_575
_NOTE_WIDTHS = (24, 8, 60, 60)
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date: the same contract gives the same bytes


def write_template(contract: Contract, path: Path, unread: Collection[str] = ()) -> None:
    """Writes the empty workbook: one sheet to fill, one that says what each column accepts.

    `unread`: the columns that nobody reads. They are not asked for: the sheet to fill does not have them, and the other
    one names them (最小必要). The same contract and columns give the same bytes. Raises PublishError when the file
    cannot be written.
    """
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options: dict[str, Any] = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    options["default_format_properties"] = usual_font()
    with Workbook(content, options) as book:
        book.set_properties({"title": contract.title, "created": _CREATED})
        _sheet_to_fill(book, contract, [column for column in contract.columns if column.name not in unread])
        _notes(book, contract, unread)
    try:
        write_whole(path, content.getvalue(), 0o644)
    except OSError as fault:
        raise unwritable(path, fault) from fault


def header_title(column: Column) -> str:
    """The header of a column: its first title, its unit in brackets, ``*`` when it is required."""
    unit = f"（{column.unit}）" if column.unit else ""
    return f"{column.titles[0]}{unit}{'*' if column.required else ''}"


def _sheet_to_fill(book: "Workbook", contract: Contract, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(contract.title[:31])
    look: dict[str, Any] = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "num_format": _TEXT}
    required = book.add_format({**look, "bg_color": "#FCE4D6"})
    optional = book.add_format({**look, "bg_color": "#E7EEF4"})
    for index, column in enumerate(columns):
        cells = book.add_format({"num_format": column.type.number_format or _TEXT})
        sheet.set_column(index, index, column.type.width, cells)
        sheet.write_string(0, index, header_title(column), required if column.required else optional)
        sheet.data_validation(1, index, _LAST_ROW, index, _validation(column))
    widths = [column.type.width for column in columns]
    sheet.set_row(0, height([header_title(column) for column in columns], widths) + 4)
    sheet.freeze_panes(1, 0)
    print_on(sheet, paper_for(widths), 0, contract.title)


def _validation(column: Column) -> dict[str, Any]:
    """A drop-down list for a category, for every other type the words shown when a cell is entered."""
    shown = {"input_title": column.titles[0][:32], "input_message": _accepts(column)[:255]}
    if not column.values:
        return {"validate": "any", **shown}
    refusal = {"error_title": "不在列表中", "error_message": "请从下拉列表中选择"}
    return {"validate": "list", "source": list(column.values), **shown, **refusal}


def _notes(book: "Workbook", contract: Contract, unread: Collection[str]) -> None:
    """The second sheet. No cell of it equals a title, or the reader would take it for a header."""
    sheet: Worksheet = book.add_worksheet("填写说明")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    lines = (
        f"《{contract.title}》由{contract.department_title}填报，每行一条记录；带 * 的列必填，缺一则该行退回。",
        "请勿改动表头；不需要的非必填列可以删去，列的次序不限。本页不必删除。",
        *(["“不必报送”的列没有人使用，填报表里没有，也请不要附上（最小必要）。"] if unread else ()),
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    for index, heading in enumerate(("填写列", "要求", "如何填写", "也认得的表头")):
        sheet.write_string(len(lines) + 1, index, heading, bold)
    for row, column in enumerate(contract.columns, len(lines) + 2):
        others = "、".join(column.titles[1:])
        texts = (
            f"“{column.titles[0]}”",
            "不必报送" if column.name in unread else "必填" if column.required else "选填",
            _accepts(column),
            f"{others}。" * bool(others),
        )
        sheet.set_row(row, height(texts, _NOTE_WIDTHS))
        for index, text in enumerate(texts):
            sheet.write_string(row, index, text, wrapped)
    for index, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(index, index, width)
    print_on(sheet, paper_for(_NOTE_WIDTHS), None, contract.title)


def _accepts(column: Column) -> str:
    words = column.type.accepts
    if column.values:
        words += "：" + "、".join(column.values)
    if column.type is INTEGER and column.synonyms:
        words += "，或 " + "、".join(word for word, _ in column.synonyms)
    return f"{words}（单位{column.unit}）" if column.unit and column.type is not MONEY else words

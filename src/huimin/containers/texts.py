"""What a cell of a workbook becomes: its text, as a spreadsheet shows it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

Cell = str | bool | int | float | datetime | date | time | timedelta

CELL_END, ROW_END = "\x1f", "\x1e"
"""What ends a cell and a row of a sheet on its way from one process to the other: no cell holds them."""
_SEPARATORS = str.maketrans({CELL_END: " ", ROW_END: " ", "\r": "\n"})
_LARGEST_EXACT = 1e15
"""Spreadsheets keep 15 digits: a longer number has lost its tail."""
ERROR_WORDS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
"""By the code that binary workbooks keep ([MS-XLS] 2.5.10)."""


def number_text(number: float) -> str:
    """The number as a spreadsheet shows it: whole without decimals, 15 digits, exponents only from 1e15 on."""
    if abs(number) >= _LARGEST_EXACT or number != number:
        mantissa, _, exponent = f"{number:.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{int(exponent):+03d}" if exponent else mantissa
    if number == int(number):
        return str(int(number))
    text = format(Decimal(f"{number:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(cell: Cell) -> str:
    """Any cell as text; dates as 2023-08-01, with a time only when they have one."""
    if isinstance(cell, str):
        return cell if cell.isprintable() else cell.replace("\r\n", "\n").translate(_SEPARATORS)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, datetime):
        second = (cell + timedelta(milliseconds=500)).replace(microsecond=0) if cell.year < 9999 else cell
        midnight = second.time() == time(0)
        return second.date().isoformat() if midnight else second.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    return str(cell)

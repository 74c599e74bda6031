"""A workbook to text files, in a process of its own: run as a script, imports nothing of Huimin and no frame library.

Arguments: workbook, folder, then the limits memory_bytes, seconds, sheets, rows, columns. Leaves in the folder, for
each worksheet, `<n>.cells` (cells ended by US, rows by RS) and `<n>.fractions` (row and column of every number with a
fraction, one a line), and at last `sheets.json`. Standard output is one word when the workbook cannot be read.
"""

from __future__ import annotations

import errno
import json
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

DISK_FAULT = "disk "
CELL_END, ROW_END = "\x1f", "\x1e"
SEPARATORS = str.maketrans({CELL_END: " ", ROW_END: " ", "\r": "\n"})
TEXT_SHARE = 4
"""The part of its memory that the text of a workbook may fill: the caller holds it more than once."""
LARGEST_EXACT = 1e15
"""Spreadsheets keep 15 digits: a longer number has lost its tail."""

Span = tuple[int, int, int, int]


def is_locked(raw: bytes) -> bool:
    """Whether the bytes are a workbook with a password to open it: an encrypted .xlsx, or an .xls with FILEPASS."""
    old = re.search(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", raw, re.DOTALL)
    return raw.startswith(b"\xd0\xcf\x11\xe0") and (old is not None or "EncryptedPackage".encode("utf-16-le") in raw)


def number_text(number: float) -> str:
    """The number as a spreadsheet shows it: whole without decimals, 15 digits, exponents only from 1e15 on."""
    if abs(number) >= LARGEST_EXACT:
        mantissa, exponent = f"{number:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{int(exponent):+03d}"
    if number == int(number):
        return str(int(number))
    text = format(Decimal(f"{number:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(cell: object) -> str:
    """Any cell as text; dates as 2023-08-01, with a time only when they have one."""
    if isinstance(cell, str):
        return cell if cell.isprintable() else cell.replace("\r\n", "\n").translate(SEPARATORS)
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


def spans_of(sheet: CalamineSheet, height: int, width: int) -> list[Span]:
    """Merged ranges within the used range, as first row, first column, last row, last column."""
    spans = []
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or []:
        if first_row < height and first_column < width:
            spans.append((first_row, first_column, min(last_row, height - 1), min(last_column, width - 1)))
    return spans


def filled_rows(sheet: CalamineSheet, left: int, spans: Sequence[Span]) -> Iterator[list[object]]:
    """Rows from the first one of the sheet on; a merged range counts as its value in every row, in its first column."""
    starting: dict[int, list[Span]] = {}
    for span in spans:
        if span[2] > span[0]:
            starting.setdefault(span[0], []).append(span)
    held: dict[int, tuple[int, object]] = {}
    for index, cells in enumerate(sheet.iter_rows()):
        row = [""] * left + cells
        for column, (last, value) in list(held.items()):
            if index > last:
                del held[column]
            else:
                row[column] = value
        for span in starting.get(index, ()):
            held[span[1]] = (span[2], row[span[1]])
        yield row


def write_sheet(rows: Iterator[list[object]], cells: TextIO, fractions: TextIO) -> int:
    """How many rows were written, up to the last one with a cell that is not empty."""
    written, waiting, blank = 0, 0, ""
    for row in rows:
        texts = ["" if cell == "" else cell_text(cell) for cell in row]
        blank = CELL_END * (len(texts) - 1) + ROW_END
        if not any(text.strip() for text in texts):
            waiting += 1
            continue
        cells.write(blank * waiting)
        cells.write(CELL_END.join(texts) + ROW_END)
        written, waiting = written + waiting + 1, 0
        for column, cell in enumerate(row):
            if type(cell) is float and not cell.is_integer() and "." in texts[column]:
                fractions.write(f"{written}\t{column}\n")
    return written


def convert(
    workbook: CalamineWorkbook, names: Sequence[str], folder: Path, sheets: int, rows: int, columns: int, text: int
) -> list[dict[str, object]]:
    """What `sheets.json` holds: name, rows, columns and merged ranges of each worksheet.

    Raises OverflowError beyond the limits, OSError (EFBIG) when the cells have more than `text` bytes.
    A long text that a million cells share is small until it is written out, and the caller reads it into memory.
    """
    if len(names) > sheets:
        raise OverflowError("sheets")
    listed: list[dict[str, object]] = []
    for number, name in enumerate(names):
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            listed.append({"name": name, "rows": 0, "columns": 0, "spans": []})
            continue
        height, width = sheet.end[0] + 1, sheet.end[1] + 1
        if height > rows or width > columns:
            raise OverflowError("rows" if height > rows else "columns")
        left = 0 if sheet.start[1] == 0 else width - len(next(sheet.iter_rows()))
        spans = spans_of(sheet, height, width)
        resource.setrlimit(resource.RLIMIT_FSIZE, (text, resource.RLIM_INFINITY))
        with (
            (folder / f"{number}.cells").open("w", encoding="utf-8", errors="replace", newline="") as cells,
            (folder / f"{number}.fractions").open("w", encoding="ascii", newline="") as fractions,
        ):
            written = write_sheet(filled_rows(sheet, left, spans), cells, fractions)
        text -= (folder / f"{number}.cells").stat().st_size
        listed.append({"name": name, "rows": written, "columns": width, "spans": spans})
    return listed


def main(arguments: Sequence[str]) -> int:
    """0 when `sheets.json` is written; else 1, and why is one word on standard output."""
    path, folder = arguments[0], Path(arguments[1])
    memory, seconds, sheets, rows, columns = map(int, arguments[2:])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            kind = python_calamine.SheetTypeEnum.WorkSheet
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == kind]
            listed = convert(workbook, names, folder, sheets, rows, columns, memory // TEXT_SHARE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        (folder / "sheets.json").write_text(json.dumps(listed), encoding="utf-8")
    except python_calamine.PasswordError:
        problem = "password"
    except python_calamine.CalamineError:
        problem = "password" if is_locked(Path(path).read_bytes()) else "unreadable"
    except OverflowError as error:
        problem = str(error)
    except MemoryError:
        problem = "memory"
    except OSError as error:
        # any other is the machine's, not the workbook's: the caller must know which
        problem = "memory" if error.errno == errno.EFBIG else f"{DISK_FAULT}{error.errno}"
    else:
        return 0
    sys.stdout.write(problem)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

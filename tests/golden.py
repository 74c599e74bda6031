"""A golden delivery's reading, drawn as text that can be reviewed like code."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import east_asian_width

import polars as pl

from huimin.cells.id_number import digits, digits_of
from huimin.nights.night import Night, open_night, receive_step
from huimin.nights.run import standardise_step
from huimin.store.delivery import Receipt
from nights import night as a_night

FOLDER = Path(__file__).parent / "rosters"
EXPECTED = "expected.txt"
READ_ON = date(2023, 8, 22)
RECEIVED_AT = datetime(2023, 8, 15, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Read:
    """What one delivery gave."""

    receipt: Receipt
    rows: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame


def fixtures() -> dict[str, Path]:
    """By roster: its one messy file."""
    found = {}
    for folder in sorted(FOLDER.iterdir()):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            files = [file for file in folder.iterdir() if file.name != EXPECTED]
            assert len(files) == 1, f"{folder.name} holds one delivered file"
            found[folder.name] = files[0]
    return found


def read_all(folder: Path, files: Iterable[tuple[str, Path]]) -> list[Read]:
    """What each (roster, file) gives in a night of its own root, a zip archive one result a member."""
    night = a_night(folder, READ_ON)
    open_night(night)
    for roster, file in files:
        place = night.root.inbox / roster / file.name
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, place)
        os.utime(place, (RECEIVED_AT.timestamp(),) * 2)
    receipts = standardise_step(night, receive_step(night, datetime.now(UTC)).deliveries)
    return [read_back(night, receipt) for receipt in receipts]


def read_back(night: Night, receipt: Receipt) -> Read:
    """What the night left of one delivery."""
    folder = night.root.standardised(receipt.delivery.roster, receipt.delivery.delivery)
    rows, rejects, findings = (pl.read_parquet(folder / f"{n}.parquet") for n in ("rows", "rejects", "findings"))
    return Read(receipt, without_digits(rows), rejects, findings)


def without_digits(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as departments know them: without the numbers that follow from their ID numbers."""
    numbers = [name for name in rows.columns if digits_of(name) in rows.columns]
    assert all(rows.select(digits(pl.col(n)).eq_missing(pl.col(digits_of(n))).all()).item() for n in numbers)
    return rows.drop(digits_of(name) for name in numbers)


def drawing(read: Read) -> str:
    """The receipt, then the rows, rejects and findings as tables."""
    receipt = read.receipt
    counts = f"{receipt.rows_layout} layout + {receipt.rows_accepted} accepted + {receipt.rows_rejected} rejected"
    said = {
        "file": receipt.delivery.file,
        "read as": receipt.read_as,
        "outcome": receipt.outcome,
        "problem": receipt.problem,
        "slots": ", ".join(receipt.slots),
        "rows in file": f"{receipt.rows_in_file} = {counts}",
        "unknown columns": "、".join(receipt.unknown_columns),
        "nearly known": "、".join(f"{header} = {title}?" for header, title in receipt.nearly_known),
        "other sheets": "、".join(receipt.other_sheets),
    }
    parts = ["".join(f"{name}: {value}\n" for name, value in said.items() if value)]
    for name in ("rows", "rejects", "findings"):
        frame = getattr(read, name).drop("delivery", "position", strict=False)
        if frame.height:
            parts.append(f"{name}\n{drawn(frame)}")
    return "\n".join(parts)


def drawn(frame: pl.DataFrame) -> str:
    """The frame as a table of text, place first, columns without any value named below it."""
    empty = [name for name in frame.columns if frame[name].null_count() == frame.height]
    place = [name for name in ("sheet", "row", "slot") if name in frame.columns]
    names = [name for name in (*place, *(c for c in frame.columns if c not in place)) if name not in empty]
    lines = [names, *([cell(value) for value in row] for row in frame.select(names).iter_rows())]
    widths = [max(width(line[index]) for line in lines) for index in range(len(names))]
    text = "".join(line_of(line, widths) for line in lines)
    return text + (f"null in every row: {', '.join(empty)}\n" if empty else "")


def line_of(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The cells apart by bars, padded to the widths."""
    return " | ".join(text + " " * (wide - width(text)) for text, wide in zip(cells, widths)).rstrip() + "\n"


def cell(value: object) -> str:
    """A value on one line; null is empty."""
    return "" if value is None else str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("|", "\\|")


def width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)

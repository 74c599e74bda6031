"""Cells drawn as text: `delivered → value` or `delivered → ! reason`, one a line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from hypothesis import settings

from huimin.cells import TYPES, CellType, read

# First calls load Polars, which takes longer than Hypothesis allows an example by default.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

READ_ON = date(2023, 9, 1)


@dataclass(frozen=True)
class Column:
    kind: str
    name: str = "column"
    values: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    null_words: bool = False
    is_end: bool = False

    @property
    def type(self) -> CellType:
        return TYPES[self.kind]


def read_cells(column: Column, texts: list[str | None]) -> pl.DataFrame:
    """text (as delivered), value, reason, finding of each cell."""
    return read(pl.LazyFrame({"text": texts}, schema={"text": pl.String}), column, READ_ON).collect()


def read_cell(column: Column, text: str | None) -> tuple[Any, str | None, str | None]:
    """value, reason, finding of one cell."""
    row = read_cells(column, [text]).row(0, named=True)
    return row["value"], row["reason"], row["finding"]


def check(column: Column, drawing: str) -> None:
    """Asserts each line; `\\uXXXX` is that character, `null` an empty value, `?` before a value's finding."""
    lines = [line.split("→") for line in drawing.strip().splitlines()]
    delivered = [left.strip().encode("ascii", "backslashreplace").decode("unicode_escape") for left, _ in lines]
    shown = [
        f"! {reason}" if reason else f"{value if value is not None else 'null'}{f' ? {finding}' if finding else ''}"
        for _, value, reason, finding in read_cells(column, delivered).iter_rows()
    ]
    got = [f"{left.strip()} → {right}" for (left, _), right in zip(lines, shown)]
    assert got == [f"{left.strip()} → {right.strip()}" for left, right in lines]

"""What was filled into the cells of a row: days, yuan and choices out of text, each cell that is none told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from huimin.cells.calendar import parse_date
from huimin.cells.category import parse_category
from huimin.cells.folding import NULL_WORDS, trimmed, without
from huimin.cells.numbers import parse_money
from huimin.ledger.states import OUTCOMES, RECHECK_OUTCOMES
from huimin.workbooks.columns import FILLED, OUTCOME, FilledColumn

Value = str | date | Decimal
PROGRESS, PROGRESS_NAME = "整改进展", "progress"
TITLES = {column.name: column.title for column in FILLED}
TOTALS = ("recovered_amount", "due_amount")
"""Sums over all that was ever found of the clue: they are kept when it opens again."""
SEPARATORS = r"[\s、,，;；/／]+"


@dataclass(frozen=True)
class FilledCells:
    """The cells to fill in of one row."""

    values: Mapping[str, Value]
    """By the decision's column; what is empty or cannot be read is not there."""
    faults: Mapping[str, str]
    """Title of each cell that cannot be read, and what to fill in instead."""


def read_filled(rows: Sequence[Mapping[str, str]], columns: Sequence[FilledColumn]) -> list[FilledCells]:
    """What each row says, in the order of the rows. `rows`: text by title; a title that is not there is empty."""
    read = {column: read_column(column, {row.get(column.title, "") for row in rows}) for column in columns}
    filled = []
    for row in rows:
        cells = {column: read[column][row.get(column.title, "")] for column in columns}
        values = {column.name: value for column, (value, _) in cells.items() if value is not None}
        faults = {column.title: fault_of(column) for column, (_, failed) in cells.items() if failed}
        filled.append(FilledCells(values, faults))
    return filled


def read_column(column: FilledColumn, texts: Collection[str]) -> dict[str, tuple[Value | None, bool]]:
    """Each text's value, null when it is empty, and whether it cannot be read."""
    cells = pl.DataFrame({"text": sorted(texts)}, schema={"text": pl.String})
    plain = trimmed(pl.col("text"))
    if column.kind == "text":
        return {text: (value, False) for text, value in cells.select("text", plain.alias("value")).iter_rows()}
    plain = without(NULL_WORDS, plain)
    if column.kind == "choices":
        several = cells.select("text", plain.str.replace_all(SEPARATORS, "、").str.strip_chars("、").alias("value"))
        return {text: chosen(column, value) for text, value in several.iter_rows()}
    if column.kind == "date":
        cell = parse_date(pl.col("plain"))
    elif column.kind == "money":
        cell = parse_money(pl.col("plain"))
    else:
        cell = parse_category(pl.col("plain"), all_choices(column), ())
    parsed = cells.with_columns(plain.alias("plain")).select("text", cell.alias("cell"))
    return {text: (cell["value"], cell["reason"] is not None) for text, cell in parsed.iter_rows()}


def all_choices(column: FilledColumn) -> tuple[str, ...]:
    """What may stand in the column in whatever state."""
    return (*OUTCOMES, *RECHECK_OUTCOMES) if column.title == OUTCOME else column.choices


def chosen(column: FilledColumn, text: str | None) -> tuple[str | None, bool]:
    """The choices in their usual order, joined with 、, and whether there is one that is none."""
    if not text:
        return None, False
    parts = set(text.split("、"))
    known = [choice for choice in column.choices if choice in parts]
    return "、".join(known) or None, bool(parts - set(known))


def fault_of(column: FilledColumn) -> str:
    """What to say of a cell that cannot be read."""
    if column.kind == "date":
        return f"“{column.title}”不是日期，请填如 2023-08-22"
    if column.kind == "money":
        return f"“{column.title}”不是金额，请填数字，单位元，最多两位小数"
    if column.kind == "choices":
        return f"“{column.title}”里有不认识的方式，可填：{'、'.join(column.choices)}，多项用“、”分隔"
    return f"“{column.title}”只能填：{'、'.join(all_choices(column))}"

"""What a single cell may look like, whatever roster it stands in: one object a type, and the steps to its value."""

from datetime import date

import polars as pl

from huimin.cells.folding import has_null_words, trimmed, without_null_words
from huimin.cells.period import period_in_name
from huimin.cells.types import TYPES, CellType, Column

__all__ = ["TYPES", "CellType", "cleaned", "parse", "period_in_name", "stands"]


def stands(column: Column, text: pl.Expr, read_on: date) -> pl.Expr | None:
    """Whether a cell as delivered is its own value, as nearly all of some types are; None for the other types.

    Of such a cell `parse` gives the text itself, and neither reason nor finding.
    """
    judge = column.type.stands
    return judge(text, read_on).fill_null(value=False) if judge else None


def cleaned(column: Column, text: pl.Expr) -> pl.Expr:
    """The text as parsers expect it: no outer blanks, null when empty or a word for nothing."""
    plain = trimmed(text)
    return without_null_words(plain) if has_null_words(column.name, column.type.name) else plain


def parse(column: Column, text: pl.Expr, read_on: date) -> pl.Expr:
    """A struct with `value`, `reason` and `finding` for each cell of a column of cleaned text.

    `read_on`: birth dates later than this are rejected.
    """
    return column.type.parse(column, text, read_on)

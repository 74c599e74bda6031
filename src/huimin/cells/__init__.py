"""What a single cell may look like, whatever roster it stands in: one object a type, and the steps to its value."""

from datetime import date
from functools import cache

import polars as pl

from huimin.cells.folding import NULL_WORDS, OPEN_ENDS, is_error_word, trimmed, without
from huimin.cells.types import TYPES, CellType, TypedColumn

__all__ = ["TYPES", "CellType", "read", "stands"]


def stands(column: TypedColumn, text: pl.Expr, read_on: date) -> pl.Expr | None:
    """Whether a cell as delivered is its own value, as nearly all of some types are; None for the other types.

    Of such a cell `read` gives the text itself, and neither reason nor finding.
    """
    judge = column.type.stands
    if judge is None or words_for_nothing(column) > column.type.nothing:
        return None
    return judge(text, read_on).fill_null(value=False)


def words_for_nothing(column: TypedColumn) -> frozenset[str]:
    """What is written in cells of the column that have no value."""
    nothing = NULL_WORDS if column.null_words else column.type.nothing
    return nothing | OPEN_ENDS if column.is_end else nothing


def read(cells: pl.LazyFrame, column: TypedColumn, read_on: date) -> pl.LazyFrame:
    """The column `text` as delivered with `value`, `reason` and `finding` of each cell.

    value: in the type's own form; null for an empty text, a word for nothing and what is rejected. reason: why it is
    rejected. finding: what is odd about an accepted value, or that a spreadsheet's error stands instead of one.
    `read_on`: birth dates later than this are rejected.
    """
    cleaned, judged = _steps(column, read_on)  # type: ignore[arg-type]  # columns are frozen, so they have a hash
    return (
        cells.with_columns(cleaned[0])
        .with_columns(cleaned[1])
        .with_columns(cleaned[2])
        .with_columns(judged)
        .select("text", *_TOLD)
    )


@cache
def _steps(column: TypedColumn, read_on: date) -> tuple[tuple[pl.Expr, pl.Expr, pl.Expr], pl.Expr]:
    """The text cleaned, step by step, and what it is parsed to: kept, for it takes long to write down."""
    trimmed_text, error = pl.col("trimmed"), pl.col("error")
    cleaned = (
        trimmed(pl.col("text")).alias("trimmed"),
        pl.when(is_error_word(trimmed_text)).then(pl.lit("error_value")).alias("error"),
        without(words_for_nothing(column), pl.when(error.is_null()).then(trimmed_text)).alias("plain"),
    )
    return cleaned, column.type.parse(column, pl.col("plain"), read_on).alias("parsed")


_TOLD = (
    pl.col("parsed").struct.field("value").alias("value"),
    pl.col("parsed").struct.field("reason").alias("reason"),
    pl.coalesce(pl.col("error"), pl.col("parsed").struct.field("finding")).alias("finding"),
)

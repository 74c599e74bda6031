"""The texts of a column judged, once each; those of days by what stands in all of the column."""

from datetime import date

import polars as pl

from huimin.cells import read
from huimin.cells.types import DATE
from huimin.contracts.contract import Column

MIDNIGHT_IN_UTC, OTHER_DAY = "2000-01-01 16:00:00", "2000-01-01"
"""Cells that a column of days is read with: where the first is its midnight, every other is; with both, none is."""


def judged(cells: pl.DataFrame, column: Column, read_on: date) -> pl.DataFrame:
    """Text as delivered, value, reason and finding of each cell."""
    reason, finding = pl.col("reason"), pl.col("finding")
    if column.required:
        reason = pl.coalesce(reason, pl.when(pl.col("value").is_null()).then(pl.lit("missing")))
    else:
        reason, finding = pl.lit(None, dtype=pl.String), pl.coalesce(finding, reason)
    return read(cells.lazy(), column, read_on).with_columns(reason=reason, finding=finding).collect()


class DaysInUtc:
    """Which columns of days tell each as its midnight in UTC, as far as a file is read; by order of table and name."""

    def __init__(self, refuted: frozenset[tuple[int, str]]) -> None:
        """`refuted`: those of which an earlier reading found that other parts of them do not."""
        self._refuted = refuted
        self.found: set[tuple[int, str]] = set()
        self.others: set[tuple[int, str]] = set()

    def judged(self, texts: pl.DataFrame, column: Column, read_on: date, order: int) -> pl.DataFrame:
        """As `judged`, of the different texts of a part of the column."""
        key = order, column.name
        usual, odd = _usual(texts, column)
        if usual.height and column.type is DATE:
            self.others.add(key)
        if odd.is_empty():
            return usual
        asked = [MIDNIGHT_IN_UTC, OTHER_DAY] if key in self._refuted | self.others else [MIDNIGHT_IN_UTC]
        whole = judged(pl.concat([odd, pl.DataFrame({"text": asked})]), column, read_on)
        own, told = whole.head(odd.height), whole["finding"][odd.height]
        if told != "utc_date":
            self.others.add(key)
        if (own["finding"] == "utc_date").any():
            self.found.add(key)
        return pl.concat([usual, own])


def _usual(texts: pl.DataFrame, column: Column) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The texts that are written as most are, judged, and the others."""
    nothing = pl.lit(None, dtype=pl.String)
    value = column.type.usual(pl.col("text")) if column.type.usual else pl.lit(None, dtype=column.type.parquet)
    short = texts.select("text", value=value, reason=nothing, finding=nothing)
    if not short["value"].null_count():
        return short, texts.clear()
    is_usual = short["value"].is_not_null()
    return short.filter(is_usual), texts.filter(~is_usual)

"""The cells of a table as the values of its contract's columns, with what is wrong and what is odd.

Many files are small, and what Polars takes to begin a query is then all that reading costs: nothing is asked of a
column without a cell to parse, and all that stands as it is is found in one query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from huimin.cells import read, stands
from huimin.cells.id_number import born_on
from huimin.cells.types import DATE, MONTH
from huimin.contracts.contract import Column, Contract
from huimin.sheets.shapes import Table

MIDNIGHT_IN_UTC, OTHER_DAY = "2000-01-01 16:00:00", "2000-01-01"
"""Cells that a column of days is read with: where the first is its midnight, every other is; with both, none is."""
NOTED = pl.Schema(
    {"record": pl.UInt32, "row": pl.Int32, "column": pl.String, "reason": pl.String, "finding": pl.String}
)
REJECTED = pl.Schema({"row": pl.Int32, "column": pl.String, "reason": pl.String, "cells": pl.String})


@dataclass(frozen=True)
class ParsedTable:
    """The three frames, of a table without `sheet` and `slot`, and how many rows were rejected."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    rejected: int


@dataclass(frozen=True)
class ParsedColumn:
    """What each cell of a column gives, in order."""

    value: pl.Series
    reason: pl.Series
    """Why its row is rejected."""
    finding: pl.Series
    """What is odd about it, though its row is not."""

    @property
    def is_odd(self) -> bool:
        """Whether there is a reason or a finding."""
        return any(told.null_count() < told.len() for told in (self.reason, self.finding))

    @property
    def frame(self) -> pl.DataFrame:
        """The three beside each other."""
        return pl.DataFrame({"value": self.value, "reason": self.reason, "finding": self.finding})


def parsed_table(table: Table, contract: Contract, read_on: date, days: "DaysInUtc") -> ParsedTable:
    """A table's accepted rows, rejects and findings. Each column is parsed once, and only what is odd is kept of it."""
    values: dict[str, pl.Series] = {}
    odd: dict[str, pl.DataFrame] = {}
    standing = _standing(table, contract, read_on)
    for column in sorted(contract.columns, key=lambda column: column.not_before_birth_of is not None):
        parsed = _parsed_column(table, column, read_on, days, standing.get(column.name))
        parsed = _marked(parsed, column, table)
        if column.not_before_birth_of is not None:
            parsed = _not_before_birth(parsed, column, values[column.not_before_birth_of])
        values[column.name] = parsed.value
        if parsed.is_odd:
            odd[column.name] = _noted(parsed, column, table)
    names = [column.name for column in contract.columns]
    rows = pl.DataFrame({name: values[name] for name in names} | {"row": table.records["row"]})
    noted = pl.concat([NOTED.to_frame(), *(odd[name] for name in names if name in odd)])
    rejects = noted.drop("finding").drop_nulls("reason")
    rejected = rejects["record"].unique()
    if rejected.len():
        rows = rows.filter(~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(rejected.implode()))
        noted = noted.join(rejects, on="record", how="anti", maintain_order="left")
    findings = noted.sort("record", maintain_order=True).select("row", "column", reason="finding")
    return ParsedTable(rows, _with_cells(rejects, table), findings, rejected.len())


def _standing(table: Table, contract: Contract, read_on: date) -> Mapping[str, pl.Series]:
    """By column whether each cell stands as it is, of the columns whose types can tell."""
    judges = {
        column.name: judge
        for column in contract.columns
        if column.name in table.records.columns and (judge := stands(column, pl.col(column.name), read_on)) is not None
    }
    return table.records.select(**judges).to_dict() if judges else {}


def _parsed_column(
    table: Table, column: Column, read_on: date, days: "DaysInUtc", standing: pl.Series | None
) -> ParsedColumn:
    """The column of the records. Cells that stand as they are are not parsed, and texts that repeat only once."""
    height = table.records.height
    nothing = _repeated(None, height)
    cells = table.records.get_column(column.name, default=nothing)
    if standing is None:
        odd = cells
    elif standing.all():
        return ParsedColumn(cells, nothing, nothing)
    else:
        odd = cells.filter(~standing)
    missing = nothing
    if column.required and cells.null_count():
        missing = cells.is_null().replace_strict({True: "missing"}, default=None, return_dtype=pl.String())
    if odd.null_count() == odd.len():
        return ParsedColumn(
            _repeated(None, height, column.type.parquet) if standing is None else cells, missing, nothing
        )
    if standing is None and not column.type.repeats:
        return _columns_of(_judged(cells.alias("text").to_frame(), column, read_on))
    texts = odd.drop_nulls().unique().alias("text").to_frame()
    of_days = column.type in (DATE, MONTH)
    judged = days.judged(texts, column, read_on, table.order) if of_days else _judged(texts, column, read_on)
    found = _columns_of(cells.alias("text").to_frame().join(judged, on="text", how="left", maintain_order="left"))
    value = found.value if standing is None else cells.zip_with(standing, found.value)
    return ParsedColumn(value, missing.zip_with(cells.is_null(), found.reason), found.finding)


def _repeated(value: str | None, height: int, dtype: pl.DataType | None = None) -> pl.Series:
    """A column of that one value."""
    return pl.Series([value], dtype=dtype or pl.String()).new_from_index(0, height)


def _columns_of(judged: pl.DataFrame) -> ParsedColumn:
    """The three of a frame."""
    return ParsedColumn(judged["value"], judged["reason"], judged["finding"])


def _noted(parsed: ParsedColumn, column: Column, table: Table) -> pl.DataFrame:
    """What is odd in the column, with the records that it is told of; columns `NOTED`."""
    name = _repeated(column.name, table.records.height)
    noted = {"row": table.records["row"], "column": name, "reason": parsed.reason, "finding": parsed.finding}
    is_odd = pl.any_horizontal(pl.col("reason", "finding").is_not_null())
    return pl.DataFrame(noted).with_row_index("record").filter(is_odd)


def _marked(parsed: ParsedColumn, column: Column, table: Table) -> ParsedColumn:
    """The column's values, reasons and findings, with those of the cells that cannot be used whatever they hold."""
    marks = table.marks.filter(pl.col("column") == column.name) if table.marks.height else table.marks
    if marks.is_empty():
        return parsed
    mark = table.records.select("row").join(marks, on="row", how="left", maintain_order="left")["reason"]
    told, free = ("reason", "finding") if column.required else ("finding", "reason")
    usable = pl.col("mark").is_null()
    return _columns_of(
        parsed.frame.with_columns(mark=mark).select(
            pl.when(usable).then("value").alias("value"),
            pl.coalesce("mark", told).alias(told),
            pl.when(usable).then(free).alias(free),
        )
    )


class DaysInUtc:
    """Which columns of days tell each as its midnight in UTC, as far as a file is read; by order of table and name."""

    def __init__(self, refuted: frozenset[tuple[int, str]]) -> None:
        """`refuted`: those of which an earlier reading found that other parts of them do not."""
        self._refuted = refuted
        self.found: set[tuple[int, str]] = set()
        self.others: set[tuple[int, str]] = set()

    def judged(self, texts: pl.DataFrame, column: Column, read_on: date, order: int) -> pl.DataFrame:
        """As `_judged`, of the different texts of a part of the column."""
        key = order, column.name
        usual, odd = _usual(texts, column)
        if usual.height and column.type is DATE:
            self.others.add(key)
        if odd.is_empty():
            return usual
        asked = [MIDNIGHT_IN_UTC, OTHER_DAY] if key in self._refuted | self.others else [MIDNIGHT_IN_UTC]
        judged = _judged(pl.concat([odd, pl.DataFrame({"text": asked})]), column, read_on)
        own, told = judged.head(odd.height), judged["finding"][odd.height]
        if told != "utc_date":
            self.others.add(key)
        if (own["finding"] == "utc_date").any():
            self.found.add(key)
        return pl.concat([usual, own])


def _usual(texts: pl.DataFrame, column: Column) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The texts that are written as most are, judged, and the others."""
    nothing = pl.lit(None, dtype=pl.String)
    value = column.type.usual(pl.col("text")) if column.type.usual else pl.lit(None, dtype=column.type.parquet)
    judged = texts.select("text", value=value, reason=nothing, finding=nothing)
    is_usual = judged["value"].is_not_null()
    return judged.filter(is_usual), texts.filter(~is_usual)


def _judged(cells: pl.DataFrame, column: Column, read_on: date) -> pl.DataFrame:
    """Text as delivered, value, reason and finding of each cell."""
    reason, finding = pl.col("reason"), pl.col("finding")
    if column.required:
        reason = pl.coalesce(reason, pl.when(pl.col("value").is_null()).then(pl.lit("missing")))
    else:
        reason, finding = pl.lit(None, dtype=pl.String), pl.coalesce(finding, reason)
    return read(cells.lazy(), column, read_on).with_columns(reason=reason, finding=finding).collect()


def _not_before_birth(parsed: ParsedColumn, column: Column, id_numbers: pl.Series) -> ParsedColumn:
    """The column without the days before the birth that the ID number of the same row tells, each with its reason."""
    if parsed.value.null_count() == parsed.value.len():
        return parsed
    early = (pl.col("value") < born_on(pl.col("id_number"))).fill_null(value=False)
    told = "reason" if column.required else "finding"
    judged = parsed.frame.with_columns(id_numbers.alias("id_number")).with_columns(early=early)
    noted = judged.with_columns(pl.when("early").then(pl.lit("before_birth")).otherwise(told).alias(told))
    return _columns_of(noted.select(pl.when(~pl.col("early")).then("value").alias("value"), "reason", "finding"))


def _with_cells(rejects: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rejects of records and those that could not be read as written, by row, each with its original cells."""
    if rejects.is_empty() and table.faults.is_empty():
        return REJECTED.to_frame()
    members = [_member(title, pl.col(cell)) for title, cell in zip(table.titles, table.cells.columns[1:], strict=True)]
    original = (
        table.cells.lazy()
        .with_row_index("record")
        .join(rejects.lazy().select("record").unique(), on="record", how="semi")
        .select("record", _object(members).alias("cells"))
    )
    known = rejects.lazy().join(original, on="record", how="left", maintain_order="left")
    unread = table.faults.lazy().select(
        "row", "reason", pl.lit("record").alias("column"), _object([_member("原文", pl.col("text"))]).alias("cells")
    )
    columns = ("row", "column", "reason", "cells")
    return pl.concat([known.select(columns), unread.select(columns)]).sort("row", maintain_order=True).collect()


def _member(title: str, cell: pl.Expr) -> pl.Expr:
    """`"title":"text"` in JSON; null for an empty cell."""
    member = pl.struct(cell.alias(title)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
    return pl.when(cell != "").then(member)


def _object(members: Sequence[pl.Expr]) -> pl.Expr:
    """A JSON object of those members that are not null."""
    return pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=",", ignore_nulls=True), pl.lit("}"))

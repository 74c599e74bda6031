"""The cells of a table as the values of its contract's columns, with what is wrong and what is odd.

Many tables are small, and what Polars takes to begin a query is then all that reading costs: the sheets of a workbook
are parsed together, nothing is asked of a column without a cell to parse, and all that stands as it is is found in one
query.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from huimin.cells import stands
from huimin.cells.id_number import born_on
from huimin.cells.types import DATE, MONTH
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.days import DaysInUtc, judged
from huimin.deliveries.frames import REJECTS
from huimin.sheets.shapes import Table

NOTED = pl.Schema({"record": pl.UInt32, "column": pl.String, "reason": pl.String, "finding": pl.String})
NO_REJECTS = pl.Schema({"record": pl.UInt32, "column": pl.String, "reason": pl.String, "row": pl.Int32}).to_frame()
NO_FINDINGS = pl.Schema({"row": pl.Int32, "column": pl.String, "reason": pl.String}).to_frame()
ROWS_OF_A_TABLE = 2**32
"""More rows than any has."""


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


def parsed_tables(tables: Sequence[Table], contract: Contract, read_on: date, days: DaysInUtc) -> Iterator[ParsedTable]:
    """Accepted rows, rejects and findings of each of the tables, which are of one order.

    A column is parsed once for all of them, and only what is odd is kept of it.
    """
    whole = _as_one(tables)
    values: dict[str, pl.Series] = {}
    odd: dict[str, pl.DataFrame] = {}
    standing = _standing(whole, contract, read_on)
    for column in sorted(contract.columns, key=lambda column: column.not_before_birth_of is not None):
        parsed = _parsed_column(whole, column, read_on, days, standing.get(column.name))
        parsed = _marked(parsed, column, whole)
        if column.not_before_birth_of is not None:
            parsed = _not_before_birth(parsed, column, values[column.not_before_birth_of])
        values[column.name] = parsed.value
        if parsed.is_odd:
            odd[column.name] = _noted(parsed, column)
    names = [column.name for column in contract.columns]
    rows = pl.DataFrame({name: values[name] for name in names})
    noted = pl.concat([NOTED.to_frame(), *(odd[name] for name in names if name in odd)])
    begins = 0
    for table in tables:
        height = table.records.height
        own = noted
        if len(tables) > 1 and noted.height:
            record = pl.col("record")
            own = noted.filter(record.is_between(begins, begins + height, closed="left")).with_columns(record - begins)
        yield _divided(table, rows.slice(begins, height), own)
        begins += height


def _as_one(tables: Sequence[Table]) -> Table:
    """Records and marks of all the tables below each other; the number of a row tells its table too."""
    if len(tables) == 1:
        return tables[0]
    places = [pl.col("row").cast(pl.Int64) + number * ROWS_OF_A_TABLE for number in range(len(tables))]
    records = [table.records.with_columns(place) for table, place in zip(tables, places, strict=True)]
    marks = [table.marks.with_columns(place) for table, place in zip(tables, places, strict=True)]
    return replace(tables[0], records=pl.concat(records, how="diagonal"), marks=pl.concat(marks))


def _divided(table: Table, values: pl.DataFrame, noted: pl.DataFrame) -> ParsedTable:
    """The table's values and what is noted of them, as frames of what is accepted, rejected and found."""
    row = table.records["row"]
    rows = values.with_columns(row)
    if noted.is_empty():
        return ParsedTable(rows, _with_cells(NO_REJECTS, table), NO_FINDINGS, 0)
    noted = noted.with_columns(row=row.gather(noted["record"]))
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
    table: Table, column: Column, read_on: date, days: DaysInUtc, standing: pl.Series | None
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
        return _columns_of(judged(cells.alias("text").to_frame(), column, read_on))
    texts = odd.drop_nulls().unique().alias("text").to_frame()
    of_days = column.type in (DATE, MONTH)
    told = days.judged(texts, column, read_on, table.order) if of_days else judged(texts, column, read_on)
    found = _columns_of(cells.alias("text").to_frame().join(told, on="text", how="left", maintain_order="left"))
    value = found.value if standing is None else cells.zip_with(standing, found.value)
    reason = missing.zip_with(cells.is_null(), found.reason) if cells.null_count() else found.reason
    return ParsedColumn(value, reason, found.finding)


def _repeated(value: str | None, height: int, dtype: pl.DataType | None = None) -> pl.Series:
    """A column of that one value."""
    return pl.Series([value], dtype=dtype or pl.String()).new_from_index(0, height)


def _columns_of(judged: pl.DataFrame) -> ParsedColumn:
    """Value, reason and finding out of a frame that has a column of each."""
    return ParsedColumn(judged["value"], judged["reason"], judged["finding"])


def _noted(parsed: ParsedColumn, column: Column) -> pl.DataFrame:
    """What is odd in the column, with the records that it is told of; columns `NOTED`."""
    name = _repeated(column.name, parsed.value.len())
    is_odd = pl.any_horizontal(pl.col("reason", "finding").is_not_null())
    noted = pl.DataFrame({"column": name, "reason": parsed.reason, "finding": parsed.finding})
    return noted.with_row_index("record").filter(is_odd)


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
        return REJECTS.schema.to_frame().drop("sheet")
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

"""Accepted rows, rejects and findings of one delivery, table by table as its file is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from huimin.cells import read, stands
from huimin.cells.id_number import born_on, digits, digits_of
from huimin.cells.types import DATE, ID_NUMBER, MONTH, TEXT
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.account import Account
from huimin.deliveries.frames import FINDINGS, REJECTS, Frames, FrameShape
from huimin.deliveries.repeated import refuse_repeated
from huimin.deliveries.told import SOUGHT, slot_of_file, slot_of_table
from huimin.errors import DeliveryError
from huimin.sheets.shapes import ReadAgainError, Reading, Table, TitleLine
from huimin.store.delivery import Delivery, Receipt

POSITION = "position"
"""The column that numbers a delivery's accepted rows."""
MIDNIGHT_IN_UTC, OTHER_DAY = "2000-01-01 16:00:00", "2000-01-01"
"""Cells that a column of days is read with: where the first is its midnight, every other is; with both, none is."""


@dataclass(frozen=True)
class _Parsed:
    """The three frames, of a table without `sheet` and `slot`, and how many rows were rejected."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    rejected: int


def standardise(reading: Reading, contract: Contract, delivery: Delivery, read_on: date, folder: Path) -> Receipt:
    """The receipt that counts each row of the file once; rows, rejects and findings are in the folder.

    Rows: the contract's columns in their canonical types, then sheet, row, slot, delivery, position (from 0),
    then the digits of each ID number column (`cells.id_number`). Rejects: sheet, row, column, reason,
    cells (JSON), one row a reason. Findings: sheet, row, column, reason, what is odd in accepted rows.

    A row with a required cell that is empty or does not parse is rejected, for each such cell with a reason; in an
    accepted row an optional cell that does not parse is null and a finding. A delivery without an accepted row is
    refused: its receipt counts no rows, but its rejects stay; one that says there is nothing to pay is accepted. It is
    refused too where the roster's period is not in a column, and the names around tell none, or several; and where
    every row of a sheet stands on other sheets as well.

    Raises:
        DeliveryError: the reading does.
    """
    frames = Frames(folder, shapes_of(contract))
    known = KnownAtEnd()
    while True:
        work = Standardising(contract, delivery, read_on, frames, known)
        try:
            for table in reading.tables:
                work.take(table)
            known = work.known()
            if not work.is_stale:
                return work.receipt(reading)
        except ReadAgainError:
            pass
        except BaseException:
            frames.clear()
            raise
        frames.clear()


def shapes_of(contract: Contract) -> Mapping[str, FrameShape]:
    """What the files of a delivery of the roster hold."""
    columns = {column.name: column.type.parquet for column in contract.columns}
    few = [column.name for column in contract.columns if column.type.repeats or column.type is TEXT]
    numbers = {digits_of(column.name): pl.Int64() for column in contract.columns if column.type is ID_NUMBER}
    places = {"sheet": pl.String(), "row": pl.Int32(), "slot": pl.String(), "delivery": pl.String()}
    rows = pl.Schema({**columns, **places, POSITION: pl.Int64(), **numbers})
    return {
        "rows": FrameShape(rows, (*few, "sheet", "slot", "delivery"), POSITION),
        "rejects": REJECTS,
        "findings": FINDINGS,
    }


@dataclass(frozen=True)
class KnownAtEnd:
    """What only the end of a file told, and all of its rows must be read by."""

    above: tuple[TitleLine, ...] | None = None
    """All its titles, where they tell another period than the first of them."""
    not_utc: frozenset[tuple[int, str]] = frozenset()
    """Columns of days that are not all told as their midnight in UTC, each with the order of its table."""


class Standardising:
    """One reading of a file to its end, table by table."""

    def __init__(
        self, contract: Contract, delivery: Delivery, read_on: date, frames: Frames, known: KnownAtEnd
    ) -> None:
        self._contract, self._delivery, self._read_on, self._frames = contract, delivery, read_on, frames
        self._known, self._account = known, Account(contract, delivery, read_on)
        self._slot = _slot(contract, delivery).alias("slot")
        self._above: tuple[TitleLine, ...] = ()
        self._periods: dict[str | None, str | DeliveryError] = {}
        """By sheet: what the names around its tables tell."""
        self._days = DaysInUtc(known.not_utc)
        self._sheets: list[tuple[str, pl.DataFrame]] = []
        self._shared = {column.name for column in contract.columns}
        self.is_stale = False
        """Whether what is known at the end tells that rows were to be read in another way."""

    def take(self, table: Table) -> None:
        """The table's rows are among the frames, and in the account."""
        self._above = table.above
        table = replace(table, above=table.above if self._known.above is None else self._known.above)
        self._account.take(table)
        table = self._with_period(table)
        if self._account.fault:
            return
        parsed = _parsed(table, self._contract, self._read_on, self._days)
        own = pl.lit(self._delivery.delivery).alias("delivery")
        rows = with_digits(parsed.rows.with_columns(self._slot, own), self._contract)
        self._account.count(rows, parsed.rejects, parsed.rejected + table.faults.height)
        sheet = pl.lit(table.sheet, dtype=pl.String).alias("sheet")
        for name, frame in (("rows", rows), ("rejects", parsed.rejects), ("findings", parsed.findings)):
            self._frames.add(name, frame.with_columns(sheet), table.order)
        if table.sheet is not None:
            self._sheets.append((table.sheet, parsed.rows))
            self._shared &= set(table.records.columns)

    def _with_period(self, table: Table) -> Table:
        """The table with its roster's period column, as the names around it tell when it has none."""
        contract = self._contract
        name = contract.period_column
        if contract.period not in SOUGHT or name is None or name in table.records.columns:
            return table
        period = self._period_of(table)
        if isinstance(period, DeliveryError):
            self._account.fault = self._account.fault or period
            return table
        return replace(table, records=table.records.with_columns(pl.lit(period).alias(name)))

    def _period_of(self, table: Table) -> str | DeliveryError:
        """What the names around the table tell, as far as the sheet is read."""
        try:
            told: str | DeliveryError = slot_of_table(table, self._contract, self._delivery)
        except DeliveryError as fault:
            told = fault
        first = self._periods.setdefault(table.sheet, told)
        self.is_stale |= str(first) != str(told)
        return told

    def known(self) -> KnownAtEnd:
        """What is known at the end of the file."""
        refuted = self._days.found & self._days.others
        self.is_stale |= bool(refuted)
        return KnownAtEnd(self._above, self._known.not_utc | refuted)

    def receipt(self, reading: Reading) -> Receipt:
        """The delivery's receipt; its frames are whole."""
        if not self._account.fault:
            try:
                shared = [column.name for column in self._contract.columns if column.name in self._shared]
                refuse_repeated(self._sheets, shared, self._delivery.file)
            except DeliveryError as fault:
                self._account.fault = fault
        if self._account.fault:
            self._frames.clear()
        self._frames.close()
        return self._account.receipt(reading, self._frames.place("rows"))


def with_digits(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The rows with each ID number also as a number, by which they are joined."""
    ids = [column.name for column in contract.columns if column.type is ID_NUMBER]
    return rows.with_columns(digits(pl.col(name)).alias(digits_of(name)) for name in ids)


def _slot(contract: Contract, delivery: Delivery) -> pl.Expr:
    """The slot that each row fills, as text."""
    column = pl.col(contract.period_column or "")
    if contract.period == "month":
        return column.dt.strftime("%Y-%m")
    if contract.period in ("year", "term"):
        return column.cast(pl.String)
    slot = slot_of_file(delivery, contract.period)
    return pl.lit(slot) if slot else column.dt.strftime("%Y-%m")


def _parsed(table: Table, contract: Contract, read_on: date, days: "DaysInUtc") -> _Parsed:
    """A table's accepted rows, rejects and findings. Each column is parsed once, and only what is odd is kept of it."""
    rows: dict[str, pl.Series] = {}
    odd: dict[str, pl.DataFrame] = {}
    for column in sorted(contract.columns, key=lambda column: column.not_before_birth_of is not None):
        parsed = _marked(_parsed_column(table, column, read_on, days), column, table)
        if column.not_before_birth_of is not None:
            parsed = _not_before_birth(parsed, column, rows[column.not_before_birth_of])
        rows[column.name] = parsed["value"]
        noted = parsed.select("reason", "finding", row=table.records["row"], column=pl.lit(column.name))
        is_odd = pl.any_horizontal(pl.col("reason", "finding").is_not_null())
        odd[column.name] = noted.with_row_index("record").filter(is_odd)
    names = [column.name for column in contract.columns]
    noted = pl.concat([odd[name] for name in names])
    rejects = noted.drop("finding").drop_nulls("reason")
    rejected = rejects["record"].unique()
    findings = (
        noted.join(rejects, on="record", how="anti", maintain_order="left").drop("reason").rename({"finding": "reason"})
    )
    accepted = ~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(rejected.implode())
    return _Parsed(
        pl.DataFrame(rows).select(names).with_columns(row=table.records["row"]).filter(accepted),
        _with_cells(rejects, table),
        findings.sort("record", maintain_order=True).select("row", "column", "reason"),
        rejected.len(),
    )


def _parsed_column(table: Table, column: Column, read_on: date, days: "DaysInUtc") -> pl.DataFrame:
    """value, reason (the row is rejected) and finding (it is not) of each record, in order.

    Cells that stand as they are are not parsed, and texts that repeat only once.
    """
    absent = pl.repeat(None, table.records.height, dtype=pl.String, eager=True)
    cells = table.records.get_column(column.name, default=absent).alias("text").to_frame()
    standing = stands(column, pl.col("text"), read_on)
    if standing is not None:
        cells = cells.with_columns(stands=standing)
        odd = cells.filter(~pl.col("stands"))
    elif column.type.repeats:
        odd = cells
    else:
        return _judged(cells, column, read_on).drop("text")
    texts = odd.select("text").unique()
    of_days = column.type in (DATE, MONTH)
    judged = days.judged(texts, column, read_on, table.order) if of_days else _judged(texts, column, read_on)
    found = cells.join(judged, on="text", how="left", nulls_equal=True, maintain_order="left")
    if standing is not None:
        found = found.with_columns(value=pl.when("stands").then("text").otherwise("value"))
    return found.select("value", "reason", "finding")


def _marked(parsed: pl.DataFrame, column: Column, table: Table) -> pl.DataFrame:
    """The column's values, reasons and findings, with those of the cells that cannot be used whatever they hold."""
    marks = table.marks.filter(pl.col("column") == column.name)
    if marks.is_empty():
        return parsed
    mark = table.records.select("row").join(marks, on="row", how="left", maintain_order="left")["reason"]
    told, free = ("reason", "finding") if column.required else ("finding", "reason")
    usable = pl.col("mark").is_null()
    return (
        parsed.with_columns(mark=mark)
        .select(
            pl.when(usable).then("value").alias("value"),
            pl.coalesce("mark", told).alias(told),
            pl.when(usable).then(free).alias(free),
        )
        .select("value", "reason", "finding")
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
        asked = [MIDNIGHT_IN_UTC, OTHER_DAY] if key in self._refuted else [MIDNIGHT_IN_UTC]
        judged = _judged(pl.concat([texts, pl.DataFrame({"text": asked})]), column, read_on)
        own, told = judged.head(texts.height), judged["finding"][texts.height]
        if told != "utc_date":
            self.others.add(key)
        if (own["finding"] == "utc_date").any():
            self.found.add(key)
        return own


def _judged(cells: pl.DataFrame, column: Column, read_on: date) -> pl.DataFrame:
    """Text as delivered, value, reason and finding of each cell."""
    reason, finding = pl.col("reason"), pl.col("finding")
    if column.required:
        reason = pl.coalesce(reason, pl.when(pl.col("value").is_null()).then(pl.lit("missing")))
    else:
        reason, finding = pl.lit(None, dtype=pl.String), pl.coalesce(finding, reason)
    return read(cells.lazy(), column, read_on).with_columns(reason=reason, finding=finding).collect()


def _not_before_birth(parsed: pl.DataFrame, column: Column, id_numbers: pl.Series) -> pl.DataFrame:
    """The column without the days before the birth that the ID number of the same row tells, each with its reason."""
    early = (pl.col("value") < born_on(pl.col("id_number"))).fill_null(value=False)
    told = "reason" if column.required else "finding"
    judged = parsed.with_columns(id_numbers.alias("id_number")).with_columns(early=early)
    noted = judged.with_columns(pl.when("early").then(pl.lit("before_birth")).otherwise(told).alias(told))
    return noted.select(pl.when(~pl.col("early")).then("value").alias("value"), "reason", "finding")


def _with_cells(rejects: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rejects of records and those that could not be read as written, by row, each with its original cells."""
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

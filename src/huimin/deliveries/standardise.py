"""Accepted rows, rejects and findings of one delivery, and how many rows of the file are which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import polars as pl

from huimin.cells import read, stands
from huimin.cells.id_number import born_on, digits, digits_of
from huimin.cells.types import ID_NUMBER, MONEY
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.repeated import refuse_repeated
from huimin.deliveries.told import SOUGHT, slot_of_file, slot_of_nothing, slot_of_table
from huimin.errors import DeliveryError, HuiminError
from huimin.sheets.shapes import Reading, Table
from huimin.store.delivery import Delivery, Receipt, Share

_FINDINGS = pl.Schema({"sheet": pl.String, "row": pl.Int32, "column": pl.String, "reason": pl.String})
_REJECTS = pl.Schema([*_FINDINGS.items(), ("cells", pl.String)])


@dataclass(frozen=True)
class Standardised:
    """What one delivery gave, in the shapes of docs/design.md."""

    rows: pl.DataFrame
    """Contract columns, then sheet, row, slot, then the digits of each ID number column (`cells.id_number`)."""
    rejects: pl.DataFrame
    """sheet, row, column, reason, cells (JSON): one row a reason; kept when no row was accepted."""
    findings: pl.DataFrame
    """sheet, row, column, reason: what is odd in accepted rows."""
    receipt: Receipt


@dataclass(frozen=True)
class _Parsed:
    """The three frames, of one table without `sheet` and `slot`, and how many rows were rejected."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    rejected: int


def standardise(reading: Reading, contract: Contract, delivery: Delivery, read_on: date) -> Standardised:
    """The rows of a reading in their canonical types, and the receipt that counts each row of the file once.

    A row with a required cell that is empty or does not parse is rejected, for each such cell with a reason; in an
    accepted row an optional cell that does not parse is null and a finding. A delivery without an accepted row is
    refused: its receipt counts no rows, but its rejects stay; one that says there is nothing to pay is accepted.

    Raises:
        DeliveryError: the roster's period is not in a column, and the names around tell none, or several; or
            every row of a sheet stands on other sheets as well.
    """
    sheets = [table.sheet for table in reading.tables]
    tables = [_with_period(table, contract, delivery) for table in reading.tables]
    parts = [_parsed(table, contract, read_on) for table in tables]
    shared = [column.name for column in contract.columns if all(column.name in table.records for table in tables)]
    refuse_repeated(sheets, [part.rows for part in parts], shared, delivery.file)
    slot = _slot(contract, delivery).alias("slot")
    made = _Parsed(
        _stacked(sheets, [part.rows for part in parts], _row_schema(contract)).with_columns(slot),
        _stacked(sheets, [part.rejects for part in parts], _REJECTS),
        _stacked(sheets, [part.findings for part in parts], _FINDINGS),
        sum(part.rejected for part in parts) + sum(table.faults.height for table in reading.tables),
    )
    receipt = _receipt(reading, contract, delivery, read_on, made)
    return Standardised(_with_digits(made.rows, contract), made.rejects, made.findings, receipt)


def refused(delivery: Delivery, read_on: date, digest: str, fault: DeliveryError) -> Standardised:
    """No rows, and a receipt that says why. `digest` is the contract's, empty without one."""
    receipt = Receipt(
        delivery,
        "refused",
        read_on,
        digest,
        problem=fault.problem,
        unknown_columns=fault.unknown_columns,
        nearly_known=fault.nearly_known,
    )
    return Standardised(pl.DataFrame(), pl.DataFrame(schema=_REJECTS), pl.DataFrame(schema=_FINDINGS), receipt)


def _with_digits(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The rows with each ID number also as a number, by which they are joined."""
    ids = [column.name for column in contract.columns if column.type is ID_NUMBER]
    return rows.with_columns(digits(pl.col(name)).alias(digits_of(name)) for name in ids)


def _row_schema(contract: Contract) -> pl.Schema:
    """The columns of rows.parquet but the slot."""
    columns = {column.name: column.type.parquet for column in contract.columns}
    return pl.Schema({**columns, "sheet": pl.String(), "row": pl.Int32()})


def _with_period(table: Table, contract: Contract, delivery: Delivery) -> Table:
    """The table with its roster's period column, as the names around it tell when it has none."""
    if contract.period not in SOUGHT or contract.period_column is None:
        return table
    if contract.period_column in table.records.columns:
        return table
    slot = slot_of_table(table, contract, delivery)
    return replace(table, records=table.records.with_columns(pl.lit(slot).alias(contract.period_column)))


def _slot(contract: Contract, delivery: Delivery) -> pl.Expr:
    """The slot that each row fills, as text."""
    column = pl.col(contract.period_column or "")
    if contract.period == "month":
        return column.dt.strftime("%Y-%m")
    if contract.period in ("year", "term"):
        return column.cast(pl.String)
    slot = slot_of_file(delivery, contract.period)
    return pl.lit(slot) if slot else column.dt.strftime("%Y-%m")


def _parsed(table: Table, contract: Contract, read_on: date) -> _Parsed:
    """A table's accepted rows, rejects and findings. Each column is parsed once, and only what is odd is kept of it."""
    rows: dict[str, pl.Series] = {}
    odd: dict[str, pl.DataFrame] = {}
    for column in sorted(contract.columns, key=lambda column: column.not_before_birth_of is not None):
        parsed = _marked(_parsed_column(table.records, column, read_on), column, table)
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


def _parsed_column(records: pl.DataFrame, column: Column, read_on: date) -> pl.DataFrame:
    """value, reason (the row is rejected) and finding (it is not) of each record, in order.

    Cells that stand as they are are not parsed, and texts that repeat only once.
    """
    absent = pl.repeat(None, records.height, dtype=pl.String, eager=True)
    cells = records.get_column(column.name, default=absent).alias("text").to_frame()
    standing = stands(column, pl.col("text"), read_on)
    if standing is not None:
        cells = cells.with_columns(stands=standing)
        odd = cells.filter(~pl.col("stands"))
    elif column.type.repeats:
        odd = cells
    else:
        return _judged(cells, column, read_on).drop("text")
    judged = _judged(odd.select("text").unique(), column, read_on)
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


def _stacked(sheets: Sequence[str | None], frames: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    """The tables one below the other, each row with its sheet before the columns of place."""
    parts = [frame.with_columns(sheet=pl.lit(sheet, dtype=pl.String)) for sheet, frame in zip(sheets, frames)]
    return pl.concat([pl.DataFrame(schema=schema), *(part.select(schema.names()) for part in parts)])


def _receipt(reading: Reading, contract: Contract, delivery: Delivery, read_on: date, made: _Parsed) -> Receipt:
    """Every row of the file, counted once: layout, accepted, rejected."""
    counted = sum(table.rows for table in reading.tables)
    read = sum(table.records.height + table.faults.height for table in reading.tables)
    accepted, layout = made.rows.height, counted - read
    if layout < 0 or accepted + made.rejected != read:
        problem = f"{counted} rows counted, {read} read, {accepted} accepted, {made.rejected} rejected"
        raise HuiminError(delivery.file, f"the rows do not balance: {problem}", "report this file's layout as a defect")
    common = with_headers(
        Receipt(delivery, "refused", read_on, contract.digest, records=read, accepted=accepted), reading, contract
    )
    shares = tuple(shares_of(made.rows, contract) if read else _nil_shares(reading, contract, delivery))
    if not shares:
        return replace(common, problem=_unusable(read, made.rejects))
    return replace(
        common,
        outcome="accepted_with_rejects" if made.rejected else "accepted",
        slots=tuple(share.slot for share in shares),
        shares=shares,
        last_row=last_row(made.rows),
        rows_in_file=counted,
        rows_layout=layout,
        rows_accepted=accepted,
        rows_rejected=made.rejected,
    )


def with_headers(receipt: Receipt, reading: Reading, contract: Contract) -> Receipt:
    """The receipt with what was found of headers and sheets."""
    tables = reading.tables
    found = {name for table in tables for name in table.records.columns}
    return replace(
        receipt,
        columns=tuple(column.name for column in contract.columns if column.name in found),
        unknown_columns=tuple(dict.fromkeys(title for table in tables for title in table.unknown_columns)),
        nearly_known=tuple(dict.fromkeys(near for table in tables for near in table.nearly_known)),
        read_as=reading.read_as,
        other_sheets=reading.other_sheets,
    )


def shares_of(rows: pl.DataFrame, contract: Contract) -> Iterator[Share]:
    """What each slot gives, by slot: its rows, the yuan of each money column, persons, and the median amount."""
    types = {column.name: column.type for column in contract.columns}
    money = [name for name, type_ in types.items() if type_ is MONEY]
    counted = [pl.len().alias("rows_of_slot"), pl.col(money).sum()]
    if "id_number" in types:
        counted.append(pl.col("id_number").drop_nulls().n_unique().alias("persons_of_slot"))
    if "amount" in money:
        cents = (pl.col("amount") * 100).cast(pl.Int64)
        counted.append(cents.filter(cents > 0).median().alias("median_cents"))
    for share in rows.group_by("slot").agg(counted).sort("slot").iter_rows(named=True):
        cents_of_slot = share.get("median_cents")
        yield Share(
            share["slot"],
            share["rows_of_slot"],
            {name: str(share[name]) for name in money},
            share.get("persons_of_slot"),
            None if cents_of_slot is None else str(Decimal(cents_of_slot) / 100),
        )


def _nil_shares(reading: Reading, contract: Contract, delivery: Delivery) -> Iterator[Share]:
    """What a delivery without rows gives that says there is nothing to pay: slots without rows."""
    slots = {slot_of_nothing(table, contract, delivery) for table in reading.tables if table.is_nil}
    columns = {column.name: column.type for column in contract.columns}
    money = {name: "0.00" for name, type_ in columns.items() if type_ is MONEY}
    for slot in sorted(slots):
        yield Share(slot, 0, money, 0 if "id_number" in columns else None)


def last_row(rows: pl.DataFrame) -> int:
    """The greatest row number of an accepted row."""
    return int(rows["row"].cast(pl.Int64).max() or 0)  # type: ignore[arg-type]  # Polars types it as any value


def _unusable(read: int, rejects: pl.DataFrame) -> str:
    """Why no row could be used, for the department: how many rows for which reason."""
    if not read:
        return "无可用记录：表头之下没有数据行"
    counts = rejects.group_by("column", "reason").len().sort("len", "column", "reason", descending=[True, False, False])
    reasons = "；".join(f"{column}: {reason} {count} 行" for column, reason, count in counts.iter_rows())
    return f"无可用记录：{read} 行全部退回（{reasons}）"

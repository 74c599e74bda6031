"""Accepted rows, rejects and findings of one delivery, table by table as its file is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from huimin.cells.id_number import digits, digits_of
from huimin.cells.types import TEXT
from huimin.contracts.contract import Contract
from huimin.deliveries.account import Account
from huimin.deliveries.columns import ParsedTable, parsed_tables
from huimin.deliveries.days import DaysInUtc
from huimin.deliveries.frames import FINDINGS, REJECTS, Frames, FrameShape
from huimin.deliveries.repeated import refuse_repeated
from huimin.deliveries.told import SOUGHT, slot_of_file, slot_of_table
from huimin.errors import DeliveryError
from huimin.sheets.shapes import ReadAgainError, Reading, Table, TitleLine
from huimin.store.delivery import Delivery, Receipt

ROWS_TOGETHER = 10_000
"""Of tables that are parsed at once: with more, nothing is saved by it."""
POSITION = "position"
"""The column that numbers a delivery's accepted rows."""


def standardise(
    reading: Reading,
    contract: Contract,
    delivery: Delivery,
    read_on: date,
    folder: Path,
    left_out: Collection[str] = (),
) -> Receipt:
    """The receipt that counts each row of the file once; rows, rejects and findings are in the folder.

    Rows: the contract's columns in their canonical types, then sheet, row, slot, delivery, position (from 0),
    then the digits of each ID number column (`cells.id_number`). Rejects: sheet, row, column, reason,
    cells (JSON), one row a reason. Findings: sheet, row, column, reason, what is odd in accepted rows.

    A row with a required cell that is empty or does not parse is rejected, for each such cell with a reason; in an
    accepted row an optional cell that does not parse is null and a finding. A delivery without an accepted row is
    refused: its receipt counts no rows, but its rejects stay; one that says there is nothing to pay is accepted. It is
    refused too where the roster's period is not in a column, and the names around tell none, or several; and where
    every row of a sheet stands on other sheets as well.

    `left_out` names columns whose values are judged like all others and then not kept: they are null in every row.

    Raises:
        DeliveryError: the reading does.
    """
    frames = Frames(folder, shapes_of(contract))
    known = KnownAtEnd()
    while True:
        work = Standardising(contract, delivery, read_on, frames, known, left_out)
        try:
            for tables in together(reading.tables):
                work.take(tables)
            known = work.known()
            if not work.is_stale:
                return work.receipt(reading)
        except ReadAgainError:
            pass
        except BaseException:
            frames.clear()
            raise
        frames.clear()


def together(tables: Iterable[Table]) -> Iterator[Sequence[Table]]:
    """The tables as they come, small neighbours of one order at once; a large one waits for no other."""
    waiting: list[Table] = []
    rows = 0
    for table in tables:
        if waiting and (table.order != waiting[0].order or rows + table.records.height > ROWS_TOGETHER):
            yield waiting
            waiting, rows = [], 0
        waiting.append(table)
        rows += table.records.height
        if rows >= ROWS_TOGETHER:
            yield waiting
            waiting, rows = [], 0
    if waiting:
        yield waiting


def shapes_of(contract: Contract) -> Mapping[str, FrameShape]:
    """What the files of a delivery of the roster hold."""
    columns = {column.name: column.type.parquet for column in contract.columns}
    few = [column.name for column in contract.columns if column.type.repeats or column.type is TEXT]
    numbers = {digits_of(name): pl.Int64() for name in contract.id_numbers}
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
        self,
        contract: Contract,
        delivery: Delivery,
        read_on: date,
        frames: Frames,
        known: KnownAtEnd,
        left_out: Collection[str] = (),
    ) -> None:
        self._contract, self._delivery, self._read_on, self._frames = contract, delivery, read_on, frames
        self._known, self._account = known, Account(contract, delivery, read_on)
        self._slot = _slot(contract, delivery).alias("slot")
        self._left_out = [column for column in contract.columns if column.name in left_out]
        self._above: tuple[TitleLine, ...] = ()
        self._periods: dict[str | None, str | DeliveryError] = {}
        """By sheet: what the names around its tables tell."""
        self._days = DaysInUtc(known.not_utc)
        self._sheets: list[tuple[str, pl.DataFrame]] = []
        self._shared = {column.name for column in contract.columns}
        self.is_stale = False
        """Whether what is known at the end tells that rows were to be read in another way."""

    def take(self, tables: Sequence[Table]) -> None:
        """The tables' rows are among the frames, and in the account. The tables are of one order."""
        taken = []
        for table in tables:
            self._above = table.above
            known = table if self._known.above is None else replace(table, above=self._known.above)
            self._account.take(known)
            taken.append(self._with_period(known))
        if self._account.fault:
            return
        parsed = parsed_tables(taken, self._contract, self._read_on, self._days)
        for table, one in zip(taken, parsed, strict=True):
            self._keep(table, one)

    def _keep(self, table: Table, parsed: ParsedTable) -> None:
        """What the table was parsed to is among the frames, and in the account."""
        own = pl.lit(self._delivery.delivery).alias("delivery")
        gone = (pl.lit(None, column.type.parquet).alias(column.name) for column in self._left_out)
        sheet = pl.lit(table.sheet, dtype=pl.String).alias("sheet")
        rows = with_digits(parsed.rows.with_columns(self._slot, own, sheet).with_columns(gone), self._contract)
        self._account.count(rows, parsed.rejects, parsed.rejected + table.faults.height)
        self._frames.add("rows", rows, table.order)
        for name, frame in (("rejects", parsed.rejects), ("findings", parsed.findings)):
            if frame.height:
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
        receipt = self._account.receipt(reading, self._frames.place("rows"))
        return replace(receipt, left_out=tuple(column.name for column in self._left_out))


def with_digits(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The rows with each ID number also as a number, by which they are joined."""
    return rows.with_columns(digits(pl.col(name)).alias(digits_of(name)) for name in contract.id_numbers)


def _slot(contract: Contract, delivery: Delivery) -> pl.Expr:
    """The slot that each row fills, as text."""
    column = pl.col(contract.period_column or "")
    if contract.period == "month":
        return column.dt.strftime("%Y-%m")
    if contract.period in ("year", "term"):
        return column.cast(pl.String)
    slot = slot_of_file(delivery, contract.period)
    return pl.lit(slot) if slot else column.dt.strftime("%Y-%m")

"""One file against its contract, before it is delivered: all that a night would find in it alone."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from huimin.contracts.contract import Contract
from huimin.nights.night import Night, check_step, read_delivery, receive_step
from huimin.nights.scratch import TRIAL
from huimin.project import Project
from huimin.store.delivery import Receipt
from huimin.store.encrypted import scan
from huimin.store.root import Root, folder_of


@dataclass(frozen=True)
class ColumnFill:
    """How full a column is."""

    column: str
    title: str
    """The contract's first title."""
    required: bool
    delivered: bool
    """Whether a header names the column: a period may be told by a name instead."""
    rows: int
    """Accepted rows with a value."""
    share: float
    """Of the accepted rows, 0 to 1."""


@dataclass(frozen=True)
class ReasonCount:
    """One reason in one column: a reject's, or a finding in rows that are accepted."""

    column: str
    reason: str
    count: int
    """Rows."""
    first: tuple[tuple[str | None, int], ...]
    """Sheet and row number of the first of them, in the order of the file."""


@dataclass(frozen=True)
class Tried:
    """What one file gave, without any cell of it."""

    receipt: Receipt
    filled: tuple[ColumnFill, ...]
    """By column of the contract; empty when the file is refused."""
    rejects: tuple[ReasonCount, ...]
    """Most frequent first."""
    findings: tuple[ReasonCount, ...]
    quality: pl.DataFrame
    """The expectations that are judged of the file, as published."""
    kept_out: bool
    """Whether it fails a critical expectation, and would not be used."""

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary: the receipt, and beside it what else is known."""
        receipt = self.receipt.as_json()
        return {
            **receipt,
            "nearly_known": [{"header": header, "title": title} for header, title in self.receipt.nearly_known],
            "kept_out": self.kept_out,
            "periods": [{"period": share["slot"], **share} for share in receipt["shares"]],
            "filled": [asdict(filled) for filled in self.filled],
            "rejects": list(places(self.rejects)),
            "reject_reasons": list(counts(self.rejects)),
            "findings": list(places(self.findings)),
            "finding_reasons": list(counts(self.findings)),
            "quality": self.quality.drop("roster", "delivery").to_dicts(),
        }


def places(odds: tuple[ReasonCount, ...]) -> Iterator[dict[str, object]]:
    """The first rows of each reason, one a row."""
    for odd in odds:
        for sheet, row in odd.first:
            yield {"sheet": sheet, "row": row, "column": odd.column, "reason": odd.reason}


def counts(odds: tuple[ReasonCount, ...]) -> Iterator[dict[str, object]]:
    """How often each reason was found."""
    for odd in odds:
        yield {"column": odd.column, "reason": odd.reason, "count": odd.count}


def try_file(
    file: Path, contract: Contract, project: Project, read_on: date, now: datetime, most: int = 10
) -> list[Tried]:
    """What the file would give as a delivery of that roster, a zip archive one result a member. Nothing is stored.

    `most`: how many rows of each reason are told.
    """
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        scratch.prepare()
        inbox = scratch.inbox / contract.roster
        inbox.mkdir()
        copy = inbox / file.name
        shutil.copy2(file, copy)
        changed = min(copy.stat().st_mtime, now.timestamp())  # a clock that is ahead is no fault of the file
        os.utime(copy, (changed, changed))
        night = Night(scratch, project, TRIAL, read_on, 0.0)
        night.work.mkdir()
        receipts = [read_delivery(night, delivery) for delivery in receive_step(night, now).deliveries]
        kept_out = check_step(night).kept_out
        quality = pl.read_parquet(night.work / "quality.parquet")
        return [
            tried(folder_of(scratch, receipt), receipt, contract, quality, receipt.delivery.delivery in kept_out, most)
            for receipt in receipts
        ]


def tried(
    folder: Path, receipt: Receipt, contract: Contract, quality: pl.DataFrame, kept_out: bool, most: int
) -> Tried:
    """What the folder of a delivery that was read tells of it."""
    rows, rejects, findings = (scan(folder / f"{name}.parquet").collect() for name in ("rows", "rejects", "findings"))
    return Tried(
        receipt,
        tuple(filled_of(rows, receipt, contract)) if receipt.rows_accepted else (),
        tuple(odds_of(rejects, most)),
        tuple(odds_of(findings, most)),
        quality.filter(pl.col("delivery") == receipt.delivery.delivery),
        kept_out,
    )


def filled_of(rows: pl.DataFrame, receipt: Receipt, contract: Contract) -> Iterator[ColumnFill]:
    """How full each column of the contract is."""
    for column in contract.columns:
        values = rows.height - rows[column.name].null_count()
        delivered = column.name in receipt.columns
        yield ColumnFill(
            column.name, column.titles[0], column.required, delivered, values, round(values / rows.height, 4)
        )


def odds_of(noted: pl.DataFrame, most: int) -> Iterator[ReasonCount]:
    """The reasons by column, the most frequent first, each with its first rows."""
    first = (pl.len().alias("count"), pl.col("sheet").head(most), pl.col("row").head(most))
    grouped = noted.group_by("column", "reason", maintain_order=True).agg(*first)
    for column, reason, count, sheets, rows in grouped.sort("count", descending=True, maintain_order=True).iter_rows():
        yield ReasonCount(column, reason, count, tuple(zip(sheets, rows, strict=True)))

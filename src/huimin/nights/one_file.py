"""One file against its contract, before it is delivered."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.nights.night import Night, read_delivery, receive_step
from huimin.nights.scratch import TRIAL
from huimin.store.delivery import Receipt
from huimin.store.root import Root


@dataclass(frozen=True)
class Tried:
    """What one file gave."""

    receipt: Receipt
    rejects: pl.DataFrame
    """sheet, row, column, reason: where and why, without the cells."""


def try_file(file: Path, contract: Contract, project: Path, read_on: date, now: datetime) -> list[Tried]:
    """What the file would give as a delivery of that roster, a zip archive one result a member. Nothing is stored."""
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        scratch.prepare()
        inbox = scratch.inbox / contract.roster
        inbox.mkdir()
        shutil.copy2(file, inbox / file.name)
        night = Night(scratch, project, TRIAL, read_on, 0.0)
        night.work.mkdir()
        tried = []
        for delivery in receive_step(night, now).deliveries:
            receipt = read_delivery(night, delivery)
            rejects = scratch.standardised(contract.roster, delivery.delivery) / "rejects.parquet"
            tried.append(Tried(receipt, pl.read_parquet(rejects, glob=False).drop("cells")))
        return tried

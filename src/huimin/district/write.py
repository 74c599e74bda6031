"""Deliveries of a district in an inbox, and beside it what was planted."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.district.build import District
from huimin.district.messy.benefits import deliver_benefits
from huimin.district.messy.office import REJECTS, Office
from huimin.district.messy.registers import deliver_registers
from huimin.district.plain import write_plain
from huimin.district.tables import SCHEMAS


def write_district(district: District, inbox: Path, contracts: Mapping[str, Contract], messy: bool = True) -> None:
    """Deliveries of every roster under the inbox, with modification times before the run date.

    messy: some ninety files as departments deliver them, and `truth_rejects.parquet` beside the inbox, one row a row
    that must be rejected; a roster that the offices do not know is plain. Else one plain CSV file a roster.
    """
    plain = {roster: rows for roster, rows in district.rosters.items() if not messy or roster not in SCHEMAS}
    write_plain(plain, district.days, inbox, contracts)
    if not messy:
        return
    office = Office(district, inbox, dict(contracts))
    deliver_benefits(office)
    deliver_registers(office)
    pl.DataFrame(office.rejects, schema=REJECTS).write_parquet(inbox.parent / "truth_rejects.parquet")


def write_truth(district: District, path: Path) -> None:
    """The truth table as Parquet: one row a planted hit or near miss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    district.truth.write_parquet(path)

"""Deliveries without any mess: one CSV file a roster, canonical forms, first titles."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from huimin.cells.types import MONTH
from huimin.contracts.contract import Contract
from huimin.district.days import Days


def write_plain(
    rosters: Mapping[str, pl.DataFrame], days: Days, inbox: Path, contracts: Mapping[str, Contract]
) -> None:
    """`<inbox>/<roster>/<title>.csv` for each roster with rows; a register's file bears the day it is as at."""
    for roster, frame in rosters.items():
        if frame.height:
            contract = contracts[roster]
            as_at = f"{as_at_day(days):%Y%m%d}" if contract.period == "register" else ""
            path = inbox / roster / f"{contract.title}{as_at}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            titles = {column.name: column.titles[0] for column in contract.columns}
            canonical(frame, contract).rename(titles, strict=False).write_csv(path)
            stamp(path, days, 7)


def canonical(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The frame with months as `2023-08`; everything else writes itself."""
    months = [column.name for column in contract.columns if column.type is MONTH and column.name in frame.columns]
    return frame.with_columns(pl.col(months).dt.strftime("%Y-%m"))


def as_at_day(days: Days) -> date:
    """The day the registers were drawn."""
    return days.run_date - timedelta(days=8)


def stamp(path: Path, days: Days, days_before: int, minute: int = 0) -> None:
    """Gives the file a modification time days before the run, at ten in the morning (Shanghai) and some minutes."""
    day = days.run_date - timedelta(days=days_before)
    moment = datetime.combine(day, time(2, minute % 60), UTC) + timedelta(hours=minute // 60)
    os.utime(path, (moment.timestamp(), moment.timestamp()))

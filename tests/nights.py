"""A whole night in a test: the bare steps, without Prefect."""

import os
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from huimin.nights import run
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.project import Project
from huimin.store.root import Root

CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = Project(CHECKOUT)
RUN_DATE = date(2023, 8, 22)
NUMBERS = count(1)


def night(root: Path, run_date: date = RUN_DATE, only: tuple[str, ...] = (), engine: str = "", **more: Any) -> Night:
    """A night of the root with a run id of its own, later than the ones before."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid() % 4096:03x}{next(NUMBERS):03x}"
    return Night(Root(root), PROJECT, name, run_date, 0.0, only, engine, **more)


def run_night(root: Path, run_date: date = RUN_DATE, only: tuple[str, ...] = ()) -> PublishedRun:
    """The published run over what is in the root's inbox."""
    return run.run_night(night(root, run_date, only), datetime.now(UTC))


def table(published: PublishedRun, name: str) -> pl.DataFrame:
    """One published table; `clues` with its rule."""
    if name == "clues":
        return pl.read_parquet(published.folder / "clues" / "**" / "*.parquet", hive_partitioning=True)
    return pl.read_parquet(published.folder / f"{name}.parquet")

"""Every golden delivery read once, each as the night would read it."""

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from golden import READ_ON, Read, fixtures

from huimin.night import Night, open_night, read_delivery, receive_step
from huimin.root import Root

PROJECT = Path(__file__).resolve().parents[2]
RECEIVED_AT = datetime(2023, 8, 15, 2, 0, tzinfo=UTC)


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write tests/rosters/*/expected.txt anew, for review")


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)


@pytest.fixture(scope="session")
def night(tmp_path_factory) -> Night:
    night = Night(Root(tmp_path_factory.mktemp("golden")), PROJECT, "20230822T020000-000000", date(2023, 8, 22), 0.0)
    assert night.run_date == READ_ON
    open_night(night)
    return night


@pytest.fixture(scope="session")
def readings(night) -> dict[str, list[Read]]:
    """By roster: what its golden file gave, a zip archive one result a member, in the order of their paths."""
    for roster, file in fixtures().items():
        place = night.root.inbox / roster / file.name
        place.parent.mkdir()
        shutil.copyfile(file, place)
        os.utime(place, (RECEIVED_AT.timestamp(),) * 2)
    found: dict[str, list[Read]] = {}
    for delivery in receive_step(night, datetime.now(UTC)).deliveries:
        receipt = read_delivery(night, delivery)
        folder = night.root.standardised(delivery.roster, delivery.delivery)
        frames = {name: read_frame(folder / f"{name}.parquet") for name in ("rows", "rejects", "findings")}
        found.setdefault(delivery.roster or "", []).append(Read(receipt, **frames))
    return found


def read_frame(place: Path) -> pl.DataFrame:
    return pl.read_parquet(place)

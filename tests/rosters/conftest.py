"""Every golden delivery read once, each as the night would read it."""

import os
import shutil
from datetime import UTC, datetime

import polars as pl
import pytest

from golden import READ_ON, Read, fixtures
from huimin.night import open_night, read_delivery, receive_step
from nights import night as a_night

RECEIVED_AT = datetime(2023, 8, 15, 2, 0, tzinfo=UTC)


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write tests/rosters/*/expected.txt anew, for review")


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)


@pytest.fixture(scope="session")
def readings(tmp_path_factory) -> dict[str, list[Read]]:
    """By roster: what its golden file gave, a zip archive one result a member, in the order of their paths."""
    night = a_night(tmp_path_factory.mktemp("golden"), READ_ON)
    open_night(night)
    for roster, file in fixtures().items():
        place = night.root.inbox / roster / file.name
        place.parent.mkdir()
        shutil.copyfile(file, place)
        os.utime(place, (RECEIVED_AT.timestamp(),) * 2)
    found: dict[str, list[Read]] = {}
    for delivery in receive_step(night, datetime.now(UTC)).deliveries:
        receipt = read_delivery(night, delivery)
        folder = night.root.standardised(delivery.roster, delivery.delivery)
        frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("rows", "rejects", "findings")}
        found.setdefault(delivery.roster or "", []).append(Read(receipt, **frames))
    return found

"""Faults are injected briefly with every test run, at length with ``make faults`` (``pytest tests/faults --long``)."""

from pathlib import Path

import pytest

from faults.roots import prepare


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long", default=False))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> tuple[Path, Path]:
    """A root with a night behind it, and the same after the next night, undisturbed."""
    return prepare(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def before(prepared) -> Path:
    return prepared[0]


@pytest.fixture
def undisturbed(prepared) -> Path:
    return prepared[1]

"""A root whose first night is over, for the tests of what is written out of its ledger."""

from pathlib import Path

import pytest

from deliveries import FILES, deliver
from nights import run_night


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    deliver(folder, FILES)
    run_night(folder)
    return folder

"""A root whose records are held, for the tests of what is written into them and read out of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.ledger.records import held
from huimin.store.root import Root


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Root]:
    root = Root(tmp_path / "root")
    root.prepare()
    root.secret()
    with held(root):
        yield root

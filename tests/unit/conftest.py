"""What the tests of several parts begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.ledger.records import held
from huimin.store.root import Root


@pytest.fixture
def held_root(tmp_path: Path) -> Iterator[Root]:
    """A root whose records are held."""
    root = Root(tmp_path / "root")
    root.prepare()
    root.secret()
    with held(root):
        yield root

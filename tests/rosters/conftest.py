"""Every golden delivery read once, each as the night would read it."""

import pytest

from golden import Read, fixtures, read_all


@pytest.fixture(scope="session")
def readings(tmp_path_factory) -> dict[str, list[Read]]:
    """By roster: what its golden file gave, a zip archive one result a member, in the order of their paths."""
    found: dict[str, list[Read]] = {}
    for read in read_all(tmp_path_factory.mktemp("golden"), fixtures().items()):
        found.setdefault(read.receipt.delivery.roster or "", []).append(read)
    return found

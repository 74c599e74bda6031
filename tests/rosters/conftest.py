"""Every golden delivery read once, each as the night would read it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from golden import Read, fixtures, read_all


class Readings(Mapping[str, list[Read]]):
    """By roster: what its golden file gave, a zip archive one result a member, in the order of their paths.

    A file is read when it is first asked for: somebody who adds a roster waits for theirs alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, list[Read]] = {}

    def __getitem__(self, roster: str) -> list[Read]:
        if roster not in self._found:
            self._found[roster] = read_all(self._folder / roster, [(roster, fixtures()[roster])])
        return self._found[roster]

    def __iter__(self) -> Iterator[str]:
        return iter(fixtures())

    def __len__(self) -> int:
        return len(fixtures())


@pytest.fixture(scope="session")
def readings(tmp_path_factory) -> Readings:
    return Readings(tmp_path_factory.mktemp("golden"))

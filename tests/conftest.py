"""What all tests share."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from huimin.contracts.contract import Contract
from huimin.matching.rule import Rule
from huimin.nights import night
from nights import PROJECT


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write the expected files of golden tests anew, for review")


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)


@pytest.fixture(scope="session", autouse=True)
def rules_are_read_once() -> Iterator[None]:
    """Hundreds of bare nights go by the project's own rules: their SQL is checked once a process, not every night."""
    read, known = night.load_rules, {}

    def load_rules(folder: Path, contracts: Mapping[str, Contract]) -> Mapping[str, Rule]:
        if folder != PROJECT / "rules":
            return read(folder, contracts)
        seen = tuple((name, contract.digest) for name, contract in contracts.items())
        if seen not in known:
            known[seen] = read(folder, contracts)
        return known[seen]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(night, "load_rules", load_rules)
        yield

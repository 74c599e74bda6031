"""What all tests share."""

import pytest


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write the expected files of golden tests anew, for review")
    parser.addoption("--long", action="store_true", help="also what takes minutes: faults, serving, the wheelhouse")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `long` waits for the long form."""
    if not config.getoption("--long", default=False):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="only with --long: make faults, serve-check, properties"))


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)


def pytest_make_parametrize_id(config, val, argname) -> str | None:
    """The parameter's name for a value of bytes: a file's bytes may hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None

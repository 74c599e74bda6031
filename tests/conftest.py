"""What all tests share."""

import pytest


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write the expected files of golden tests anew, for review")


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)


def pytest_make_parametrize_id(config, val, argname) -> str | None:
    """The parameter's name for a value of bytes: a file's bytes may hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None

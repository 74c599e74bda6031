"""What all tests share."""

import pytest


def pytest_addoption(parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write the expected files of golden tests anew, for review")


@pytest.fixture(scope="session")
def refresh(request) -> bool:
    return request.config.getoption("--refresh", default=False)

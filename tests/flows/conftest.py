"""A served root, as `huimin serve` brings it up, for the session."""

from collections.abc import Iterator

import pytest

from serving import Serving, serving


@pytest.fixture(scope="session")
def served() -> Iterator[Serving]:
    """Database, server with login, deployments and worker, on loopback."""
    with serving() as one:
        yield one

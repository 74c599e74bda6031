"""A Spark Connect server of one process, without Java: LakeSail beside the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sailing() -> Iterator[str]:
    """The address of a server, which is gone afterwards."""
    os.environ.update(RUST_LOG="off", SAIL_EXECUTION__DEFAULT_PARALLELISM="1")  # its plans cost more than its rows
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer()
    server.start(background=True)
    try:
        yield f"sc://localhost:{server.listening_address[1]}"
    finally:
        server.stop()

"""What a full, closed or failing disk does to a run: one error that names the place, and nothing half-written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from huimin.errors import HuiminError
from huimin.store.root import is_full, unwritable

FAULTS = (OSError, duckdb.Error, pl.exceptions.PolarsError, pa.ArrowException)
"""Where a fault of the disk can come from; `of_disk` tells it from others of these kinds."""


def of_disk(fault: BaseException) -> bool:
    """Whether the fault says that the disk took or gave no more.

    DuckDB tells a full disk as a failed commit or, when it spills, as too little memory; Polars in words alone.
    """
    if isinstance(fault, OSError | duckdb.IOException | pa.ArrowException):
        return True
    return is_full(fault) or "os error " in str(fault)


@contextmanager
def written_whole(place: Path) -> Iterator[None]:
    """The block; a fault of the disk in it is a PublishError that names the place, and any other passes."""
    try:
        yield
    except (HuiminError, MemoryError):  # pyarrow's want of memory is one of its faults too
        raise
    except FAULTS as fault:
        if of_disk(fault):
            raise unwritable(place, fault) from None
        raise

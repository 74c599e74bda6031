"""Deliveries read by the workers of a cluster: what one of them does, and what comes back of it.

A worker has Huimin and Python as the edge has them, and sees the data root at the same path.
"""

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa

from huimin import errors
from huimin.deliveries.children import fault_of
from huimin.deliveries.reading import Order, stand
from huimin.errors import HuiminError
from huimin.store.delivery import READER, Receipt

COLUMNS: dict[str, pa.DataType] = {
    "number": pa.int64(),
    "receipt": pa.string(),
    "seconds": pa.float64(),
    "fault": pa.string(),
}
ANSWERS = "number long, receipt string, seconds double, fault string"
"""The same in Spark's words."""

OWN_RELEASE = "release string"

Wanted = tuple[Order, Path]
"""What is to be read, and the folder that is to stand then; absolute."""


def release() -> str:
    """What edge and worker must have alike for the same file to give the same folder."""
    return f"huimin {version('huimin')} ({READER}), python {'.'.join(platform.python_version_tuple()[:2])}"


def read_each(edge: str, wanted: Sequence[Wanted], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """An answer for each number of one that is wanted, whose folder stands by then.

    `edge`: its `release`; `batches` have the one column of numbers. Raises ImportError on a worker of another release.
    """
    if release() != edge:
        raise ImportError("another release than the edge's")
    for batch in batches:
        numbers: list[int] = batch.column(0).to_numpy().tolist()
        yield pa.RecordBatch.from_pylist(
            [answer(number, *wanted[number]) for number in numbers], schema=pa.schema(COLUMNS)
        )


def tell_release(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The worker's own release, for each batch."""
    for _batch in batches:
        yield pa.RecordBatch.from_pydict({"release": [release()]})


def answer(number: int, order: Order, folder: Path) -> dict[str, object]:
    """The receipt as JSON, and the seconds that it took; or, as words, the error that ended it."""
    began = perf_counter()
    try:
        receipt = stand(order, folder)
    except HuiminError as fault:
        return {"number": number, "fault": json.dumps(fault_of(fault))}
    return {"number": number, "receipt": json.dumps(receipt.as_json()), "seconds": perf_counter() - began}


def receipt_of(answer: Mapping[str, Any]) -> Receipt:
    """The receipt that came back. Raises HuiminError: the one that ended the reading."""
    if answer["fault"]:
        kind, *told = json.loads(answer["fault"])
        raise getattr(errors, kind)(*told)
    return Receipt.from_json(json.loads(answer["receipt"]))

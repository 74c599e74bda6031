"""Deliveries of a night read by the engine's workers, one a task, their folders as the edge would leave them."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from huimin.deliveries.on_worker import ANSWERS, Wanted, read_each, receipt_of, release
from huimin.deliveries.reading import stand
from huimin.deliveries.standard import read_receipt
from huimin.errors import PublishError, UsageError
from huimin.language import _
from huimin.matching.engine import EngineFault
from huimin.matching.open_engine import address_of
from huimin.matching.spark_connection import SparkConnection
from huimin.nights.night import Night, folder_of, note_seconds, standardising, wanted_of
from huimin.store.delivery import Delivery, Receipt

TOGETHER = 1_000
"""Deliveries of one statement, a task each."""
SEE = _("see the cluster's own log; `huimin doctor --engine` shows whether workers can read deliveries")


def read_on_cluster(night: Night, deliveries: Sequence[Delivery]) -> list[Receipt]:
    """Their receipts; each delivery's folder stands when this returns, of those that nobody reads too.

    Raises UsageError for a cluster that may run a task twice at a time; PublishError when it does not read all, or
    what a worker left is not seen here.
    """
    found: dict[Delivery, Receipt] = {}
    wanted: dict[Delivery, Wanted] = {}
    for delivery in sorted(deliveries, key=lambda delivery: -delivery.size):
        order, folder = wanted_of(night, delivery), folder_of(night, delivery).absolute()
        if isinstance(order, Receipt):
            found[delivery] = stand(order, folder)
        else:
            wanted[delivery] = (order, folder)
    if wanted:
        found |= read_by_workers(night, wanted)
    return [found[delivery] for delivery in deliveries]


def read_by_workers(night: Night, wanted: Mapping[Delivery, Wanted]) -> dict[Delivery, Receipt]:
    """The receipts of what is wanted, in its order. Raises as `read_on_cluster`."""
    found, waiting, settings = {}, list(wanted.items()), night.settings.engine
    try:
        with closing(SparkConnection(address_of(night.engine, settings), settings.seconds)) as connection:
            if connection.asked(lambda session: session.conf.get("spark.speculation", "false")) == "true":
                raise UsageError("--read-on", _("the cluster may run a task twice"), "`spark.speculation=false`")
            for first in range(0, len(waiting), TOGETHER):
                some = waiting[first : first + TOGETHER]
                told = answers(connection, [one for _delivery, one in some])
                for (delivery, (_order, folder)), answer in zip(some, told, strict=True):
                    found[delivery] = seen(folder, receipt_of(answer))
                    note_seconds(night, standardising(delivery), answer["seconds"])
    except EngineFault as fault:
        raise PublishError("--read-on cluster", fault.problem, SEE) from None
    return found


def answers(connection: SparkConnection, wanted: Sequence[Wanted]) -> list[Mapping[str, Any]]:
    """What workers answer, in this order. Raises EngineFault."""
    read, count = partial(read_each, release(), wanted), len(wanted)
    told = connection.asked(lambda session: session.range(0, count, 1, count).mapInArrow(read, ANSWERS).toArrow())
    return sorted(told.to_pylist(), key=lambda answer: answer["number"])


def seen(folder: Path, receipt: Receipt) -> Receipt:
    """The receipt, which stands in its folder here too. Raises PublishError where it does not."""
    if read_receipt(folder) != receipt:
        raise PublishError(str(folder), _("a worker read this delivery, and its folder is not here"), SEE)
    return receipt

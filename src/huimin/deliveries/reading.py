"""One archived file to rows, rejects, findings and a receipt: what a child does, and what its limits are."""

import errno
import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.deliveries.account import refused
from huimin.deliveries.children import Allowance, LostError, in_child
from huimin.deliveries.limits import digest_of_limits
from huimin.deliveries.standard import laid, leave, receipt_in
from huimin.deliveries.standardise import standardise
from huimin.errors import DeliveryError, PublishError
from huimin.sheets import Limits, read
from huimin.sheets.shapes import SPLIT, enough_seconds
from huimin.store.delivery import Delivery, Receipt
from huimin.store.disk import written_whole

UNFORESEEN = "unforeseen"
"""Written in a receipt in place of the contract's digest after a fault of ours or a lost child: as no contract has this
digest, the next night reads the file again instead of trusting the receipt."""
NO_THREAD = os.strerror(errno.EAGAIN)
"""What is said where memory does not suffice for one more thread."""
USUAL_BYTES = 1024**3
"""A file of this size or less is read within the limit of seconds; one twice as large within twice as many."""


@dataclass(frozen=True)
class Order:
    """What a child is to read."""

    place: Path
    """The archived bytes; absolute."""
    delivery: Delivery
    contract: Contract
    read_on: date
    limits: Limits
    left_out: frozenset[str] = frozenset()
    """Columns of the contract that are not kept."""


def stand(wanted: Order | Receipt, folder: Path) -> Receipt:
    """The receipt of a delivery, whose folder stands sealed under its final name when this returns.

    `wanted`: what is to be read, or the receipt of what nobody reads. Raises as `read_apart`.
    """
    with laid(folder) as partial:
        return leave(wanted, partial) if isinstance(wanted, Receipt) else read_apart(wanted, partial)


def read_apart(order: Order, folder: Path) -> Receipt:
    """The receipt of a file that a child reads, whose rows, rejects and findings are in the folder when this returns.

    A file that the child cannot read within its limits is refused.

    Raises:
        PublishError: the disk took or gave no more.
    """
    allowed = allowance(order.place.stat().st_size, order.limits)
    try:
        in_child(read_into, folder.absolute(), order, allowance=allowed)
    except LostError as lost:
        for begun in folder.iterdir():
            begun.unlink()
        return leave(refused_as_lost(order, lost, allowed), folder)
    return receipt_in(folder)


def allowance(size: int, limits: Limits) -> Allowance:
    """What reading a file of so many bytes may use."""
    most = limits.seconds * max(1, -(-size // USUAL_BYTES))
    return Allowance(limits.memory_bytes, min(most, enough_seconds(size)), most)


def refused_as_lost(order: Order, lost: LostError, allowed: Allowance) -> Receipt:
    """The refusal of a file whose child was lost; one that just ended is read again the next night."""
    digest = UNFORESEEN if lost.reason == "ended" else order.contract.digest
    fault = refusal_of(lost, allowed, order.delivery.file)
    return judged_by(order.limits, refused(order.delivery, order.read_on, digest, fault))


def refusal_of(lost: LostError, allowed: Allowance, file: str) -> DeliveryError:
    """Why the file that a lost child was to read is refused, for the department."""
    problems = {
        "memory": "文件太大，读取时内存不够",
        "seconds": f"读取超过 {allowed.cpu} 秒",
        "ended": "读取时中断（文件太大或损坏）",
    }
    return DeliveryError(file, problems[lost.reason], SPLIT)


def read_into(folder: Path, order: Order) -> None:
    """Leaves rows, rejects, findings and receipt of the file in the folder.

    A file that brings out a fault of Huimin's own is refused, and read again the next night.

    Raises:
        PublishError: the disk took or gave no more.
    """
    with written_whole(folder):
        leave(judged_by(order.limits, receipt_of(order, folder)), folder)


def receipt_of(order: Order, folder: Path) -> Receipt:
    """The receipt of the file, whose frames are in the folder, or its refusal.

    Raises:
        MemoryError, OSError, PublishError: this machine gave no more.
    """
    delivery, contract = order.delivery, order.contract
    try:
        reading = read(order.place, delivery.file, contract, order.limits)
        return standardise(reading, contract, delivery, order.read_on, folder, order.left_out)
    except DeliveryError as fault:
        return refused(delivery, order.read_on, contract.digest, fault)
    except (PublishError, OSError, MemoryError):
        raise
    except (Exception, pl.exceptions.PanicException) as fault:
        if NO_THREAD in str(fault):
            raise MemoryError from fault
        problem = f"读取时程序出错（{type(fault).__name__}），请联系维护人员"
        return refused(delivery, order.read_on, UNFORESEEN, DeliveryError(delivery.file, problem, "报告这一缺陷"))


def judged_by(limits: Limits, receipt: Receipt) -> Receipt:
    """A refusal with the limits that it goes by: under others the file is read again."""
    if receipt.outcome != "refused":
        return receipt
    return replace(receipt, extra={"limits": digest_of_limits(limits)})

"""Which refused deliveries are still to be corrected: nothing usable has come in their place since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from huimin.contracts.contract import Contract
from huimin.deliveries.told import slot_named
from huimin.store.delivery import Delivery, Receipt

SharedPlace = tuple[str | None, ...]
"""What a delivery has in common with one that takes its place."""


def uncorrected(refused: Iterable[Receipt], usable: Iterable[Receipt], contracts: Mapping[str, Contract]) -> set[str]:
    """Those of the refused deliveries in whose place no usable one came later.

    A place is a roster, a unit, and the file's name or the period that it tells; of a register, roster and unit alone.
    The place of a file in no roster's folder is its bytes, wherever they are taken.
    """
    came: dict[SharedPlace, tuple[str, datetime]] = {}
    for receipt in usable:
        arrival = receipt.delivery.arrival
        for place in filled(receipt, contracts):
            came[place] = max(arrival, came.get(place, arrival))
    return {
        receipt.delivery.delivery
        for receipt in refused
        if not any(
            place in came and came[place] > receipt.delivery.arrival for place in sought(receipt.delivery, contracts)
        )
    }


def filled(receipt: Receipt, contracts: Mapping[str, Contract]) -> Iterator[SharedPlace]:
    """The places of a delivery that was read."""
    delivery = receipt.delivery
    yield (delivery.sha256,)
    if contract := contracts.get(delivery.roster or ""):
        yield from places(delivery, contract, receipt.slots)


def sought(delivery: Delivery, contracts: Mapping[str, Contract]) -> Iterator[SharedPlace]:
    """The places that a refused delivery would have filled. Nobody read it: only its name may tell its period."""
    if contract := contracts.get(delivery.roster or ""):
        yield from places(delivery, contract, filter(None, [slot_named(delivery, contract.period)]))
    else:
        yield (delivery.sha256,)


def places(delivery: Delivery, contract: Contract, slots: Iterable[str]) -> Iterator[SharedPlace]:
    """One place for the name of the file, and one for each period; all periods of a register are one."""
    yield contract.roster, delivery.unit, "file", delivery.file
    for slot in slots:
        yield contract.roster, delivery.unit, "period", "" if contract.period == "register" else slot

"""Which deliveries are in force: a pure function of every receipt, whatever the order of arrival."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Literal

from huimin.contracts.contract import Contract
from huimin.contracts.periods import bounds
from huimin.deliveries.uncorrected import uncorrected
from huimin.store.delivery import IN_FORCE, Receipt
from huimin.store.root import Root
from huimin.store.rulings import Ruling


@dataclass(frozen=True)
class InForce:
    """A delivery of which some rows are in force."""

    delivery: str
    unit: str | None
    rows: Path
    """Its rows.parquet."""
    slots: tuple[str, ...]
    """The slots in force."""
    whole: bool
    """Whether these are all the slots it has, so that every row counts."""
    ordinal: int
    """Distinct for every delivery of the run; fixes `ref`."""


DeliveryStatus = Literal["accepted", "accepted_with_rejects", "refused", "superseded", "unchanged", "withdrawn"]

Later = tuple[str, str, datetime, str]
Met = tuple[tuple[str, str], ...]
"""(slot, delivery)."""


@dataclass(frozen=True)
class Standing:
    """A receipt and what it counts for tonight."""

    receipt: Receipt
    status: DeliveryStatus
    slots: tuple[str, ...] = ()
    """Its slots in force; empty unless accepted."""
    stale: bool = False
    """In force only because a later delivery failed a critical expectation."""
    kept_out: bool = False
    """Failed a critical expectation."""
    uncorrected: bool = False
    """Refused or kept out, and nothing usable has come in its place since."""
    replaces: tuple[tuple[str, str], ...] = ()
    """(slot, delivery): each of its slots that another filled when it came, and which."""
    beside: tuple[tuple[str, str], ...] = ()
    """(slot, delivery): which deliveries of other units filled its slots when it came; none for registers."""
    ruling: Ruling | None = None
    """What a person decided of it."""


def later(receipt: Receipt, contract: Contract) -> Later:
    """The key that orders deliveries of one slot.

    As-at date (registers), then the run that first saw the bytes, then the time of the file, then the path.
    """
    as_at = receipt.slots[0] if contract.period == "register" and receipt.slots else ""
    return as_at, *receipt.delivery.arrival, receipt.delivery.path


def resolve(
    receipts: Iterable[Receipt],
    contracts: Mapping[str, Contract],
    kept_out: Collection[str] = (),
    rulings: Mapping[str, Ruling] = MappingProxyType({}),
) -> tuple[Standing, ...]:
    """The standing of every delivery, in the order of their paths.

    `kept_out` are the deliveries that failed a critical expectation; they are refused, and what they would have
    superseded stays in force as stale. `rulings`: the one that holds of each delivery; one that was withdrawn counts
    as if it had never come, and its bytes in the same unit stay out under any name until they are admitted.
    A file that was refused unread and read afterwards is listed as read alone.
    """
    withdrawn = {delivery for delivery, ruling in rulings.items() if ruling.act == "withdraw"}
    standings: list[Standing] = []
    by_roster: defaultdict[str, list[Receipt]] = defaultdict(list)
    for receipt in without_read_since(list(receipts)):
        roster = receipt.delivery.roster
        if receipt.outcome == "refused" or roster is None or roster not in contracts:
            status: DeliveryStatus = "withdrawn" if receipt.delivery.delivery in withdrawn else "refused"
            standings.append(Standing(receipt, status))
        else:
            by_roster[roster].append(receipt)
    for roster, members in by_roster.items():
        members.sort(key=lambda receipt: later(receipt, contracts[roster]))
        distinct: list[Receipt] = []
        seen = {content_of(receipt) for receipt in members if receipt.delivery.delivery in withdrawn}
        for receipt in members:
            key = receipt.delivery.delivery
            if key in withdrawn:
                standings.append(Standing(receipt, "withdrawn"))
            elif content_of(receipt) in seen and key not in rulings:
                standings.append(Standing(receipt, "unchanged"))
            else:
                seen.add(content_of(receipt))
                distinct.append(receipt)
        standings += stand(distinct, contracts[roster].period == "register", kept_out)
    owed = uncorrected(*refused_and_usable(standings), contracts)
    told = (
        replace(one, uncorrected=one.uncorrected or key in owed, ruling=rulings.get(key))
        for one in standings
        for key in [one.receipt.delivery.delivery]
    )
    return tuple(sorted(told, key=lambda s: (s.receipt.delivery.path, s.receipt.delivery.delivery)))


def refused_and_usable(standings: Sequence[Standing]) -> tuple[list[Receipt], list[Receipt]]:
    """What could not be read, and what counts or counted, here also as bytes sent again."""
    refused = [one.receipt for one in standings if one.status == "refused" and not one.kept_out]
    counted = [one.receipt for one in standings if one.status in (*IN_FORCE, "superseded")]
    contents = {content_of(receipt) for receipt in counted}
    again = [one.receipt for one in standings if one.status == "unchanged" and content_of(one.receipt) in contents]
    return refused, counted + again


def content_of(receipt: Receipt) -> tuple[str | None, str | None, str, tuple[str, ...]]:
    """What makes a second delivery change nothing: the same bytes of the same roster and unit for the same slots."""
    return receipt.delivery.roster, receipt.delivery.unit, receipt.delivery.sha256, receipt.slots


def without_read_since(receipts: Sequence[Receipt]) -> list[Receipt]:
    """The receipts but those of files refused unread (too large, no permission, a broken archive) that were read since.

    Since: the file at that path, or what is in it, was read as it was then or later.
    """
    read_at: dict[str, tuple[str, datetime]] = {}
    for receipt in receipts:
        if receipt.delivery.problem is None:
            place, at = PurePosixPath(receipt.delivery.path), receipt.delivery.arrival
            for path in map(str, (place, *place.parents)):
                read_at[path] = max(at, read_at.get(path, at))
    return [
        receipt
        for receipt in receipts
        if receipt.delivery.problem is None
        or receipt.delivery.path not in read_at
        or read_at[receipt.delivery.path] < receipt.delivery.arrival
    ]


def stand(ordered: list[Receipt], is_register: bool, kept_out: Collection[str]) -> Iterator[Standing]:
    """Who fills which slot among the distinct deliveries of one roster, from the earliest to the latest."""
    held: defaultdict[str, dict[str | None, str]] = defaultdict(dict)
    contested: dict[tuple[str, str | None], str] = {}
    came: list[Standing] = []
    for receipt in ordered:
        key, unit = receipt.delivery.delivery, receipt.delivery.unit
        places = {slot: "" if is_register else slot for slot in receipt.slots}
        replaces = tuple((slot, held[place][unit]) for slot, place in places.items() if unit in held[place])
        beside = tuple((slot, one) for slot in places for name, one in held[slot].items() if name != unit)
        out = key in kept_out
        came.append(Standing(receipt, receipt.outcome, kept_out=out, replaces=replaces, beside=beside))
        for place in places.values():
            if out:
                contested[place, unit] = key
            else:
                held[place][unit] = key
                contested.pop((place, unit), None)
    unreplaced = set(contested.values())
    stale = {held[place][unit] for place, unit in contested if unit in held[place]}
    for one in came:
        key, unit = one.receipt.delivery.delivery, one.receipt.delivery.unit
        if one.kept_out:
            yield replace(one, status="refused", uncorrected=key in unreplaced)
            continue
        slots = tuple(slot for slot in one.receipt.slots if held["" if is_register else slot][unit] == key)
        yield replace(one, status=one.status if slots else "superseded", slots=slots, stale=key in stale)


def in_force(standings: Iterable[Standing], contracts: Mapping[str, Contract]) -> tuple[Standing, ...]:
    """The deliveries that rules read, by roster catalogue order, unit and path."""
    held = [standing for standing in standings if standing.slots]
    return tuple(
        sorted(held, key=lambda s: (contracts[s.receipt.delivery.roster or ""].position, s.receipt.delivery.path))
    )


def rows_in_force(
    root: Root, standings: Iterable[Standing], contracts: Mapping[str, Contract]
) -> dict[str, list[InForce]]:
    """What is to be mounted of each roster: the files of the deliveries in force, and which of their slots."""
    held: defaultdict[str, list[InForce]] = defaultdict(list)
    for ordinal, standing in enumerate(in_force(standings, contracts)):
        receipt, delivery = standing.receipt, standing.receipt.delivery
        rows = root.standardised(delivery.roster, delivery.delivery) / "rows.parquet"
        whole = standing.slots == receipt.slots
        placed = InForce(delivery.delivery, delivery.unit, rows, standing.slots, whole, ordinal)
        held[delivery.roster or ""].append(placed)
    return dict(held)


def age_days(standing: Standing, run_date: date) -> int | None:
    """Days from the end of the latest slot (registers: the as-at day) to the run date; None without a slot."""
    ends = [bounds(slot)[1] for slot in standing.receipt.slots]
    return (run_date - max(ends)).days if ends else None

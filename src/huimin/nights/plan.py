"""What a night would do: nothing is kept of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from huimin.deliveries.receive import readable, returned_files
from huimin.deliveries.slots import Standing
from huimin.errors import DeliveryError
from huimin.ledger.records import records_of
from huimin.matching.match import missing
from huimin.nights.night import Night, check_step, open_night, read_delivery, receive_step, standings_of
from huimin.nights.scratch import TRIAL, scratch_root
from huimin.project import Project
from huimin.store.archive import LookOnly, hash_delivered
from huimin.store.root import Root


@dataclass(frozen=True)
class Plan:
    """What a run would do."""

    new: tuple[Standing, ...]
    """Deliveries not read before, as they would stand."""
    superseded: tuple[tuple[str, str | None, str], ...]
    """Roster, unit and slot that would change hands."""
    skipped: tuple[tuple[str, str], ...]
    """Rule and why it would not run."""
    waiting: tuple[str, ...]
    """Files still being written."""
    returned: tuple[str, ...]
    """Returned ledgers that would be taken in."""


def plan_night(root: Root, project: Project, run_date: date, settle: float, now: datetime) -> Plan:
    """What a run would do now. Reads the new files in a scratch folder; the root stays as it is."""
    with scratch_root(root) as scratch:
        night = Night(scratch, project, TRIAL, run_date, settle)
        open_night(night)
        archive = LookOnly(root.archive)
        before = {s.receipt.delivery.delivery: s for s in standings_of(night, check_step(night))}
        received = receive_step(night, now, archive)
        for delivery in received.deliveries:
            read_delivery(night, delivery, archive)
        after = standings_of(night, check_step(night))
    held = {
        (s.receipt.delivery.roster or "", s.receipt.delivery.unit, slot)
        for s in after
        if s.receipt.delivery.delivery in before
        for slot in set(before[s.receipt.delivery.delivery].slots) - set(s.slots)
    }
    delivered = {s.receipt.delivery.roster or "" for s in after if s.slots}
    lacking = {name: missing(rule, delivered) for name, rule in night.rules.items()}
    skipped = {
        name: "disabled" if not rule.enabled else f"missing {', '.join(lacking[name])}"
        for name, rule in night.rules.items()
        if lacking[name] or not rule.enabled
    }
    new = tuple(s for s in after if s.receipt.delivery.delivery not in before)
    returned, writing = new_returns(root, settle, now)
    return Plan(new, tuple(sorted(held, key=str)), tuple(skipped.items()), (*received.waiting, *writing), returned)


def new_returns(root: Root, settle: float, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files in ``inbox/verification`` that were not taken before, and those still being written."""
    files, writing = returned_files(root.inbox, settle, now)
    taken = {record.sha256 for record in records_of(root)}
    return tuple(readable(file.name) for file in files if digest_of(file) not in taken), tuple(writing)


def digest_of(file: Path) -> str | None:
    """SHA-256 of a file in the inbox; None when it cannot be read."""
    with suppress(DeliveryError):
        return hash_delivered(file)
    return None

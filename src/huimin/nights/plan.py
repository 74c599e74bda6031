"""What a night would do: nothing is kept of it."""

from dataclasses import dataclass
from datetime import date, datetime

from huimin.deliveries.looks import Looks
from huimin.deliveries.receive import VERIFICATION
from huimin.deliveries.slots import Standing
from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.records import records_of
from huimin.matching.match import missing
from huimin.nights.night import Night, check_step, open_night, read_delivery, receive_step, standings_of
from huimin.nights.scratch import scratch_root
from huimin.project import Project
from huimin.returns.intake import name_of
from huimin.store.archive import Archive, Overlay, hash_lying
from huimin.store.inbox import walk
from huimin.store.root import Root
from huimin.store.settings import load_settings


@dataclass(frozen=True)
class NightPlan:
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


def plan_night(root: Root, project: Project, run_date: date, settle: float, now: datetime) -> NightPlan:
    """What a run would do now. Reads the new files in a scratch folder; the root stays as it is."""
    if not root.inbox.is_dir():
        fix = _("make it and let the departments write into it (docs/operators.md), or `huimin run`, which makes it")
        raise UsageError(str(root.inbox), _("this root has no inbox yet"), fix)
    with scratch_root(root) as scratch:
        strict = load_settings(root).strict_columns
        night = Night(scratch, project, root.next_run(now, "000000"), run_date, settle, strict=strict)
        open_night(night)
        archive = Overlay(scratch.archive, beneath=Archive(root.archive))
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
    return NightPlan(new, tuple(sorted(held, key=str)), tuple(skipped.items()), (*received.waiting, *writing), returned)


def new_returns(root: Root, settle: float, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files in ``inbox/verification`` that were not taken before, and those still being written."""
    looks = Looks.since(root.looks(VERIFICATION), settle, now)
    taken = {record.sha256 for record in records_of(root)}
    new, writing = [], []
    for lying in walk(root.inbox, VERIFICATION):
        if looks.waits(lying):
            writing.append(name_of(lying))
        elif hash_lying(lying) not in taken:
            new.append(name_of(lying))
    return tuple(new), tuple(writing)

"""The order of a night, written once: a flow, a replay, a benchmark and tests call it, and add what is theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huimin.deliveries.receive import Received
from huimin.nights.conclude import Concluded, conclude_step
from huimin.nights.night import (
    Checked,
    Night,
    check_step,
    match_step,
    open_night,
    read_delivery,
    receive_step,
    verification_step,
)
from huimin.nights.publish import publish_step
from huimin.nights.published_run import PublishedRun
from huimin.returns.intake import Imported
from huimin.store.delivery import Delivery

Returned = tuple[tuple[Imported, ...], tuple[str, ...]]
"""What became of each returned workbook, and the names of those that wait for the next run."""


def standardise_step(night: Night, deliveries: Sequence[Delivery]) -> None:
    """Each delivery's rows, rejects and receipt stand in its folder when this returns."""
    for delivery in deliveries:
        read_delivery(night, delivery)


def nothing(step: str) -> None:
    """Whoever does not listen to the steps."""


@dataclass(frozen=True)
class Steps:
    """What a night does at each step: plain calls, unless somebody puts another in its place."""

    receive: Callable[[Night, datetime], Received] = receive_step
    returns: Callable[[Night, datetime], Returned] = verification_step
    standardise: Callable[[Night, Sequence[Delivery]], None] = standardise_step
    check: Callable[[Night], Checked] = check_step
    match: Callable[[Night, Checked], dict[str, int]] = match_step
    conclude: Callable[[Night, Checked], Concluded] = conclude_step
    publish: Callable[[Night, Checked, Concluded], PublishedRun] = publish_step
    begins: Callable[[str], None] = nothing
    """Called with the name of each step that begins."""


BARE = Steps()


def run_night(night: Night, now: datetime, steps: Steps = BARE) -> PublishedRun:
    """The published run of what the root's inbox holds. Raises the core's errors."""
    received, returning = read_inbox(night, now, steps)
    steps.begins("check")
    checked = steps.check(night)
    steps.begins("match")
    steps.match(night, checked)
    steps.begins("conclude")
    concluded = steps.conclude(night, checked)
    steps.begins("publish")
    published = steps.publish(night, checked, concluded)
    return replace(published, waiting=len(received.waiting) + len(returning), restored=received.restored)


def read_inbox(night: Night, now: datetime, steps: Steps = BARE) -> tuple[Received, tuple[str, ...]]:
    """The first half of a night: everything that was delivered is standard rows, what was returned is recorded.

    The second are the names of returned workbooks that wait for the next run.
    """
    steps.begins("open")
    open_night(night)
    steps.begins("receive")
    received = steps.receive(night, now)
    steps.begins("returns")
    _, returning = steps.returns(night, now)
    steps.begins("standardise")
    steps.standardise(night, received.deliveries)
    return received, returning

"""The order of a night, written once: a flow, a replay, a benchmark and tests call it, and add what is theirs."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import perf_counter

from huimin.deliveries.receive import Received
from huimin.nights import lines
from huimin.nights.cluster import read_on_cluster
from huimin.nights.conclude import Concluded, conclude_step
from huimin.nights.memory import peak_mb, reset_peak
from huimin.nights.night import (
    Checked,
    Night,
    check_step,
    match_step,
    note_peak,
    open_night,
    read_delivery,
    receive_step,
    verification_step,
)
from huimin.nights.publish import publish_step
from huimin.nights.published_run import PublishedRun
from huimin.returns.intake import Imported
from huimin.store.delivery import Delivery, Receipt

Returned = tuple[tuple[Imported, ...], tuple[str, ...]]
"""What became of each returned workbook, and the names of those that wait for the next run."""


def standardise_step(night: Night, deliveries: Sequence[Delivery]) -> list[Receipt]:
    """Their receipts; each delivery's rows, rejects and receipt stand in its folder when this returns.

    As many are read at once as there are processors, the largest first, unless a cluster reads them.
    """
    if night.reads_on_cluster:
        return read_on_cluster(night, deliveries)
    largest = sorted(deliveries, key=lambda delivery: -delivery.size)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        try:
            # each thread waits for a child
            receipts = dict(zip(largest, threads.map(partial(read_delivery, night), largest), strict=True))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return [receipts[delivery] for delivery in deliveries]


def nothing(said: str) -> None:
    """Whoever does not listen to the steps."""


@dataclass(frozen=True)
class Steps:
    """What a night does at each step: plain calls, unless somebody puts another in its place."""

    receive: Callable[[Night, datetime], Received] = receive_step
    returns: Callable[[Night, datetime], Returned] = verification_step
    standardise: Callable[[Night, Sequence[Delivery]], Sequence[Receipt]] = standardise_step
    check: Callable[[Night], Checked] = check_step
    match: Callable[[Night, Checked], dict[str, int]] = match_step
    conclude: Callable[[Night, Checked], Concluded] = conclude_step
    publish: Callable[[Night, Checked, Concluded], PublishedRun] = publish_step
    begins: Callable[[str], None] = nothing
    """Called with the name of each step that begins."""
    tells: Callable[[str], None] = nothing
    """Called with each line that a step leaves for the operator, the run's id first (`nights.lines`)."""


BARE = Steps()


def run_night(night: Night, now: datetime, steps: Steps = BARE) -> PublishedRun:
    """The published run of what the root's inbox holds. Raises the core's errors."""
    received, returning = read_inbox(night, now, steps)
    with step("check", night, steps) as tells:
        checked = steps.check(night)
        tells(lambda: lines.checked(night, checked))
    with step("match", night, steps) as tells:
        steps.match(night, checked)
        tells(lambda: lines.matched(night))
    with step("conclude", night, steps) as tells:
        concluded = steps.conclude(night, checked)
        tells(lambda: lines.concluded(night))
    with step("publish", night, steps) as tells:
        published = replace(
            steps.publish(night, checked, concluded),
            received=received.found,
            fresh=len(received.deliveries),
            waiting=len(received.waiting) + len(returning),
            restored=received.restored,
        )
        tells(lambda: lines.published(published))
    return published


def read_inbox(night: Night, now: datetime, steps: Steps = BARE) -> tuple[Received, tuple[str, ...]]:
    """The first half of a night: everything that was delivered is standard rows, what was returned is recorded.

    The second are the names of returned workbooks that wait for the next run.
    """
    with step("open", night, steps) as tells:
        open_night(night)
        tells(lambda: lines.opened(night))
    with step("receive", night, steps) as tells:
        received = steps.receive(night, now)
        tells(lambda: lines.received(received))
    with step("returns", night, steps) as tells:
        imported, returning = steps.returns(night, now)
        tells(lambda: lines.returned(imported, returning))
    with step("standardise", night, steps) as tells:
        read = steps.standardise(night, received.deliveries)
        tells(lambda: lines.standardised(read))
    return received, returning


Sayings = Callable[[], Iterable[str]]


@contextmanager
def step(name: str, night: Night, steps: Steps) -> Iterator[Callable[[Sayings], None]]:
    """One step, listeners told that it begins; gives what takes its lines, worked out only where somebody listens."""

    def tells(told: Sayings) -> None:
        seconds = perf_counter() - began
        if steps.tells is not nothing:
            for line in told():
                steps.tells(lines.line(night.run, name, line, seconds))

    steps.begins(name)
    began = perf_counter()
    reset_peak()
    yield tells
    note_peak(night, name, peak_mb())

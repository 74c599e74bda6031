"""Nights of the past, one after the other, as if they had been run then: for a root that begins with old files."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from secrets import token_hex
from typing import Literal

from huimin.errors import UsageError
from huimin.language import _
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import Steps, nothing, run_night
from huimin.project import Project
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.upkeep.retention import run_folders
from huimin.zone import HERE

Every = Literal["day", "week", "month"]
BEGINS = time(2, tzinfo=HERE)
"""When a night begins: what was delivered later in the day is of the next one."""


def days_of(first: date, last: date, every: Every) -> Iterator[date]:
    """The days of the nights from the first to the last: each, each seventh, or the first and then that day a month.

    A month that is too short has its night on its last day.
    """
    if every == "month":
        months = (first.year * 12 + first.month - 1 + number for number in range((last.year - first.year + 1) * 12 + 1))
        found = (date(month // 12, month % 12 + 1, 1) for month in months)
        days = (day.replace(day=min(first.day, monthrange(day.year, day.month)[1])) for day in found)
    else:
        step = 7 if every == "week" else 1
        days = (first + timedelta(days=step * number) for number in range((last - first).days + 1))
    return takewhile(lambda day: day <= last, days)


def backfill(
    root: Root,
    project: Project,
    days: Sequence[date],
    settle: float = 60.0,
    tells: Callable[[str], None] = nothing,
) -> Iterator[PublishedRun]:
    """The published run of each night that is still to come, in their order; each sees the files changed until then.

    Nights up to the latest run's day are taken as run, so that a backfill that was broken off goes on. Ends after a
    night that the brake holds. `tells` gets each line of a night.

    Raises UsageError when the root's latest run is of a later day and none of these nights is among its runs, BusyError
    while another run holds the root, and what a night raises.
    """
    root.prepare()
    for day in still_to_run(root, days):
        began = datetime.combine(day, BEGINS)
        with root.hold():
            night = Night(root, project, root.next_run(began, token_hex(3)), day, settle, past=True)
            published = run_night(night, began, Steps(tells=tells))
        yield published
        if published.held:
            return


def still_to_run(root: Root, days: Sequence[date]) -> list[date]:
    """The days after the latest run's. Raises UsageError when the root went on beyond them without any of them."""
    latest = root.latest()
    if latest is None:
        return [*days]
    reached = read_manifest(root.published / latest).facts.run_date
    coming = [day for day in days if day > reached]
    ran = {read_manifest(folder).facts.run_date for folder in run_folders(root)}
    if len(coming) < len(days) and not ran & {*days}:
        fix = _("nights of the past begin in a root of their own, or after {reached}", reached=reached)
        raise UsageError("--from", _("the root's latest run is of {reached}", reached=reached), fix)
    return coming

"""The command that says how a root stands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.cells import cell_len, set_cell_size

from huimin.cli.app import errors, output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption
from huimin.contracts.contract import Contract
from huimin.deliveries.board import BoardLine
from huimin.errors import HELD, QualityError
from huimin.language import _, as_read, in_both
from huimin.report.board import board_now, day_told, next_due_on, oldest, overdue_told, period_told
from huimin.store.root import Root
from huimin.watch.last_run import FAILED, NAMES, RUNNING, STOPPED, LastRun
from huimin.watch.status import Status, status_of
from huimin.watch.warn import warn_of_absence, warn_to_try
from huimin.zone import HERE, local

MOST_OVERDUE = 20
"""Overdue rosters that are named; of more their number is told."""
TOLD = ("received", "fresh", "in_force", "refused", "clues", "new", "changed", "vanished")
ENGLISH = (
    "{received:,} files received ({fresh:,} new), {in_force:,} deliveries in force, {refused:,} newly refused; "
    "{clues:,} clues ({new:,} new, {changed:,} changed, {vanished:,} gone)"
)
"""The sentence of a night's counts, for whoever reads no Chinese."""


def status(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    warn: Annotated[
        bool, Parameter(negative="", help="Also warn, as the settings say, of a night that is missing: for a timer.")
    ] = False,
    try_warning: Annotated[bool, Parameter(negative="", help="Send a message to all who would be warned.")] = False,
    as_json: JsonSwitch = False,
) -> int:
    """Prints how the root stands; the exit code says whether anything is to be done.

    A trial of the warnings ends with 1 when somebody could not be reached, else with 0.
    """
    place, now = Root(existing(root)), datetime.now(HERE)
    found = status_of(place, now)
    warned: tuple[str, ...] = ()
    code = found.exit_code
    if try_warning:
        warned, all_reached = warn_to_try(place)
        code = int(not all_reached)
    elif warn:
        warned = warn_of_absence(place, now)
    for line in warned:
        errors.print(line, markup=False, highlight=False)
    if as_json:
        say_json({**found.as_json(), "board": [line.as_json() for line in board_now(place, project, now.date())]})
        return code
    lines = list(shown(found))
    try:
        lines += shown_board(board_now(place, project, now.date()), project.contracts)
    finally:  # a slip in the calendar hides nothing of the night
        show(lines)
    return code


def show(lines: Sequence[tuple[str, str]]) -> None:
    """Prints the lines below each other, each under its name."""
    read = [(as_read(name), as_read(told)) for name, told in lines]
    width = max(cell_len(name) for name, _told in read) + 2
    for name, told in read:
        output.print(f"{set_cell_size(name, width)}{told}", markup=False, highlight=False)


def shown(found: Status) -> Iterator[tuple[str, str]]:
    """What is said of the root, each under its name."""
    if found.last is not None:
        yield from of_last(found.last, found)
    yield _("latest run"), found.latest or _("none yet")
    stale = _(", of which {count:,} are older ones kept on", count=found.stale) if found.stale else ""
    yield _("in force"), _("{count:,} deliveries{stale}", count=found.in_force, stale=stale)
    for place in found.kept_out:
        yield _("kept out"), place
    if found.held:
        yield _("held"), found.held
    if found.last is not None and (waiting := found.last.counts.get("waiting")):
        yield _("waiting"), _("{count:,} files are still being written", count=waiting)
    for step in found.steps():
        yield _("next step"), step


STATES = {
    RUNNING: _("running"),
    STOPPED: _("interrupted"),
    FAILED: _("failed"),
    NAMES[0]: _("done"),
    NAMES[QualityError.exit_code]: _("done, deliveries kept out"),
    NAMES[HELD]: _("held"),
}
"""The states of a night, which its record has in Chinese."""


def of_last(last: LastRun, found: Status) -> Iterator[tuple[str, str]]:
    """Lines (label, text) about the last night: when it ran, how it ended, what it found."""
    yield (
        _("last night"),
        _(
            "{run} {state}{code}{released}, {ended} {when:%Y-%m-%d %H:%M}, {hours:,} hours ago{late}",
            run=last.run,
            state=STATES[STOPPED if found.is_interrupted else last.state],
            code="" if last.exit_code is None else _(" (exit code {code})", code=last.exit_code),
            released=_(", released") if last.exit_code == HELD and found.latest == last.run else "",
            ended=_("ended") if last.ended_at else _("began"),
            when=local(last.ended_at or last.began_at),
            hours=found.hours,
            late=_(", late") if found.is_late else "",
        ),
    )
    if last.message:
        yield "", in_both(last.english or counted(last.counts), last.message)


def counted(counts: Mapping[str, int]) -> str:
    """What the last night did, by its counts, in English: its record tells it in Chinese."""
    figures = {name: counts.get(name, 0) for name in TOLD}
    return ENGLISH.format(**figures) if counts else ""


def shown_board(lines: Sequence[BoardLine], contracts: Mapping[str, Contract]) -> Iterator[tuple[str, str]]:
    """What is overdue, each by its name; of the rest how many there are, the oldest's age, and what is due next."""
    overdue = [(line, line.due) for line in lines if line.due and line.days_overdue]
    on_time = [line for line in lines if line.due and not line.days_overdue]
    never_due = [line for line in lines if line.due is None]
    for line, due in overdue[:MOST_OVERDUE]:
        roster, unit = contracts[line.roster].title, line.unit or _("whole district")
        yield _("not delivered"), _("{roster} ({unit}): {told}", roster=roster, unit=unit, told=overdue_told(due))
    if len(overdue) > MOST_OVERDUE:
        yield "", _("and {count:,} more overdue", count=len(overdue) - MOST_OVERDUE)
    if on_time:
        told = {"count": len(on_time), "oldest": oldest_told(on_time), "next_day": next_told(on_time)}
        yield _("on time"), _("{count:,} rosters of units, {oldest}; {next_day}", **told)
    if never_due:
        told = {"count": len(never_due), "oldest": oldest_told(never_due)}
        yield _("never due"), _("{count:,} rosters of units, {oldest}", **told)
    if lines and (absent := contracts.keys() - {line.roster for line in lines if line.newest}):
        yield _("never came"), _("{count:,} rosters", count=len(absent))


def oldest_told(lines: Sequence[BoardLine]) -> str:
    """Of the units' newest periods the oldest."""
    found = oldest(lines)
    if not found["newest"]:
        return _("nothing ever came")
    newest = period_told(found["newest"])
    return _("the oldest is {newest}, which ended {age_days:,} days ago", newest=newest, age_days=found["age_days"])


def next_told(lines: Sequence[BoardLine]) -> str:
    """The next day on which some of these lines, all of which are due one day, are due."""
    day = next_due_on(lines)
    due = [line.due for line in lines if line.due and line.due.due_on == day]
    told = min(due, key=lambda one: one.is_certain)
    return _("next due on {day}: {count:,}", day=day_told(told), count=len(due))

"""The command that says how a root stands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.cells import set_cell_size

from huimin.cli.app import errors, output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption
from huimin.contracts.contract import Contract
from huimin.deliveries.board import BoardLine
from huimin.errors import HELD
from huimin.report.board import (
    NEVER_CAME,
    NEVER_DUE,
    board_now,
    holidays_unknown,
    named,
    next_due_on,
    oldest,
    overdue_told,
)
from huimin.store.root import Root
from huimin.watch.last_run import LastRun
from huimin.watch.status import Status, status_of
from huimin.watch.warn import warn_of_absence, warn_to_try
from huimin.zone import HERE, local

MOST_OVERDUE = 20
"""Overdue rosters that are named; of more their number is told."""


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
    lines: tuple[str, ...] = ()
    code = found.exit_code
    if try_warning:
        lines, all_reached = warn_to_try(place)
        code = int(not all_reached)
    elif warn:
        lines = warn_of_absence(place, now)
    for line in lines:
        errors.print(line, markup=False, highlight=False)
    board = board_now(place, project, now.date())
    if as_json:
        say_json({**found.as_json(), "board": [line.as_json() for line in board]})
    else:
        for name, told in (*shown(found), *shown_board(board, project.contracts)):
            output.print(f"{set_cell_size(name, 10)}{told}", markup=False, highlight=False)
    return code


def shown(found: Status) -> Iterator[tuple[str, str]]:
    """What is said of the root, each under its name."""
    if found.last is not None:
        yield from of_last(found.last, found)
    yield "最新一次", found.latest or "（尚无）"
    yield "在用交付", f"{found.in_force:,} 份" + (f"，其中沿用旧交付 {found.stale:,} 份" if found.stale else "")
    for place in found.kept_out:
        yield "未纳入", place
    if found.held:
        yield "待放行", found.held
    if found.last is not None and (waiting := found.last.counts.get("waiting")):
        yield "尚在写入", f"{waiting:,} 份"
    for step in found.steps():
        yield "下一步", step


def of_last(last: LastRun, found: Status) -> Iterator[tuple[str, str]]:
    """Lines (label, text) about the last night: when it ran, how it ended, what it found."""
    state = "中断" if found.is_interrupted else last.state
    released = "，已放行" if last.exit_code == HELD and found.latest == last.run else ""
    code = "" if last.exit_code is None else f"（退出码 {last.exit_code}）"
    when = f"{local(last.ended_at or last.began_at):%Y-%m-%d %H:%M} {'结束' if last.ended_at else '开始'}"
    late = "，已超时" if found.is_late else ""
    yield "上次运行", f"{last.run} {state}{code}{released}，{when}，{found.hours:,} 小时前{late}"
    if last.message:
        yield "", last.message


def shown_board(lines: Sequence[BoardLine], contracts: Mapping[str, Contract]) -> Iterator[tuple[str, str]]:
    """What is overdue, each by its name; of the rest how many there are, the oldest's age, and what is due next."""
    overdue = [(line, line.due) for line in lines if line.due and line.days_overdue]
    on_time = [line for line in lines if line.due and not line.days_overdue]
    never_due = [line for line in lines if line.due is None]
    for line, due in overdue[:MOST_OVERDUE]:
        yield "逾期未交", f"{named(contracts[line.roster], line.unit)}：{overdue_told(due)}"
    if len(overdue) > MOST_OVERDUE:
        yield "", f"另有 {len(overdue) - MOST_OVERDUE:,} 项逾期"
    if on_time:
        yield "按期", f"{len(on_time):,} 项，{oldest_told(on_time)}；{next_told(on_time)}"
    if never_due:
        yield NEVER_DUE, f"{len(never_due):,} 项，{oldest_told(never_due)}"
    if lines and (absent := contracts.keys() - {line.roster for line in lines if line.newest}):
        yield NEVER_CAME, f"{len(absent):,} 种名册"


def oldest_told(lines: Sequence[BoardLine]) -> str:
    """Of the units' newest periods the oldest."""
    found = oldest(lines)
    return f"最旧一期 {found['newest']}，期末距今 {found['age_days']:,} 天" if found["newest"] else NEVER_CAME


def next_told(lines: Sequence[BoardLine]) -> str:
    """The next day on which some of these lines, all of which are due one day, are due."""
    day = next_due_on(lines)
    due = [line.due for line in lines if line.due and line.due.due_on == day]
    unknown = next((f"（{holidays_unknown(one)}）" for one in due if not one.is_certain), "")
    return f"下一个截止日 {day}{unknown}，{len(due):,} 项"

"""``last_run.json`` of a root: how the last night stands or ended, for status, warnings and monitors of others.

Counts, times and a sentence; no personal value. A run of some rules leaves it alone, and so does one that was refused
because another holds the root.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from huimin.errors import HELD, HuiminError, InterruptedRun, PublishError, QualityError, UnforeseenFault
from huimin.language import _, in_both, in_chinese
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.store.root import Root, write_json
from huimin.zone import HERE

LAST_RUN = "last_run.json"
READABLE = 0o644
"""Monitors run as users of their own."""
RUNNING, FAILED, STOPPED = "运行中", "Failed", "中断"
NAMES = {0: "完成", QualityError.exit_code: "有交付未纳入", HELD: "待放行"}
"""How a night that published something usable ended, by its exit code; every other one is `FAILED`."""


@dataclass(frozen=True)
class LastRun:
    """How the last night of a root stands."""

    run: str
    run_date: date
    state: str
    """One of `NAMES`, `RUNNING`, `FAILED` or `STOPPED`."""
    exit_code: int | None
    """None while it runs."""
    message: str
    """One sentence: counts, or where and what the fault was."""
    began_at: datetime
    ended_at: datetime | None = None
    seconds: float | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    """Of deliveries, clues and returned rows (`counts_of`); empty for a night that published nothing."""
    fix: str = ""
    """What to try after a fault that somebody can correct; empty after any other night."""
    english: str = ""
    """Message and fix of a fault in English; empty after any other night."""
    english_fix: str = ""
    last_good_run: str | None = None
    """The newest night that published something usable: this one, or one before."""
    last_good_at: datetime | None = None

    def told_fix(self) -> str:
        """What to try, in either language."""
        return in_both(self.english_fix, self.fix)

    @property
    def is_good(self) -> bool:
        """Whether it published something usable."""
        return self.exit_code in NAMES


def state_name(exit_code: int) -> str:
    """How a night with that exit code ended, in a word."""
    return NAMES.get(exit_code, FAILED)


def counts_of(published: PublishedRun) -> dict[str, int]:
    """Every count of a published run, the brake's and the rosters kept out as numbers."""
    counts = {name: value for name, value in vars(published).items() if type(value) is int}
    return {**counts, "kept_out": len(published.kept_out), "held": int(published.held is not None)}


def last_run(root: Root) -> LastRun | None:
    """What the root's file says; None before the first night. Raises PublishError when it cannot be read."""
    place = root.path / LAST_RUN
    try:
        value = json.loads(place.read_bytes())
        times = {key: value[key] and datetime.fromisoformat(value[key]) for key in TIMES}
        return LastRun(**{**value, **times, "run_date": date.fromisoformat(value["run_date"])})
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError):
        raise PublishError(str(place), _("cannot be read"), _("remove it: the next night writes it again")) from None


TIMES = ("began_at", "ended_at", "last_good_at")


def write_last_run(root: Root, told: LastRun) -> None:
    """The file says this from now on, whole at any moment."""
    value = asdict(told)
    times = {key: value[key] and value[key].isoformat(timespec="seconds") for key in TIMES}
    write_json(root.path / LAST_RUN, {**value, **times, "run_date": told.run_date.isoformat()}, mode=READABLE)


Ends = Callable[[PublishedRun, str], None]
"""Called with what the night published and its sentence."""


@contextmanager
def kept(night: Night, now: datetime) -> Iterator[Ends]:
    """The night is in `last_run.json` from its begin to its end, however it ends."""
    root = night.root
    before = None
    with suppress(PublishError):
        before = last_run(root)
    began = LastRun(night.run, night.run_date, RUNNING, None, "", now)
    if before is not None:
        began = replace(began, last_good_run=before.last_good_run, last_good_at=before.last_good_at)

    def keep(told: LastRun) -> None:
        if not night.only:
            write_last_run(root, told)

    def ends(published: PublishedRun, message: str) -> None:
        done = replace(ended(began, published.exit_code, message), counts=counts_of(published))
        keep(replace(done, last_good_run=done.run, last_good_at=done.ended_at) if done.is_good else done)

    with suppress(OSError):
        keep(began)
    try:
        yield ends
    except BaseException as fault:
        with suppress(OSError):
            told = told_of(fault)
            failed = replace(ended(began, exit_code_of(fault), in_chinese(told)), english=str(told))
            fix = fault.fix if isinstance(fault, HuiminError) else ""
            keep(replace(failed, fix=in_chinese(fix), english_fix=str(fix)))
        raise


def ended(began: LastRun, exit_code: int, message: str) -> LastRun:
    """The night, now that it has ended."""
    now = datetime.now(HERE)
    state = STOPPED if exit_code == InterruptedRun.exit_code else state_name(exit_code)
    seconds = round((now - began.began_at).total_seconds(), 1)
    return replace(began, state=state, exit_code=exit_code, message=message, ended_at=now, seconds=seconds)


def exit_code_of(fault: BaseException) -> int:
    """The exit code of a command that ends with the fault."""
    if isinstance(fault, HuiminError):
        return fault.exit_code
    return 1 if isinstance(fault, Exception) else InterruptedRun.exit_code


def told_of(fault: BaseException) -> str:
    """The fault in a sentence without a value: only those messages are shown that were written to be."""
    if isinstance(fault, HuiminError):
        return fault.told
    if not isinstance(fault, Exception):
        return told_of(InterruptedRun())
    return str(fault) if isinstance(fault, UnforeseenFault) else type(fault).__name__

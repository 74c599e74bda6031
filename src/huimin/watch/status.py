"""How a root stands for whoever watches it: the last night and its age, what is in force or not, what to do."""

import fcntl
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb

from huimin.errors import HELD, DeliveryError, InterruptedRun, PublishError, QualityError
from huimin.language import _
from huimin.quality.words import KEPT_OUT
from huimin.store.delivery import IN_FORCE
from huimin.store.root import Root
from huimin.store.settings import load_settings
from huimin.tables.declared import DELIVERIES
from huimin.tables.published import lay_table
from huimin.tables.sql import literal, parquet, rows_of
from huimin.watch.last_run import RUNNING, LastRun, last_run

MOST_KEPT_OUT = 20
"""Deliveries that are named; of more their number is told."""


@dataclass(frozen=True)
class Status:
    """How a root stands."""

    last: LastRun | None
    """The last night; None before the first."""
    hours: float | None
    """Since it ended, or began when it has not ended."""
    is_late: bool
    """Whether none has ended for longer than the settings allow."""
    is_interrupted: bool
    """Whether it began, has not ended, and nothing holds the root: its process died."""
    latest: str | None
    in_force: int
    """Deliveries of the latest run that rules read; stale and kept_out are of that run too."""
    stale: int
    """Of these, the ones in force only because a later delivery was kept out."""
    kept_out: tuple[str, ...]
    """Deliveries that failed a critical expectation and have not been replaced, as published, with their numbers."""
    held: str | None
    """The run that waits to be released."""

    @property
    def exit_code(self) -> int:
        """0 when nothing is to be done; 1 when no night ran, one is late or was interrupted; else the night's own."""
        if self.last is None or self.is_late or self.is_interrupted:
            return 1
        if self.held:
            return HELD
        code = self.last.exit_code or 0
        return 0 if code == HELD else code

    def steps(self) -> Iterator[str]:
        """What to do, the most pressing first."""
        if self.last is None:
            yield _("nothing has run yet: huimin run, or start the nightly schedule")
            return
        if self.is_interrupted:
            yield _("the process of the last night is gone and left nothing half done: huimin run again")
        elif self.is_late:
            yield _("no night ran in time: look at the schedule and the server, or huimin run now")
        if self.held:
            yield _("look at what changed: huimin release {run} --why '…', or huimin withdraw", run=self.held)
        elif self.last.exit_code == DeliveryError.exit_code:
            yield _("correct or complete the deliveries and run again: huimin plan tells of each what is wrong")
        elif self.last.exit_code == InterruptedRun.exit_code:
            yield _("the last night was stopped: {fix}", fix=self.last.told_fix())
        elif self.last.exit_code not in (None, 0, QualityError.exit_code, HELD):
            fix = self.last.told_fix()
            yield _("put it right and run again: {fix}", fix=fix) if fix else _("put it right and run again")
        if self.kept_out:
            yield _("have the department deliver again, or look and let it in: huimin admit DELIVERY --why '…'")
        if self.last.counts.get("refused", 0) + self.last.counts.get("refused_before", 0):
            yield _('have departments correct what was refused: huimin query "from deliveries where uncorrected"')

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        value = {**asdict(self), "exit_code": self.exit_code, "steps": list(self.steps())}
        if self.last is not None:
            value["last"] = {**value["last"], "is_good": self.last.is_good}
        return value


def status_of(root: Root, now: datetime) -> Status:
    """How the root stands now. Raises ContractError for settings, PublishError for a file that cannot be read."""
    last, latest = last_run(root), root.latest()
    since = last and (last.ended_at or last.began_at)
    hours = round((now - since).total_seconds() / 3600, 1) if since else None
    is_running = last is not None and last.state == RUNNING
    interrupted = is_running and not is_busy(root)
    later = last is not None and (latest is None or last.run > latest)
    return Status(
        last=last,
        hours=hours,
        is_late=hours is not None and hours > load_settings(root).late_after_hours,
        is_interrupted=interrupted,
        latest=latest,
        held=last.run if last is not None and last.exit_code == HELD and later else None,
        **delivered(root, latest),
    )


def delivered(root: Root, run: str | None) -> dict[str, Any]:
    """What the run has in force, and what was kept out of it. Raises PublishError when its table is gone."""
    if run is None:
        return {"in_force": 0, "stale": 0, "kept_out": ()}
    place = root.published / run / "deliveries.parquet"
    with duckdb.connect() as con:
        try:
            lay_table(con, DELIVERIES, parquet(place))
        except duckdb.Error:
            raise PublishError(str(place), _("cannot be read"), _("huimin verify {run}", run=run)) from None
        (counted,) = rows_of(
            con, f"select count(*) as in_force, count(*) filter (where stale) as stale from deliveries where {USED}"
        )
        kept_out = rows_of(con, KEPT_OUT_SQL)
    named = [told_of(row) for row in kept_out[:MOST_KEPT_OUT]]
    more = [_("and {count:,} more", count=len(kept_out) - MOST_KEPT_OUT)] if len(kept_out) > MOST_KEPT_OUT else []
    return {**counted, "kept_out": (*named, *more)}


def told_of(row: Mapping[str, Any]) -> str:
    """The delivery's place in the inbox, and the number that `huimin admit` takes."""
    place = "/".join(filter(None, (row["roster"], row["unit"], row["file"])))
    return _("{place} (delivery {delivery})", place=place, delivery=row["delivery"])


USED = f"status in {IN_FORCE}"

KEPT_OUT_SQL = f"""
select delivery, roster, unit, file from deliveries where uncorrected and starts_with(problem, {literal(KEPT_OUT)})
order by roster, unit nulls first, file
"""
"""Kept out, and not corrected."""


def is_busy(root: Root) -> bool:
    """Whether a run holds the root now; also when this user may not know."""
    try:
        with (root.state / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False

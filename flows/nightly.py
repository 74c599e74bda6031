"""The nightly flow: receive, take returned ledgers, standardise, check, match, publish."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from huimin.nights.night import Night, open_night
from huimin.nights.outcome import Published
from huimin.store.delivery import Delivery
from huimin.store.root import Root
from tasks import artifacts
from tasks.check import check
from tasks.match import match
from tasks.publish import publish
from tasks.receive import receive
from tasks.standardise import standardise
from tasks.terminal import Steps
from tasks.verification import take_returns

PROJECT = Path(__file__).resolve().parent.parent
HERE = ZoneInfo("Asia/Shanghai")


@flow(
    name="huimin-nightly",
    flow_run_name="惠民夜间比对 {root}",
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # Prefect types it so
    validate_parameters=True,
    persist_result=False,
)
def nightly(
    root: str = "data", run_date: date | None = None, rules: list[str] | None = None, settle: float = 60.0
) -> Published:
    """The published run of one night. Raises the core's errors; BusyError when another run holds the root.

    Args:
        root: The data root.
        run_date: The day that clues are judged by; today in Asia/Shanghai when not given.
        rules: Only these rules; such a run never becomes latest.
        settle: Seconds a file must have been left alone before it is read.
    """
    now = datetime.now(HERE)
    place = Root(Path(root).resolve())
    place.prepare()
    with place.hold(), Steps() as steps:
        run = place.next_run(now, token_hex(3))
        night = Night(place, PROJECT, run, run_date or now.date(), settle, tuple(rules or ()))
        open_night(night)
        received = steps.run("接收", lambda: receive(night))
        _, returning = steps.run("核查导入", lambda: take_returns(night))
        steps.run("标准化", lambda: standardise_all(night, received.deliveries))
        checked = steps.run("质量检查", lambda: check(night))
        steps.run("比对", lambda: match(night, checked))
        waiting = len(received.waiting) + len(returning)
        published = steps.run("发布", lambda: publish(night, checked, waiting, received.mended))
        artifacts.show(published)
    return published


def standardise_all(night: Night, deliveries: tuple[Delivery, ...]) -> None:
    """Every roster's new deliveries are read, two rosters at a time, the most bytes first."""
    by_roster: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_roster[delivery.roster or "?"].append(delivery)
    heaviest = sorted(by_roster, key=lambda roster: -sum(delivery.size for delivery in by_roster[roster]))
    futures = [standardise.submit(night, roster, tuple(by_roster[roster])) for roster in heaviest]
    for future in futures:
        future.result()

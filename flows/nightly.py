"""The nightly flow: receive, take returned ledgers, standardise, check, match, conclude, publish."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from prefect import State, flow
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.project import project_of
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import Steps, run_night
from huimin.store.delivery import Delivery
from huimin.store.root import Root
from huimin.zone import HERE
from tasks import artifacts
from tasks.check import check
from tasks.conclude import conclude
from tasks.match import match
from tasks.publish import publish
from tasks.receive import receive
from tasks.standardise import standardise
from tasks.terminal import ProgressBar
from tasks.verification import take_returns


@flow(
    name="huimin-nightly",
    flow_run_name="惠民夜间比对 {root}",
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # Prefect types it so
    validate_parameters=True,
    persist_result=False,
)
def nightly(
    root: str = "data",
    run_date: date | None = None,
    rules: list[str] | None = None,
    settle: float = 60.0,
    project: str | None = None,
) -> PublishedRun | State[PublishedRun]:
    """The published run of one night. Raises the core's errors; BusyError when another run holds the root.

    A run that the brake holds ends as Held, and the message of that state says why.

    Args:
        root: The data root.
        run_date: The day that clues are judged by; today in Asia/Shanghai when not given.
        rules: Only these rules; such a run never becomes latest.
        settle: Seconds a file must have been left alone before it is read.
        project: The folder with expectations/ and rules/; by default what HUIMIN_PROJECT names, or what Huimin came
            with.
    """
    now = datetime.now(HERE)
    place = Root(Path(root).resolve())
    place.prepare()
    with place.hold(), ProgressBar() as bar:
        run = place.next_run(now, token_hex(3))
        night = Night(place, project_of(project), run, run_date or now.date(), settle, tuple(rules or ()))
        steps = Steps(receive, take_returns, standardise_all, check, match, conclude, publish, bar.begins)
        published = run_night(night, now, steps)
        artifacts.show(published)
    return ended(published)


def ended(published: PublishedRun) -> PublishedRun | State[PublishedRun]:
    """How the flow run ends in the eyes of an operator."""
    if published.held is None:
        return published
    message = "\n".join(published.held.lines(published.run))
    return Completed(name="Held", message=message, data=published)


def standardise_all(night: Night, deliveries: Sequence[Delivery]) -> None:
    """Every roster's new deliveries are read, two rosters at a time, the most bytes first."""
    by_roster: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_roster[delivery.roster or "?"].append(delivery)
    heaviest = sorted(by_roster, key=lambda roster: -sum(delivery.size for delivery in by_roster[roster]))
    futures = [standardise.submit(night, roster, tuple(by_roster[roster])) for roster in heaviest]
    for future in futures:
        future.result()

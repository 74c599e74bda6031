"""The nightly flow: receive, take returned ledgers, standardise, check, match, conclude, publish."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_hex

from prefect import State, flow
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.collision import cancel_collisions
from flows.ending import ended, failed, night_named, overlapping, rename
from flows.parameters import Day, EngineAddress, RootPlace, Seconds
from flows.project import project_of
from flows.warning import warn
from huimin.errors import BusyError, HuiminError, InterruptedRun, UnforeseenFault
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import Steps, run_night
from huimin.report.operators import titles_of
from huimin.store.delivery import Delivery, Receipt
from huimin.store.root import Root
from huimin.store.settings import ReadingPlace
from huimin.watch.last_run import kept, state_name
from huimin.zone import HERE
from tasks import artifacts
from tasks.check import check
from tasks.conclude import conclude
from tasks.guard import guarded
from tasks.match import match
from tasks.progress import Watched
from tasks.publish import publish
from tasks.receive import receive
from tasks.standardise import standardise, standardise_on_cluster
from tasks.verification import take_returns

OUTCOMES: list[PublishedRun] = []
"""What this process has published, for a caller whose Prefect server is lost before it hears how the flow ended."""


@flow(
    name="huimin-nightly",
    flow_run_name=night_named,
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # Prefect types it so
    validate_parameters=True,
    persist_result=False,
    on_completion=[warn],
    on_failure=[warn],
    on_crashed=[warn],
)
def nightly(
    root: RootPlace = "data",
    run_date: Day | None = None,
    rules: list[str] | None = None,
    settle: Seconds = 60.0,
    project: str | None = None,
    engine: EngineAddress | None = None,
    strict: bool | None = None,
    reading_place: ReadingPlace | None = None,
) -> State[PublishedRun]:
    """The published run of one night. Raises the core's errors; BusyError when another run holds the root.

    It ends as 完成, as 有交付未纳入 (12), as 待放行 when the brake holds the run (16), as Cancelled when somebody ended
    it or another run holds the root, or as Failed; the state's message is a sentence of counts, or the fault's own.

    Args:
        root: 数据根目录
        run_date: 按哪一天判断线索；不填为当天（北京时间）
        rules: 只运行这些规则（规则编号）；这样的运行只供查看，不会成为最新结果；不填为全部
        settle: 文件静置多少秒后才读取（避免读到一半的文件）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
        engine: 在哪里运行规则：duckdb，或 Spark Connect 服务器 sc://主机:15002/;use_ssl=true；不填按 settings.toml
        reading_place: 在哪里读取文件：edge（本机），或 cluster（上述服务器的各工作节点）；不填按 settings.toml
        strict: 无人使用的列不进入标准数据（最小必要）；不填按 settings.toml 的 strict_columns
    """
    now = datetime.now(HERE)
    place = Root(Path(root).resolve())
    watched = Watched(cancel_collisions)
    try:
        place.prepare()
        with place.hold():
            run = place.next_run(now, token_hex(3))
            day, only = run_date or now.date(), tuple(rules or ())
            night = Night(place, project_of(project), run, day, settle, only, engine or "", reading_place, strict)
            return tonight(night, now, watched)
    except BusyError as busy:
        return overlapping(busy)
    except HuiminError as fault:
        return shown_and_failed(fault, watched)


def tonight(night: Night, now: datetime, watched: Watched) -> State[PublishedRun]:
    """How the night ended, watched. Its own faults are told here: no BusyError of its steps is one of the root."""
    try:
        with watched:
            watched.tries(partial(rename, night.run))
            return remembered(night, now, watched)
    except (HuiminError, UnforeseenFault) as fault:
        return shown_and_failed(fault, watched)


def shown_and_failed(fault: HuiminError | UnforeseenFault, watched: Watched) -> State[PublishedRun]:
    """Failed, with the fault on the run's page too; a run that somebody ended has nothing to show."""
    if not isinstance(fault, InterruptedRun):
        watched.tries(partial(artifacts.show_fault, fault))
    return failed(fault)


def remembered(night: Night, now: datetime, watched: Watched) -> State[PublishedRun]:
    """How the night ended, seen and remembered from its begin to its end."""
    read = partial(standardise_all, reached=watched.reached)
    rules = partial(match, reached=watched.reached)
    steps = Steps(receive, take_returns, read, check, rules, conclude, publish, watched.begins, watched.tells)
    with kept(night, now) as ends:
        published = guarded(run_night)(night, now, steps)
        OUTCOMES.append(published)
        headline = published.headline(titles_of(night.project)[0])
        ends(published, headline)
    state = state_name(published.exit_code)
    watched.tries(partial(artifacts.show, night, published, state, headline))
    watched.tells(f"{night.run} {state}：{headline}")
    return ended(published, headline)


def standardise_all(night: Night, deliveries: Sequence[Delivery], reached: Callable[[float], None]) -> list[Receipt]:
    """The receipts of every roster's new deliveries, two rosters at a time, the most bytes first; all on a cluster."""
    if night.reads_on_cluster:
        return standardise_on_cluster(night, tuple(deliveries))
    by_roster: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_roster[delivery.roster or "?"].append(delivery)
    sizes = {roster: sum(delivery.size for delivery in by_roster[roster]) for roster in by_roster}
    heaviest = sorted(by_roster, key=lambda roster: -sizes[roster])
    futures = [standardise.submit(night, roster, tuple(by_roster[roster])) for roster in heaviest]
    done, read = 0, []
    for future in as_completed(futures):
        receipts = future.result()
        read += receipts
        done += sum(receipt.delivery.size for receipt in receipts)
        reached(done / max(sum(sizes.values()), 1))
    return read

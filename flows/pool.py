"""What stands in a Prefect server before a worker starts: the work pool, and the end of runs whose process died."""

from collections.abc import Iterator
from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.events import emit_event
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.worker import EventsWorker
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from huimin.serving.served import CRASHED, POOL, UNBEGUN
from huimin.watch.last_run import NAMES

AT_ONCE = 1
"""Runs of the pool: whatever else is due waits until a night has ended, and a night until that has."""
BEATS = 3
"""Heartbeats that stay away before a run counts as dead."""
START = timedelta(minutes=10)
"""What a run has from being taken by a worker to its first line."""


def work_pool() -> None:
    """The pool that all deployments name, made or brought up to date."""
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            pool = WorkPoolCreate(name=POOL, type="process", base_job_template=template, concurrency_limit=AT_ONCE)
            client.create_work_pool(pool)
        else:
            client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=AT_ONCE))


def automations() -> Iterator[AutomationCore]:
    """Runs whose process was killed cannot say so, and would keep the pool's one place: these mark them as crashed."""
    beat = get_current_settings().flows.heartbeat_frequency or 30
    names = ("Completed", *NAMES.values(), "Failed", "Cancelled", "Crashed")
    ended = {f"prefect.flow-run.{name}" for name in names}  # an event is called by the name of its state
    alive = {"prefect.flow-run.heartbeat"}
    # from Running on: a process can be killed before its first sign of life is heard
    within = timedelta(seconds=BEATS * beat)
    yield crashing("huimin: 进程终止的运行", CRASHED, {"prefect.flow-run.Running", *alive}, alive | ended, within)
    begun = {f"prefect.flow-run.{name}" for name in ("Running", "Scheduled", "AwaitingConcurrencySlot")}
    yield crashing("huimin: 没有启动的运行", UNBEGUN, {"prefect.flow-run.Pending"}, begun | ended, START)


def crashing(name: str, message: str, after: set[str], expect: set[str], within: timedelta) -> AutomationCore:
    """Marks each run as crashed of which, after one of these events, none of those is heard in time."""
    trigger = EventTrigger(
        posture=Posture.Proactive,
        after=after,
        expect=expect,
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=within,
    )
    action = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)
    return AutomationCore(name=name, description=message, trigger=trigger, actions=[action])


def ask_for_life() -> None:
    """Every run that the server takes for begun has to give a sign of life from now on.

    What it last heard of a run went with the server: one that died with it would keep the pool's one place for ever.
    """
    begun = {StateType.RUNNING: "prefect.flow-run.heartbeat", StateType.PENDING: "prefect.flow-run.Pending"}
    states = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(begun)))
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=FlowRunFilter(state=states)):
            if run.state_type in begun:
                emit_event(begun[run.state_type], resource={"prefect.resource.id": f"prefect.flow-run.{run.id}"})
    EventsWorker.drain_all()


def set_up() -> None:
    """The pool and the automations stand as they should; doing it again changes nothing."""
    work_pool()
    with get_client(sync_client=True) as client:
        for wanted in automations():
            if standing := client.find_automation(wanted.name):
                client.update_automation(standing.id, wanted)
            else:
                client.create_automation(wanted)
    ask_for_life()


if __name__ == "__main__":
    set_up()

"""What stands in a Prefect server before a worker starts: the work pool, and the end of runs whose process died."""

from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from huimin.serving.served import POOL
from huimin.watch.last_run import NAMES

AT_ONCE = 2
"""Runs of the pool: a night, and one small job beside it."""
BEATS = 3
"""Heartbeats that stay away before a run counts as dead."""
CRASHED = "运行进程无心跳，视为崩溃"


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


def crashed_runs() -> AutomationCore:
    """Marks a run crashed once its heartbeat stays away: a killed process cannot say itself that it ended."""
    beat = get_current_settings().flows.heartbeat_frequency or 30
    names = ("Completed", *NAMES.values(), "Failed", "Cancelled", "Crashed")
    ended = [f"prefect.flow-run.{name}" for name in names]  # an event is called by the name of its state
    trigger = EventTrigger(
        posture=Posture.Proactive,
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.heartbeat", *ended},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(seconds=BEATS * beat),
    )
    action = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=CRASHED, force=False)
    return AutomationCore(name="huimin: 进程终止的运行", description=CRASHED, trigger=trigger, actions=[action])


def set_up() -> None:
    """The pool and the automation stand as they should; doing it again changes nothing."""
    work_pool()
    wanted = crashed_runs()
    with get_client(sync_client=True) as client:
        if standing := client.find_automation(wanted.name):
            client.update_automation(standing.id, wanted)
        else:
            client.create_automation(wanted)


if __name__ == "__main__":
    set_up()

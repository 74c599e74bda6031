"""A night that falls due while another is under way is cancelled, as its deployment says.

The pool takes one run at a time, so that none of them reaches the point where the server would cancel it: it would
wait, and do again what the night before it has just done. Nights that nobody ran while the machine was off go likewise.
"""

from datetime import UTC, datetime
from uuid import UUID

from prefect import get_client, runtime
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, StateType
from prefect.states import Cancelled

from huimin.zone import local

REFUSED = "“{}”正在运行，会做完这一次要做的一切；需要再运行时，等它结束"


def cancel_collisions() -> None:
    """Cancels the runs of this deployment that are due now, where they are not to wait; nothing of a run by hand."""
    if runtime.deployment.id is None:
        return
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment(UUID(runtime.deployment.id))
        options = deployment.concurrency_options
        if options is None or options.collision_strategy != ConcurrencyLimitStrategy.CANCEL_NEW:
            return
        due = FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            next_scheduled_start_time=FlowRunFilterNextScheduledStartTime.model_validate(
                {"before_": datetime.now(UTC)}
            ),
        )
        title = str(runtime.flow_run.name).partition(" ")[0]
        for run in client.read_flow_runs(flow_run_filter=due):
            client.set_flow_run_state(run.id, Cancelled(message=REFUSED.format(runtime.flow_run.name)))
            when = local(run.expected_start_time or datetime.now(UTC))
            client.update_flow_run(run.id, name=f"{title} {when:%Y-%m-%d %H:%M} 与另一次重叠")

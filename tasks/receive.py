"""The inbox is read and archived."""

from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.deliveries.receive import Received
from huimin.nights.night import Night, receive_step
from tasks.guard import guarded, worth_retrying


@task(
    name="receive",
    task_run_name="接收收件箱",
    retries=2,
    retry_delay_seconds=10,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def receive(night: Night, now: datetime) -> Received:
    """The deliveries still to be read. Retried: departments' network shares come and go."""
    return receive_step(night, now)

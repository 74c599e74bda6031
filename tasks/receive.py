"""The inbox is read and archived."""

from datetime import UTC, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.night import Night, receive_step
from huimin.receive import Received


@task(name="receive", task_run_name="接收收件箱", retries=2, retry_delay_seconds=10, cache_policy=NO_CACHE)
def receive(night: Night) -> Received:
    """The deliveries still to be read. Retried: departments' network shares come and go."""
    return receive_step(night, datetime.now(UTC))

"""The run appears whole, or not at all."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.conclude import Concluded
from huimin.nights.night import Checked, Night
from huimin.nights.publish import publish_step
from huimin.nights.published_run import PublishedRun
from tasks.guard import guarded, worth_retrying


@task(
    name="publish",
    task_run_name="发布 {night.run}",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def publish(night: Night, checked: Checked, concluded: Concluded) -> PublishedRun:
    """The published pair. Retried once: a disk may have had no room for a moment; nothing half-written is ever seen."""
    return publish_step(night, checked, concluded)

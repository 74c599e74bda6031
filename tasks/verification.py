"""Returned ledger workbooks are taken in."""

from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.night import Night, verification_step
from huimin.nights.run import Returned
from tasks.guard import guarded, worth_retrying


@task(
    name="verification",
    task_run_name="核查导入",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def take_returns(night: Night, now: datetime) -> Returned:
    """What became of each returned file, and those that wait. Retried: what was taken is known, and not taken twice."""
    return verification_step(night, now)

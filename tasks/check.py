"""Great Expectations decides which deliveries are kept out."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.night import Checked, Night, check_step
from tasks.guard import guarded


@task(name="check", task_run_name="质量检查", cache_policy=NO_CACHE)
@guarded
def check(night: Night) -> Checked:
    """What failed a critical expectation. Not retried: the same rows give the same answer."""
    return check_step(night)

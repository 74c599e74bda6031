"""The rules run over the rows in force."""

from collections.abc import Callable

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.night import Checked, Night, match_step
from tasks.guard import guarded


@task(name="match", task_run_name="比对规则", cache_policy=NO_CACHE)
@guarded
def match(night: Night, checked: Checked, reached: Callable[[float], None]) -> dict[str, int]:
    """Hits a rule; the work database holds them. Not retried: the same rows give the same answer."""
    return match_step(night, checked, reached=reached)

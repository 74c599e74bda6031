"""Tonight's hits become clues, the ledger moves on, figures and cards are made."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.conclude import Concluded, conclude_step
from huimin.nights.night import Checked, Night
from tasks.guard import guarded, worth_retrying


@task(
    name="conclude",
    task_run_name="汇总线索和台账",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def conclude(night: Night, checked: Checked) -> Concluded:
    """What the conclusion went on from; the work database holds its tables. Retried once: a disk may have been full."""
    return conclude_step(night, checked)

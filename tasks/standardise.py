"""New deliveries become standard rows."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.nights.cluster import read_on_cluster
from huimin.nights.night import Night, read_delivery
from huimin.store.delivery import Delivery, Receipt
from tasks.guard import guarded, worth_retrying


@task(
    name="standardise",
    task_run_name="标准化 {roster}",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def standardise(night: Night, roster: str, deliveries: tuple[Delivery, ...]) -> list[Receipt]:
    """Their receipts. A file that cannot be read is refused, never retried; a full disk or a lost child process is."""
    return [read_delivery(night, delivery) for delivery in deliveries]


@task(
    name="standardise-on-cluster",
    task_run_name="标准化（集群）",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def standardise_on_cluster(night: Night, deliveries: tuple[Delivery, ...]) -> list[Receipt]:
    """The receipts of all rosters' deliveries. Retried once: a cluster may lose its workers for a moment."""
    return read_on_cluster(night, deliveries)

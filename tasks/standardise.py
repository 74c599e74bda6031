"""One roster's new deliveries become standard rows."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.delivery import Delivery, Receipt
from huimin.night import Night, read_delivery


@task(name="standardise", task_run_name="标准化 {roster}", retries=1, retry_delay_seconds=5, cache_policy=NO_CACHE)
def standardise(night: Night, roster: str, deliveries: tuple[Delivery, ...]) -> list[Receipt]:
    """Their receipts. A file that cannot be read is refused, never retried; a full disk or a lost child process is."""
    return [read_delivery(night, delivery) for delivery in deliveries]

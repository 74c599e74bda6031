"""The monthly report is written."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from huimin.project import Project
from huimin.report import MonthlyReport, write_monthly
from huimin.store.root import Root
from tasks.guard import guarded, worth_retrying


@task(
    name="report",
    task_run_name="月报 {month}",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def report(root: Root, project: Project, month: date, today: date) -> MonthlyReport:
    """Page and workbook of the month. Retried once: a disk may have had no room for a moment."""
    return write_monthly(root, project, month, today)

"""The monthly report and the reminders are written."""

from datetime import date

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from huimin.project import Project
from huimin.report import MonthlyReport, write_monthly
from huimin.report.reminders import Reminders, write_reminders
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


@task(name="remind", task_run_name="催报 {today}", cache_policy=NO_CACHE)
@guarded
def remind(root: Root, project: Project, today: date) -> Reminders:
    """What is owed, written as text and workbook; each line is in the log too."""
    written = write_reminders(root, project, today)
    logger = get_run_logger()
    logger.info("%s（%s）", written.headline, written.text)
    for one in written.owed:
        logger.info("%s　%s　%s", one.whom, one.kind, one.told)
    return written

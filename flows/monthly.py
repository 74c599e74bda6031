"""The monthly flow: the report that is due on the 20th, of the month it runs in."""

from datetime import date, datetime
from pathlib import Path

from prefect import flow

from flows.project import project_of
from huimin.report import MonthlyReport
from huimin.store.root import Root
from huimin.zone import HERE
from tasks import artifacts
from tasks.report import report


@flow(name="huimin-monthly", flow_run_name="惠民月报 {root}", validate_parameters=True, persist_result=False)
def monthly(root: str = "data", month: date | None = None, project: str | None = None) -> MonthlyReport:
    """The written report of a month. Raises the core's errors; UsageError when the month has no complete run.

    Args:
        root: The data root.
        month: Any day of the month; this month in Asia/Shanghai when not given.
        project: The folder with expectations/ and rules/; by default what HUIMIN_PROJECT names, or what Huimin came
            with.
    """
    today = datetime.now(HERE).date()
    written = report(Root(Path(root).resolve()), project_of(project), month or today, today)
    artifacts.show_month(written)
    return written

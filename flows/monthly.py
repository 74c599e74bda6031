"""The monthly flow: the report that is due on the 20th, of the month it runs in."""

from datetime import datetime
from pathlib import Path

from prefect import State, flow
from prefect.states import Completed

from flows.ending import failed, month_named
from flows.parameters import Day, RootPlace
from flows.project import project_of
from flows.warning import warn_of_failure
from huimin.errors import HuiminError, UnforeseenFault
from huimin.report import MonthlyReport
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.zone import HERE
from tasks import artifacts
from tasks.report import report


@flow(
    name="huimin-monthly",
    flow_run_name=month_named,
    validate_parameters=True,
    persist_result=False,
    on_failure=[warn_of_failure],
    on_crashed=[warn_of_failure],
)
def monthly(root: RootPlace = "data", month: Day | None = None, project: str | None = None) -> State[MonthlyReport]:
    """The written report of a month. Raises the core's errors; UsageError when the month has no complete run.

    Args:
        root: 数据根目录
        month: 报告月份中的任意一天；不填为当月（北京时间）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
    """
    today = datetime.now(HERE).date()
    place = Root(Path(root).resolve())
    try:
        written = report(opened(place), project_of(project), month or today, today)
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)
    artifacts.show_month(place, written)
    return Completed(message=written.headline, data=written)

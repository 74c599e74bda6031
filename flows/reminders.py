"""The reminders flow: what departments and streets still owe, once a week, for somebody to send on."""

from datetime import datetime

from prefect import State, flow
from prefect.states import Completed

from flows.ending import failed
from flows.parameters import Day, RootPlace, named
from flows.project import project_of, root_at
from flows.warning import warn_of_failure
from huimin.errors import HuiminError, UnforeseenFault
from huimin.report.reminders import Reminders
from huimin.zone import HERE
from tasks import artifacts
from tasks.report import remind


@flow(
    name="huimin-reminders",
    flow_run_name=named("催报"),
    validate_parameters=True,
    persist_result=False,
    on_failure=[warn_of_failure],
    on_crashed=[warn_of_failure],
)
def reminders(root: RootPlace = "data", day: Day | None = None, project: str | None = None) -> State[Reminders]:
    """What is owed on the day, written into the root's reports/reminders and left as an artifact. It sends nothing.

    Args:
        root: 数据根目录
        day: 按哪一天催报（名册到那天是否逾期）；不填为当天（北京时间）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
    """
    try:
        place = root_at(root)
        written = remind(place, project_of(project), day or datetime.now(HERE).date())
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)
    artifacts.show_reminders(written)
    return Completed(message=written.headline, data=written)

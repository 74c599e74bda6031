"""The retention flow: what the root need not keep any longer goes, by the district's own schedule."""

from datetime import datetime

from prefect import State, flow
from prefect.states import Completed

from flows.ending import failed
from flows.parameters import DaysKept, RootPlace, named
from flows.project import root_at
from flows.warning import warn_of_failure
from huimin.errors import HuiminError, UnforeseenFault
from huimin.upkeep.retention import Expired
from huimin.zone import HERE
from tasks.upkeep import retire, told_of


@flow(
    name="huimin-retention",
    flow_run_name=named("到期清理"),
    validate_parameters=True,
    persist_result=False,
    on_failure=[warn_of_failure],
    on_crashed=[warn_of_failure],
)
def retention(root: RootPlace = "data", older_than: DaysKept = 1095, remove: bool = False) -> State[list[Expired]]:
    """What is older and needed no longer; gone when `remove`. It fails (15) while a night holds the root.

    Args:
        root: 数据根目录
        older_than: 保存多少天；更早且不再需要的运行、名册和原始文件到期（至少 30 天）
        remove: 勾选才真正删除，并写入审计日志；不勾选只列出
    """
    try:
        going = retire(root_at(root), older_than, remove, datetime.now(HERE))
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)
    return Completed(message=told_of(going, remove), data=going)

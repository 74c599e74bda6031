"""The verify flow: the latest run held against its manifest, and the back-up against the root."""

from datetime import datetime

from prefect import State, flow
from prefect.states import Completed, Failed

from flows.ending import failed
from flows.parameters import RootPlace, RunId, named
from flows.project import project_of, root_at
from flows.warning import warn_of_failure
from huimin.errors import HuiminError, UnforeseenFault
from huimin.zone import HERE
from tasks.upkeep import check_backup, verify_run

MOST_FAULTS = 10
"""Faults that the state names."""


@flow(
    name="huimin-verify",
    flow_run_name=named("完整性核对"),
    validate_parameters=True,
    persist_result=False,
    on_failure=[warn_of_failure],
    on_crashed=[warn_of_failure],
)
def verify(
    root: RootPlace = "data",
    run: RunId | None = None,
    backup: str | None = None,
    deep: bool = False,
    project: str | None = None,
) -> State[list[str]]:
    """Ends well when the run is whole and the back-up has what can be had nowhere else; else the faults are told.

    Args:
        root: 数据根目录
        run: 要核对的运行编号；不填则核对最新一次
        backup: 备份所在目录（数据根目录的副本）；不填则不核对备份，并在日志中说明
        deep: 是否再从头重新生成一次并逐个文件比对（用时与一次完整运行相当）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
    """
    try:
        place = root_at(root)
        remade = project_of(project) if deep else None
        faults = [*verify_run(place, run, remade), *check_backup(place, backup, datetime.now(HERE))]
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)
    if faults:
        more = f"；另有 {len(faults) - MOST_FAULTS:,} 处，见日志" if len(faults) > MOST_FAULTS else ""
        return Failed(message=f"{'；'.join(faults[:MOST_FAULTS])}{more}", data=faults)
    return Completed(message=f"发布结果完整，{'备份齐全' if backup else '未核对备份'}", data=faults)

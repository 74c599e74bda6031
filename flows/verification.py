"""The verification flow: returned ledgers are taken in by day, so that streets have their answers before night."""

from datetime import datetime

from prefect import State, flow
from prefect.states import Completed

from flows.ending import failed
from flows.parameters import RootPlace, Seconds, named
from flows.project import project_of, root_at
from flows.warning import warn_of_failure
from huimin.errors import HuiminError, UnforeseenFault
from huimin.returns.intake import Imported
from huimin.zone import HERE
from tasks.verification import import_returns


@flow(
    name="huimin-verification",
    flow_run_name=named("核查导入"),
    validate_parameters=True,
    persist_result=False,
    on_failure=[warn_of_failure],
    on_crashed=[warn_of_failure],
)
def verification(root: RootPlace = "data", settle: Seconds = 60.0, project: str | None = None) -> State[list[Imported]]:
    """What became of each returned workbook in inbox/verification that is new; answers are in restricted/answers.

    It runs beside a night: the records are held while one is written, not the root.

    Args:
        root: 数据根目录
        settle: 文件静置多少秒后才读取（避免读到一半的文件）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
    """
    try:
        imported = import_returns(root_at(root), project_of(project), settle, datetime.now(HERE))
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)
    rows = f"采纳 {sum(one.taken for one in imported):,} 行，退回 {sum(one.sent_back for one in imported):,} 行"
    unreadable = sum(one.problem is not None for one in imported)
    told = f"新文件 {len(imported):,} 份，{rows}" + (f"，无法读取 {unreadable:,} 份" if unreadable else "")
    return Completed(message=told if imported else "没有新交回的台账", data=imported)

"""The verification flow: returned ledgers are taken in by day, so that streets have their answers before night."""

from datetime import datetime

from prefect import State, flow

from flows.ending import failed
from flows.parameters import RootPlace, Seconds, named
from flows.project import project_of, root_at
from huimin.errors import HuiminError, UnforeseenFault
from huimin.returns.intake import Imported
from huimin.zone import HERE
from tasks.verification import import_returns


@flow(name="huimin-verification", flow_run_name=named("核查导入"), validate_parameters=True, persist_result=False)
def verification(
    root: RootPlace = "data", settle: Seconds = 60.0, project: str | None = None
) -> list[Imported] | State[list[Imported]]:
    """What became of each returned workbook in inbox/verification that is new; answers are in restricted/answers.

    It runs beside a night: the records are held while one is written, not the root.

    Args:
        root: 数据根目录
        settle: 文件静置多少秒后才读取（避免读到一半的文件）
        project: 含 expectations/ 和 rules/ 的目录；不填则用环境变量 HUIMIN_PROJECT 所指，或程序自带的
    """
    try:
        return import_returns(root_at(root), project_of(project), settle, datetime.now(HERE))
    except (HuiminError, UnforeseenFault) as fault:
        return failed(fault)

"""Returned ledger workbooks are taken in."""

from datetime import datetime

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from huimin.nights.night import Night, verification_step
from huimin.nights.run import Returned
from huimin.project import Project
from huimin.returns.handed_out import hand_out_beside
from huimin.returns.intake import Imported, import_inbox
from huimin.store.root import Root
from tasks.guard import guarded, worth_retrying


@task(
    name="verification",
    task_run_name="核查导入",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def take_returns(night: Night, now: datetime) -> Returned:
    """What became of each returned file, and those that wait. Retried: what was taken is known, and not taken twice."""
    return verification_step(night, now)


@task(
    name="import",
    task_run_name="核查导入",
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
)
@guarded
def import_returns(root: Root, project: Project, settle: float, now: datetime) -> list[Imported]:
    """What became of each returned file, its answer handed out. Retried: nothing is taken twice."""
    imported, waiting = import_inbox(root, project, settle, now)
    logger = get_run_logger()
    for one in imported:
        hand_out_beside(root, one.record)
        told = one.problem or f"采纳 {one.taken} 行，退回 {one.sent_back} 行，未填 {one.blank} 行"
        logger.info("%s：%s", one.file, told)
    logger.info("核查导入：新文件 %d 份，等待 %d 份", len(imported), len(waiting))
    return list(imported)

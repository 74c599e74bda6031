"""What is done for a root between its nights: what is too old goes, what is kept is verified."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from huimin.language import in_chinese
from huimin.nights.replay import DeepCheck, verify_deep
from huimin.project import Project
from huimin.store.root import Root
from huimin.upkeep.backup import missing_from_backup
from huimin.upkeep.retention import Expired, keep_to
from huimin.upkeep.verify import verify
from tasks.guard import guarded


@task(name="retention", task_run_name="到期清理", cache_policy=NO_CACHE)
@guarded
def retire(root: Root, older_than: int, remove: bool, now: datetime) -> list[Expired]:
    """What is older and needed no longer; gone when `remove`. Not retried: a night that holds the root goes first."""
    going = keep_to(root, older_than, remove, now)
    get_run_logger().info(told_of(going, remove))
    return list(going)


def told_of(going: Sequence[Expired], removed: bool) -> str:
    """What went, or would go, in one sentence."""
    size = sum(thing.bytes for thing in going) / 1024**2
    return f"到期 {len(going):,} 项，{size:,.1f} MiB；{'已删除' if removed else '仅列出，未删除'}"


@task(name="verify", task_run_name="核对发布结果", cache_policy=NO_CACHE)
@guarded
def verify_run(root: Root, run: str | None, project: Project | None = None) -> list[str]:
    """What is wrong with the run, by default the latest; with a project, also what a full run makes otherwise.

    Raises UsageError when there is no such run.
    """
    named = run or root.newest()
    checked = verify_deep(root, project, named) if project else DeepCheck(verify(root.path, named))
    if checked.not_compared:
        get_run_logger().warning("运行 %s：没有重新生成比对（%s）", named, in_chinese(checked.not_compared))
    return noted(f"运行 {named}", checked.faults, "完整")


@task(name="backup", task_run_name="核对备份", cache_policy=NO_CACHE)
@guarded
def check_backup(root: Root, backup: str | None, now: datetime) -> list[str]:
    """What the back-up lacks; nothing where no back-up is named, and the log says so."""
    if not backup:
        get_run_logger().warning("没有指定备份目录（参数 backup 或环境变量 HUIMIN_BACKUP），未核对备份")
        return []
    return noted("备份", missing_from_backup(root, Path(backup), now), "齐全")


def noted(what: str, faults: Sequence[str], well: str) -> list[str]:
    """The faults in Chinese, each a line of the log."""
    logger, told = get_run_logger(), [in_chinese(fault) for fault in faults]
    logger.info("%s：%s", what, f"{len(told):,} 处不符" if told else well)
    for fault in told:
        logger.error(fault)
    return told

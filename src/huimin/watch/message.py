"""What somebody should be told of a root: one message, whatever is wrong, and nothing personal in it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huimin.errors import HELD, DeliveryError, QualityError
from huimin.language import in_chinese
from huimin.project import Project
from huimin.store.root import Root
from huimin.store.settings import Settings
from huimin.watch.history import LEAST_RUNS, FarCount, compared_with_history
from huimin.watch.last_run import FAILED, NAMES, LastRun
from huimin.watch.status import Status

MOST_LINES, MOST_BYTES = 20, 2048
"""Of a message; the bytes with its title: what a WeCom bot takes."""
DIED = "运行的进程已终止，没有留下任何半成品"
"""What is told of a run that was killed."""
MOST_FAR = 5
"""Rules and items that are named of those far from their history."""


@dataclass(frozen=True)
class Message:
    """Why a message is sent, by kind, each told once; the first is in the title."""

    title: str
    kinds: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def body(self) -> str:
        """The lines, cut to what every receiver takes; `…` ends what was cut."""
        text = "\n".join(self.lines[:MOST_LINES])
        room = MOST_BYTES - len(f"{self.title}\r\n…".encode())
        cut = text.encode()[:room].decode(errors="ignore")
        return text if cut == text and len(self.lines) <= MOST_LINES else f"{cut}…"


WarningLine = tuple[str, str]
"""A kind of warning and what is told of it."""


def message_of(root: Root, told: list[WarningLine]) -> Message | None:
    """All lines as one message; None when none of them warns: a line without a kind is a remark beside others."""
    kinds = tuple(dict.fromkeys(kind for kind, _ in told if kind))
    if not kinds:
        return None
    return Message(f"惠民 {root.path.name}：{TITLES[kinds[0]]}", kinds, tuple(dict.fromkeys(line for _, line in told)))


TITLES = {
    "failed": "运行失败",
    "unusable": "没有可用的交付",
    "interrupted": "运行中断",
    "late": "没有按时运行",
    "held": "待放行",
    "kept_out": "有交付未纳入",
    "task": "定时任务失败",
    "unseen": "任务中断",
    "far": "线索数偏离历史",
    "disk": "磁盘空间不足",
    "backup": "备份缺失",
}
"""Every kind of warning, as a title tells it."""


def of_the_night(last: LastRun, status: Status) -> Iterator[WarningLine]:
    """What its end asks for; nothing of a night that ended as it should."""
    line = f"{last.run} {last.state}：{last.message}"
    if status.is_interrupted:
        yield "interrupted", f"{last.run}：{DIED}"
    elif last.exit_code == DeliveryError.exit_code:
        yield "unusable", line
    elif last.state == FAILED:
        yield "failed", line
    elif last.exit_code == HELD and status.held:
        yield "held", line
    elif last.exit_code == QualityError.exit_code:
        yield "kept_out", line
        for place in status.kept_out:
            yield "kept_out", f"未纳入：{in_chinese(place)}"


def of_history(root: Root, last: LastRun, project: Project) -> Iterator[WarningLine]:
    """Rules and items whose count is far from their history, or that there is too little of it."""
    if last.exit_code not in NAMES:
        return
    compared = compared_with_history(root, last.run)
    if not compared.is_judged:
        yield "", f"线索数未与历史比较：此前只有 {compared.runs} 次完整运行，至少要 {LEAST_RUNS} 次"
    for one in compared.far[:MOST_FAR]:
        yield "far", f"线索数偏离历史：{named(one, project)} {one.clues:,} 条，近 {one.runs} 次中位数 {one.median:,.0f}"
    if len(compared.far) > MOST_FAR:
        yield "far", f"线索数偏离历史：另有 {len(compared.far) - MOST_FAR} 项"


def named(one: FarCount, project: Project) -> str:
    """The rule or item by its title."""
    if one.by == "rule":
        return f"规则“{project.rules[one.value].title if one.value in project.rules else one.value}”"
    return f"项目“{project.contracts[one.value].title if one.value in project.contracts else one.value}”"


def of_lateness(root: Root, status: Status, settings: Settings, now: datetime) -> Iterator[WarningLine]:
    """Whether a night is missing; the first one, once it was due since somebody was named to be warned."""
    if status.last is not None:
        if status.is_late:
            yield "late", f"上次运行 {status.last.run} 在 {status.hours:,} 小时前"
    elif now.timestamp() - root.settings().stat().st_mtime > settings.late_after_hours * 3600:
        yield "late", "还没有运行过"


def of_the_machine(root: Root, settings: Settings, now: datetime) -> Iterator[WarningLine]:
    """Whether the disk fills up, and whether a back-up that is set is missing."""
    free = shutil.disk_usage(root.path).free / 1024**3
    if free < settings.warnings.disk_gib:
        yield "disk", f"磁盘仅余 {free:.1f} GiB，少于 {settings.warnings.disk_gib} GiB"
    if settings.warnings.backups is not None:
        hours = hours_since(Path(settings.warnings.backups), now)
        if hours is None:
            yield "backup", "备份文件夹不存在或是空的"
        elif hours > settings.warnings.backup_hours:
            yield "backup", f"最近一次备份在 {hours:,.0f} 小时前"


def hours_since(folder: Path, now: datetime) -> float | None:
    """Hours since the newest entry of the folder was written; None when there is none."""
    try:
        newest = max((place.stat().st_mtime for place in folder.iterdir()), default=None)
    except OSError:
        return None
    return None if newest is None else max(now.timestamp() - newest, 0.0) / 3600

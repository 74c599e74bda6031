"""The page of what was measured: ``docs/speed.md``, a part a benchmark, each with its machine, commit and day."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
PARTS = {
    "bench": ("一夜与下限 The night and its floors", "make bench"),
    "peers": ("与同类做法相比 Peers", "make bench-peers"),
    "growth": ("随人数增长 Growth", "make bench-growth"),
}
HEAD = """# 速度 Speed

以下各节由基准程序写成，不要手改：每节写明命令、人数、机器、提交和日期。时间是整个进程的 CPU 秒（用户加系统），
各方在同一次运行里交替进行，先核对每条规则的命中数相同；几轮里取各方最省的一轮（机器上别的事只会多花，不会少花）。
比值可以比较，秒数只属于那台机器。
下限是优秀工程师为同一答案手写的最快脚本：读同样的文件、按同样的规则连接、写同样的 Parquet，没有检查、退回、出处、
质量、工作簿、台账和报告。`bare` 用内存中的窄表和 64 位整数键；`same-sql` 是规则原文直接查 Parquet，用来和以前的数字比。
"""


LEFT = {
    "bench": """未到的目标差在哪里：一夜里约五分之一是下限没有的工作（接收、核对、汇总、发布）。
要比 `same-sql` 还少，读入须再省三分之一；它现在约四成花在 Polars（切列、核对身份证号、日期），两成写 Parquet，
都接近所用库的速度，要靠更省的列式格式（身份证号只存数字）。安静的一夜大半是一千多条语句的编译，不随人数增长；
要再减半，须把证据和卡片按线索保存，只为变了的线索重做。
""",
    "peers": """手写的 Polars 脚本信任文件：编码、表头、日期写法、身份证校验位都不看，也不记每行出处，差距主要在此。
""",
}
"""What keeps a benchmark from its targets, and what would take it there."""


def least(taken: Sequence[dict]) -> dict:
    """The run of a side that took the least CPU: whatever else goes on at the machine only ever adds to it."""
    return min(taken, key=lambda run: run["cpu"])


def against(told: str, found: Mapping[str, float], most: Mapping[str, float]) -> str:
    """A line of how far what was found is from the most that it may be."""
    parts = []
    for name, limit in most.items():
        over = found[name] - limit
        parts.append(f"{name} {limit:g} ({f'{over:.2g} over' if over > 0 else 'reached'})")
    return f"{told}: {', '.join(parts)}"


def write_part(part: str, persons: int, lines: Sequence[str]) -> None:
    """The part stands on the page as measured now; the others stay."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    standing = {key: found[0] for key in PARTS if (found := re.search(section_of(key), text, re.DOTALL))}
    standing[part] = section(part, persons, lines)
    PAGE.write_text("\n".join([HEAD, *(standing[key] for key in PARTS if key in standing)]), "utf-8")


def section_of(part: str) -> str:
    """The pattern of a part's section."""
    return rf"## {re.escape(PARTS[part][0])}\n.*?(?=\n## |\Z)"


def section(part: str, persons: int, lines: Sequence[str]) -> str:
    """A part as Markdown."""
    title, command = PARTS[part]
    measured = f"`{command}`，{persons:,} 人；{machine()}；提交 {commit()}；{datetime.now(UTC):%Y-%m-%d}。"
    shown = "\n".join(line.rstrip() for line in lines)
    left = f"\n{LEFT[part]}" if part in LEFT else ""
    return f"## {title}\n\n{measured}\n\n```text\n{shown}\n```\n{left}"


def machine() -> str:
    """The processor, how many of it may be used, the memory, the system."""
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name, cores = names[0] if names else platform.machine(), len(os.sched_getaffinity(0))
    return f"{name} × {cores}，{memory:.0f} GiB，{platform.system()}"


def commit() -> str:
    """The commit that is checked out, with what was changed since said."""
    here = Path(__file__).parent
    words = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(words, cwd=here, check=True, capture_output=True, text=True).stdout.strip()

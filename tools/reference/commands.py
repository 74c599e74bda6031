"""The page of the command line, out of its own help."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console

from tools.reference.markdown import code, page, section, table

if TYPE_CHECKING:
    from cyclopts import App

WIDTH = 100
EXIT_CODES = (
    (0, "一切正常（部分交付被拒收时也是 0，并列出）", "all well"),
    (1, "意外故障；`replay` 发现不一致也是 1", "unexpected fault"),
    (2, "命令用法不对", "wrong usage"),
    (10, "某个名册合同有误", "a contract is wrong"),
    (11, "没有一份可用的交付", "nothing usable was delivered"),
    (12, "关键期望不满足，某名册被挡在外面，其余照常发布", "a critical expectation kept a roster out"),
    (13, "某条规则或政策参数有误；`rules test` 有用例不过也是 13", "a rule is wrong"),
    (14, "输出没有写完整", "outputs could not be written whole"),
    (15, "另一个运行正占用该数据根", "another run holds the root"),
)


def commands_page() -> str:
    """Every command's help as a terminal of 100 columns shows it, and the exit codes."""
    from huimin.cli.app import app  # the trunk: only this page looks up to it

    return page(
        "命令 Commands",
        "以下是各命令自己的帮助（`huimin <命令> --help`）。所有命令默认用 `--root data`，也可用环境变量 `HUIMIN_ROOT`；"
        "合同和规则默认用惠民自带的，也可用 `--project` 或环境变量 `HUIMIN_PROJECT` 指定另一套。"
        "出错时怎么办见 [operators.md](operators.md)。",
        section("退出码", table(("码", "含义", ""), EXIT_CODES)),
        section("huimin", code(shown(app, []))),
        *(section(" ".join(("huimin", *words)), code(shown(app, words))) for words in commands(app, [])),
    )


def commands(app: "App", before: list[str]) -> Iterator[list[str]]:
    """The words of every command, a command before its own sub-commands, in order of registration."""
    for name in app:
        if not name.startswith("-"):
            words = [*before, name]
            yield words
            yield from commands(app[name], words)


def shown(app: "App", words: list[str]) -> str:
    """The help text of one command."""
    text = io.StringIO()
    screen = Console(file=text, width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False, _environ={})
    app.help_print(words, console=screen)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())

"""A night's steps as a progress bar on a terminal; silent where there is none."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

TITLES = {
    "open": "准备",
    "receive": "接收",
    "returns": "核查导入",
    "standardise": "标准化",
    "check": "质量检查",
    "match": "比对",
    "conclude": "汇总",
    "publish": "发布",
}
"""The steps of a night in their order, as an operator reads them."""


class ProgressBar:
    """One bar that moves a step at a time, on standard error."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<6}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._bar = self._progress.add_task("准备", total=len(TITLES))

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begins(self, step: str) -> None:
        """The bar shows the step that begins, and those before it as done."""
        self._progress.update(self._bar, description=TITLES[step], completed=list(TITLES).index(step))

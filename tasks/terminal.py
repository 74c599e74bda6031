"""A night's steps as a progress bar on a terminal; silent where there is none."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Outcome = TypeVar("Outcome")
STEPS = 6


class Steps:
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
        self._bar = self._progress.add_task("准备", total=STEPS)

    def __enter__(self) -> "Steps":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def run(self, name: str, step: Callable[[], Outcome]) -> Outcome:
        """What the step returns; the bar shows its name meanwhile."""
        self._progress.update(self._bar, description=name)
        outcome = step()
        self._progress.advance(self._bar)
        return outcome

"""How a night goes, while it goes: lines in the flow's log and on the terminal, a bar there, a progress artifact."""

import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import cast
from uuid import UUID

from prefect import get_run_logger, runtime
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from huimin.nights.lines import TITLES

APART = 2.0
"""Seconds between two calls that only say how far a step is."""


class Watched:
    """One night as it is seen. What cannot be shown is noted once, and never ends the night."""

    def __init__(self, beside: Callable[[], object]) -> None:
        """`beside`: what else there is to do in the interface, now and then while the night goes."""
        self._beside = beside
        # a worker prints the log itself
        self._by_hand = runtime.deployment.id is None
        self._progress = Progress(
            TextColumn("{task.description:<6}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True, soft_wrap=True),
            disable=not (self._by_hand and sys.stderr.isatty()),
        )
        self._bar = self._progress.add_task("准备", total=100.0)
        self._logger = get_run_logger()
        self._artifact: UUID | None = None
        self._step, self._told_at = "open", 0.0
        self._is_shown = True

    def __enter__(self) -> "Watched":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if fault is None:
            self._show(100.0, "完成")
        self._progress.stop()

    def begins(self, step: str) -> None:
        """The step that begins is shown, and those before it as done."""
        self._step = step
        self._told_at = 0.0
        self.reached(0.0)

    def reached(self, share: float) -> None:
        """How far the step is, from 0 to 1."""
        percent = round(100.0 * (list(TITLES).index(self._step) + share) / len(TITLES), 1)
        self._progress.update(self._bar, description=TITLES[self._step], completed=percent)
        if monotonic() - self._told_at >= APART:
            self._told_at = monotonic()
            self._show(percent, TITLES[self._step])

    def tells(self, line: str) -> None:
        """One line of the night's log."""
        self._logger.info(line)
        if self._by_hand:
            self._progress.console.print(line, markup=False, highlight=False)

    def tries(self, shows: Callable[[], object]) -> None:
        """Shows something in Prefect's interface, as long as that answers."""
        if not self._is_shown:
            return
        try:
            shows()
        except Exception as fault:
            self._is_shown = False
            self._logger.warning("the interface does not answer (%s): the night goes on unseen", type(fault).__name__)

    def _show(self, percent: float, title: str) -> None:
        self.tries(lambda: self._update(percent, title))
        self.tries(self._beside)

    def _update(self, percent: float, title: str) -> None:
        if self._artifact is None:
            self._artifact = cast(UUID, create_progress_artifact(percent, key="progress", description=title))
        else:
            update_progress_artifact(self._artifact, percent, description=title)

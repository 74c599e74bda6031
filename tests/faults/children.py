"""Nights in processes of their own, started in an instant from a server that has imported everything."""

import contextlib
import os
import signal
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from faults.roots import one_night
from huimin.contracts.expectation import EXPECTATIONS
from huimin.errors import HuiminError
from huimin.quality.imported import expectation_named
from nights import PROJECT

CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod"})
"""Audit events by which a night changes names on disk."""

# imported once, before the fork
_ = PROJECT.rules, PROJECT.policy, [*map(expectation_named, (*EXPECTATIONS, "unexpected_rows_expectation"))]


def night_of_a_child(root: str, run: str, step: str | None = None, change: int | None = None) -> None:
    """One night that is killed after a step, or at the change of that number on disk; ends with its exit code."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    if change is not None:
        kill_at(change)

    def after(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        one_night(Path(root), run, after)
    except HuiminError as fault:
        sys.exit(fault.exit_code)


def kill_at(change: int) -> None:
    """The process kills itself when it is about to make the change of that number."""
    left = change

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if event in CHANGES:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def begin(root: Path, run: str, step: str | None = None, change: int | None = None) -> ForkServerProcess:
    """The started night."""
    context = get_context("forkserver")
    with contextlib.suppress(ValueError):
        context.set_forkserver_preload(["faults.children"])
    child = context.Process(target=night_of_a_child, args=(str(root), run, step, change))
    child.start()
    return child


def ended(child: ForkServerProcess) -> int:
    """The exit code, negative for a signal."""
    child.join(240)
    assert child.exitcode is not None
    return child.exitcode

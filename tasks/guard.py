"""Faults as operators may see them: Prefect logs every exception, and an unforeseen one can quote a cell."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.exceptions import TerminationSignal

from huimin.errors import HuiminError, InterruptedRun, UnforeseenFault

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")


class WithoutTraceback(logging.Filter):
    """A fault that the user can correct is one line in Prefect's log: where, what, and what to try."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: every record is kept, some in fewer words."""
        fault = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(fault, HuiminError | UnforeseenFault):
            record.msg, record.args, record.exc_info = on_one_line(fault), (), None
        return True


def on_one_line(fault: HuiminError | UnforeseenFault) -> str:
    """Where, what and what to try, in Chinese; of an unforeseen fault its kind and place."""
    return " ".join(fault.in_chinese().split("\n")) if isinstance(fault, HuiminError) else str(fault)


class WithoutItsEnd(logging.Filter):
    """That a task completed is no line of the log: the night's own lines say what came of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record says more."""
        return record.getMessage() != "Finished in state Completed()"


logging.getLogger("prefect.task_runs").addFilter(WithoutItsEnd())
for name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(name).addFilter(WithoutTraceback())


def guarded(step: Callable[Inputs, Result]) -> Callable[Inputs, Result]:
    """The step, whose own errors pass as they are, as do those that a step within it told; of others kind and place.

    Whoever ends the process in its midst gets InterruptedRun, whatever the step made of the signal.
    """

    @wraps(step)
    def run(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
        told: HuiminError | UnforeseenFault
        try:
            return step(*args, **kwargs)
        except BaseException as fault:
            if is_interruption(fault):
                told = InterruptedRun()
            elif isinstance(fault, HuiminError | UnforeseenFault) or not isinstance(fault, Exception):
                raise
            else:
                place = traceback.extract_tb(fault.__traceback__)[-1]
                told = UnforeseenFault(f"{type(fault).__name__} at {place.filename}:{place.lineno}")
        raise told

    return run


def is_interruption(fault: BaseException) -> bool:
    """Whether a signal is behind the fault: DuckDB tells one that comes during a query as a fault of its own."""
    behind: BaseException | None = fault
    while behind is not None:
        if isinstance(behind, KeyboardInterrupt | TerminationSignal | InterruptedRun):
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def worth_retrying(task: Task[..., object], run: TaskRun, state: State[object]) -> bool:
    """Whether trying again can help: not for an error that the user must correct."""
    del task, run
    try:
        state.result(raise_on_failure=True)
    except HuiminError as fault:
        return fault.exit_code == 14
    except Exception:
        return True
    return False

"""Faults as operators may see them: Prefect logs every exception, and an unforeseen one can quote a cell."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun

from huimin.errors import HuiminError, UnforeseenFault

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")


class WithoutTraceback(logging.Filter):
    """A fault that the user can correct is one line in Prefect's log: where, what, and what to try."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: every record is kept, some in fewer words."""
        fault = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(fault, HuiminError | UnforeseenFault):
            record.msg, record.args, record.exc_info = " ".join(str(fault).split("\n")), (), None
        return True


for name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(name).addFilter(WithoutTraceback())


def guarded(step: Callable[Inputs, Result]) -> Callable[Inputs, Result]:
    """The step, whose own errors pass as they are; of any other only kind and place are told."""

    @wraps(step)
    def run(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
        try:
            return step(*args, **kwargs)
        except HuiminError:
            raise
        except Exception as fault:
            place = traceback.extract_tb(fault.__traceback__)[-1]
            told = f"{type(fault).__name__} at {place.filename}:{place.lineno}"
        raise UnforeseenFault(told)

    return run


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

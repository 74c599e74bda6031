"""Hooks of flows: whoever is to be warned is told once a run has ended, of a night in one message."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from prefect import Flow, State
from prefect.client.schemas.objects import FlowRun
from prefect.logging.loggers import flow_run_logger

from flows.project import project_of
from huimin.errors import HuiminError, UnforeseenFault
from huimin.language import in_chinese
from huimin.store.root import Root
from huimin.watch.last_run import last_run
from huimin.watch.message import DIED, WarningLine
from huimin.watch.warn import warn_of_fault, warn_of_the_night
from huimin.zone import HERE


def warn(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:
    """Warns of the night if there is something to warn of. A message that cannot be sent is noted and fails nothing."""
    del flow
    given = flow_run.parameters
    if given.get("rules"):
        return  # no night: it never becomes the latest
    root = root_of(flow_run)

    def of_the_night() -> tuple[str, ...]:
        last = last_run(root)
        began = flow_run.start_time
        is_told = last is not None and began is not None and last.began_at.timestamp() >= began.timestamp() - 1
        project = project_of(given.get("project"))
        return warn_of_the_night(root, project, datetime.now(HERE), None if is_told else of_the_end(flow_run, state))

    tell(flow_run, of_the_night)


def warn_of_failure(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:
    """Warns of anything else that failed: a report, an import, a check."""
    del flow
    _, line = of_the_end(flow_run, state)
    tell(flow_run, lambda: warn_of_fault(root_of(flow_run), line, datetime.now(HERE)))


def tell(flow_run: FlowRun, warns: Callable[[], tuple[str, ...]]) -> None:
    """Warns, and notes in the run's log to whom, or why not."""
    logger = flow_run_logger(flow_run)  # get_run_logger takes no run where a hook has a context of its own
    try:
        for line in warns():
            logger.info(line)
    except HuiminError as fault:
        logger.warning(in_chinese(fault.told))
    except Exception as fault:
        logger.warning("警告没有发出：%s", type(fault).__name__)


def root_of(flow_run: FlowRun) -> Root:
    """The root that the run worked on."""
    return Root(Path(flow_run.parameters.get("root") or "data").resolve())


def of_the_end(flow_run: FlowRun, state: State[object]) -> WarningLine:
    """How a run ended that left no word of its own: the words of our own errors, of any other its state's name alone.

    Prefect's own words may quote a cell.
    """
    if state.is_crashed():
        return "interrupted", f"{flow_run.name}：{DIED}"
    fault = None
    with suppress(Exception):
        fault = state.result(raise_on_failure=False)
    own = isinstance(fault, HuiminError | UnforeseenFault | list)
    return "failed", f"{flow_run.name}：{state.message if own and state.message else state.name}"

"""Hooks of the nightly flow: whoever is to be warned of a night is told, in one message, once it has ended."""

from datetime import datetime
from pathlib import Path

from prefect import Flow, State, get_run_logger
from prefect.client.schemas.objects import FlowRun

from flows.project import project_of
from huimin.errors import HuiminError
from huimin.store.root import Root
from huimin.watch.last_run import last_run
from huimin.watch.warn import warn_of_the_night
from huimin.zone import HERE


def warn(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:
    """Warns of the night if there is something to warn of. A message that cannot be sent is noted and fails nothing."""
    del flow
    given = flow_run.parameters
    if given.get("rules"):
        return  # no night: it never becomes the latest
    logger = get_run_logger(flow_run=flow_run)
    root = Root(Path(given.get("root") or "data").resolve())
    try:
        last = last_run(root)
        began = flow_run.start_time
        is_told = last is not None and began is not None and last.began_at.timestamp() >= began.timestamp() - 1
        unbegun = None if is_told else state.message or str(state.name)
        for line in warn_of_the_night(root, project_of(given.get("project")), datetime.now(HERE), unbegun):
            logger.info(line)
    except HuiminError as fault:
        logger.warning("%s: %s", fault.where, fault.problem)
    except Exception as fault:
        logger.warning("no warning could be sent: %s", type(fault).__name__)

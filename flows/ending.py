"""How a flow run is named, and how it ends, in the eyes of an operator."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from prefect import State, get_client, runtime
from prefect.states import Cancelled, Completed, Failed

from huimin.errors import BusyError, HuiminError, InterruptedRun, UnforeseenFault
from huimin.nights.published_run import NothingUsable, PublishedRun
from huimin.watch.last_run import NAMES
from huimin.zone import HERE
from tasks.guard import on_one_line

Left = TypeVar("Left")
OVERLAPPING = "另一次运行正占用这个数据根目录，会做完这一次要做的一切；需要再运行时，等它结束"


def given_day(parameter: str) -> str:
    """The day that the run was started for: the parameter's, or today's."""
    return str(runtime.flow_run.parameters.get(parameter) or datetime.now(HERE).date())


def night_named() -> str:
    """The name of a nightly flow run before its run has an id."""
    return f"夜间比对 {given_day('run_date')}"


def month_named() -> str:
    """The name of a monthly flow run."""
    return f"月报 {given_day('month')[:7]} · {datetime.now(HERE):%m-%d %H:%M:%S}"


def rename(run: str) -> None:
    """The flow run bears the run's id too: every name is another."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(UUID(runtime.flow_run.id), name=f"{night_named()} · {run}")


def ended(published: PublishedRun, headline: str) -> State[PublishedRun]:
    """Completed under the name of what there is to do, or failed where nothing usable came."""
    name = NAMES.get(published.exit_code)
    if name is None:
        return Failed(message=headline, data=NothingUsable(published, headline))
    return Completed(name=name, message=headline, data=published)


def failed(fault: HuiminError | UnforeseenFault) -> State[Left]:
    """Failed, with the fault's own words as message; whoever asks for the result gets the fault.

    A run that somebody ended is cancelled, and no fault.
    """
    if isinstance(fault, InterruptedRun):
        return Cancelled(message=f"{fault.where}{fault.problem}；{fault.fix}", data=fault)
    return Failed(message=on_one_line(fault), data=fault)


def overlapping(busy: BusyError) -> State[Left]:
    """Cancelled: the run that holds the root does all that this one would have done."""
    return Cancelled(message=OVERLAPPING, data=busy)

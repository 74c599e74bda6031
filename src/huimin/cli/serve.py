"""The command that serves a root: PostgreSQL, Prefect's server, the deployments, a worker."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from huimin.cli.app import errors, told
from huimin.cli.options import PROJECT, ROOT, ProjectOption, RootOption
from huimin.errors import HuiminError
from huimin.serving.serve import serve as serve_root
from huimin.serving.served import PORT, Served
from huimin.serving.unseen import died_unseen
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.watch.warn import warn_of_absence
from huimin.zone import HERE


def serve(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    host: Annotated[
        str, Parameter(env_var="HUIMIN_HOST", help="The address to listen on; the loopback keeps other machines out.")
    ] = "127.0.0.1",
    port: Annotated[int, Parameter(env_var="HUIMIN_PORT", help="The port to listen on.")] = PORT,
    address: Annotated[
        str,
        Parameter(
            env_var="HUIMIN_ADDRESS",
            help="What browsers call this machine, when it is not http://HOST:PORT.",
            show_default=False,
        ),
    ] = "",
    database: Annotated[
        Literal["auto", "postgresql", "sqlite"],
        Parameter(env_var="HUIMIN_DATABASE", help="auto: PostgreSQL where it is installed, else SQLite."),
    ] = "auto",
) -> None:
    """Serves the root until ctrl-C."""
    served = Served(opened(Root(root.resolve())), host, port, address.rstrip("/"))
    serve_root(served, project, database, say, watching(served))


def say(line: str) -> None:
    """A line for whoever started it."""
    errors.print(line, markup=False, highlight=False)


def watching(served: Served) -> Callable[[], None]:
    """Warns of a night that is missing, of runs whose process died, of a full disk, of a back-up that did not come."""
    looked_at = datetime.now(HERE)

    def look() -> None:
        nonlocal looked_at
        now = datetime.now(HERE)
        unseen = died_unseen(served, looked_at)
        if unseen is not None:  # else they are asked for again, once the server is back
            looked_at = now
        try:
            for line in warn_of_absence(served.root, now, unseen or ()):
                say(line)
        except HuiminError as fault:
            say(told(fault))

    return look

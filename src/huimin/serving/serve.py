"""Everything a root is served by, brought up in order, watched, and taken down in the reverse order."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from huimin.errors import BusyError, PublishError
from huimin.language import _
from huimin.project import Project, own_project
from huimin.serving.postgres import Cluster, cluster_of
from huimin.serving.served import POOL, Served, environment_of, settings_file
from huimin.serving.services import Service, answers, watch
from huimin.store.root import hold

Say = Callable[[str], None]


class Stopped(Exception):  # noqa: N818  no fault: somebody wants it to end
    """Somebody asked this process to end."""


def serve(served: Served, project: Project, database: str, say: Say, beside: Callable[[], None]) -> None:
    """Serves the root until this process is asked to end: ctrl-C or SIGTERM stops all that it started.

    `database`: postgresql, sqlite, or auto; `beside`: what is done now and then meanwhile. Raises BusyError when the
    root is served already or the port is taken, UsageError and PublishError for what the machine lacks or what keeps
    ending.
    """
    served.prepare()
    with (
        hold(served.folder / "lock", _("another `huimin serve` serves this root")),
        ended_by_signals(),
        TemporaryDirectory(prefix="huimin-", ignore_cleanup_errors=True) as scratch,
    ):
        free(served)
        cluster = cluster_of(served.root, database)
        running: list[Service] = []
        try:
            for service in services(served, project, cluster, Path(scratch), say):
                service.start()
                running.append(service)
                service.await_ready()
            say(
                _("served at {address}; the login is in {login}", address=served.address, login=served.folder / "login")
            )
            watch(running, say, beside)
        except Stopped:
            say(_("stopping"))
        finally:
            for service in reversed(running):
                service.stop()
            settings_file(served.root).unlink(missing_ok=True)
            if cluster:
                shutil.rmtree(cluster.socket, ignore_errors=True)


def services(served: Served, project: Project, cluster: Cluster | None, scratch: Path, say: Say) -> Iterator[Service]:
    """Database, server and worker; each is asked for when the one before answers.

    `scratch`: a folder of this user's alone for what worker and runs lay aside. Prefect would take the same folder
    under /tmp for every user.
    """
    settings = {**served.settings(cluster.url if cluster else None), "HUIMIN_PROJECT": str(project.path)}
    environment = environment_of(settings)
    clients = environment_of({name: value for name, value in settings.items() if is_a_clients(name)})
    served.write_settings({name: value for name, value in settings.items() if is_a_clients(name)})
    if cluster:
        say(_("PostgreSQL in {folder}", folder=cluster.folder))
        cluster.make()
        database = Service("PostgreSQL", cluster.command, {}, cluster.is_ready, Path("/"), cluster.owner, signal.SIGINT)
        yield database
    else:
        say(_("SQLite in {folder}", folder=served.folder))
    here = served.root.path
    yield Service(_("Prefect server"), prefect("server", "start"), environment, lambda: answers(served.api), here)
    for name, command in set_up(project):
        say(name)
        finish(name, command, clients, here)
    words = ("worker", "start", "--pool", POOL, "--name", socket.gethostname())
    apart = {**clients, "TMPDIR": str(scratch)}
    yield Service(_("Prefect worker"), prefect(*words), apart, lambda: True, here)


def set_up(project: Project) -> tuple[tuple[str, list[str]], ...]:
    """What stands in the server before a worker starts; doing it again changes nothing."""
    file = project.path / "prefect.yaml"
    deployments = file if file.is_file() else own_project().path / "prefect.yaml"
    laying = prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(deployments))
    return (_("work pool"), [sys.executable, "-m", "flows.pool"]), ("deployments", laying)


def prefect(*words: str) -> list[str]:
    """A command of Prefect's in this interpreter."""
    return [sys.executable, "-m", "prefect", *words]


def finish(name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
    """Runs the command to its end. Raises PublishError with what it said when it fails."""
    done = subprocess.run(  # noqa: S603  the words are ours
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise PublishError(name, _("not set up:\n{said}", said=said), _("see `prefect config view`; huimin doctor"))


def is_a_clients(name: str) -> bool:
    """Whether a worker and the shell need the setting: not what the server alone should know."""
    return not name.startswith(("PREFECT_SERVER_API_", "PREFECT_API_DATABASE_"))


def free(served: Served) -> None:
    """Raises BusyError when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((served.host, served.port))
        except OSError as fault:
            problem = _("cannot be listened on: {reason}", reason=fault.strerror)
            raise BusyError(
                f"{served.host}:{served.port}", problem, _("give another --port, or end its holder")
            ) from None


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise Stopped once; what stops the rest is not disturbed by another."""

    def stopped(number: int, frame: FrameType | None) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    before = [(one, signal.signal(one, stopped)) for one in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for one, what in before:
            signal.signal(one, what)

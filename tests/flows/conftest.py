"""A real Prefect server and worker, on loopback, for the session."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from huimin.cli.nights import QUIET_PREFECT
from nights import CHECKOUT
from servers import free_port, wait_for


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment in which a real server answers."""
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {**os.environ, **QUIET_PREFECT, "PREFECT_HOME": str(home), "PREFECT_SERVER_API_PORT": str(port)}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"{url}/health")
        yield {**environment, "PREFECT_API_URL": url}
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def prefect_command(prefect_server):
    """Runs one `prefect` command against the server, in the project."""

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
        done = subprocess.run(command, env=prefect_server, cwd=CHECKOUT, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def worker(prefect_command, prefect_server, tmp_path) -> Iterator[None]:
    """A process worker on the pool that the deployment names."""
    prefect_command("work-pool", "create", "huimin", "--type", "process", "--overwrite")
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "huimin", "--name", "test"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, env=prefect_server, cwd=CHECKOUT, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)

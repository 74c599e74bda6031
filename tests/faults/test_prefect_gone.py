"""The Prefect API goes in the middle of a night: the run is published whole or not at all, the next one is clean."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faults.roots import FIRST, copied, leftovers, one_night
from huimin.cli.nights import QUIET_PREFECT
from huimin.store.root import Root
from huimin.upkeep.verify import verify
from nights import CHECKOUT
from servers import free_port, wait_for

NEXT = "20990822T020000-000002"
MOMENTS = {
    "before anything is read": lambda root: any((root / "state" / "work").iterdir()),
    "while deliveries are read": lambda root: any((root / "standard").glob("*/.*.partial")),
    "while rules run": lambda root: any((root / "state" / "work").glob("*/work.duckdb")),
}


def run_of(root: Path, environment: dict[str, str]) -> subprocess.Popen:
    words = ["run", "--root", str(root), "--date", "2023-08-22", "--settle", "0", "--json"]
    command = [sys.executable, "-m", "huimin.cli", *words]
    return subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_night_without_its_prefect_server_is_published_whole_or_not_at_all(before, tmp_path, long, moment):
    if not long:
        pytest.skip("a minute each: make faults")
    root, home, port = copied(before, tmp_path / "root"), tmp_path / "prefect", free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {**os.environ, **QUIET_PREFECT, "PREFECT_HOME": str(home), "PREFECT_API_URL": url}
    words = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"{url}/health")
        run = run_of(root, environment)
        while not MOMENTS[moment](root) and run.poll() is None:
            time.sleep(0.001)
    finally:
        server.kill()
        server.wait()
    said, complained = run.communicate(timeout=600)
    latest = Root(root).latest()
    assert latest is not None
    # without the server the flow cannot report its end: it may be published and yet end as a fault
    assert run.returncode or latest != FIRST
    assert verify(root, latest) == verify(root, FIRST) == ()
    assert b"Traceback" not in complained
    assert not said or run.returncode == 0
    one_night(root, NEXT)
    assert verify(root, NEXT) == ()
    assert leftovers(root) == []

"""`huimin run` whose Prefect server is lost midway: the night is whole, and the command ends at once and well."""

import json
import subprocess
import sys
import time

import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.store.root import Root
from huimin.upkeep.verify import verify
from nights import CHECKOUT
from servers import Door
from serving import Serving

MOMENTS = {
    "while deliveries are read": lambda root: any((root / "standard").glob("*/*")),
    "while it is published": lambda root: any((root / "published").glob(".*")) or Root(root).latest(),
}


def lost(served: Serving, root, is_now) -> tuple[subprocess.CompletedProcess, float]:
    """The command, and the seconds from the loss of the server, or the publication, to its end."""
    door = Door(int(served.environment["PREFECT_API_URL"].rpartition(":")[2].removesuffix("/api")))
    environment = {**served.environment, "PREFECT_API_URL": f"http://127.0.0.1:{door.port}/api"}
    words = ["run", "--root", str(root), "--date", "2023-08-22", "--settle", "0", "--json"]
    run = subprocess.Popen(
        [sys.executable, "-m", "huimin.cli", *words],
        env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not is_now(root) and run.poll() is None:
        time.sleep(0.002)
    door.shut()
    while Root(root).latest() is None and run.poll() is None:
        time.sleep(0.05)
    begun = time.monotonic()
    said, complained = run.communicate(timeout=240)
    return subprocess.CompletedProcess(words, run.returncode, said, complained), time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("moment", ["while deliveries are read", "while it is published"])
def test_a_night_that_loses_its_server_is_whole_and_ends_at_once(served, tmp_path, moment):
    root = tmp_path / "root"
    deliver(root)
    run, seconds = lost(served, root, MOMENTS[moment])
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["run"], told["clues"]) == (Root(root).latest(), 2)
    assert verify(root, told["run"]) == ()
    assert "the Prefect server could not be told" in run.stderr
    assert seconds < 60, seconds  # it was 155, of retries
    for secret in (HEAD, WIFE, "张三", "Traceback"):
        assert secret not in run.stdout + run.stderr

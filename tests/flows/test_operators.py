"""Every command that operators are shown is run, on a root as they have it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import deliver
from huimin.nights import run
from huimin.store.root import Root
from huimin.watch.last_run import kept
from huimin.zone import HERE
from nights import CHECKOUT, night, run_night
from servers import ENDED
from serving import Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
BLOCKS = re.findall(r"```console\n(.*?)```", (CHECKOUT / "docs" / "operators.md").read_text("utf-8"), re.DOTALL)
LINES = [re.sub(r"\s+#.*", "", line).removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]
HUIMIN = [line for line in LINES if re.match(r"(\.venv/bin/)?huimin ", line)]
PREFECT = [line for line in LINES if line.startswith("prefect ")]
ELSEWHERE = {
    "make demo": "the README's own test, and tests/flows/test_wheel.py",
    "make serve": "tests/serving.py: what it starts is what every test here asks",
    "set -a; . data/state/prefect/prefect.env; set +a": "below, with the line that follows it",
    "adduser --system": "needs root on a machine of its own; the units: tests/conventions/test_service_files.py",
    "install -": "likewise",
    "systemctl ": "likewise",
    "journalctl ": "likewise",
    "python3 -m venv": "tests/flows/test_wheelhouse.py",
    "/opt/huimin/.venv/bin/pip": "likewise",
}
"""What is tried by other tests, or can be tried only on a machine of its own."""
PLACEHOLDERS = re.compile(r"20230822T020000-1a2b3c|20230823T020000-4d5e6f|0123456789abcdef")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a night, and another that the brake holds."""
    root = tmp_path_factory.mktemp("operators") / "data"
    deliver(root)
    first = run_night(root)
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    deliver(root, OTHER_DEATH)
    now, tonight = datetime.now(HERE), night(root)
    with kept(tonight, now) as ends:
        held = run.run_night(tonight, now)
        ends(held, held.headline({}))
    assert held.held and Root(root).latest() == first.run
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """The same, as `data` of a folder of its own."""
    return Path(shutil.copytree(made, tmp_path / "data", symlinks=True))


def told(line: str, root: Path) -> str:
    """The line with the names of this root in place of the page's."""
    runs = sorted(place.name for place in (root / "published").glob("2*"))
    delivery = next((root / "standard" / "urban_dibao").iterdir()).name
    names = {"20230822T020000-1a2b3c": runs[0], "20230823T020000-4d5e6f": runs[-1], "0123456789abcdef": delivery}
    return PLACEHOLDERS.sub(lambda found: names[found[0]], line)


def test_no_command_is_left_out() -> None:
    left = [line for line in LINES if line not in HUIMIN + PREFECT and not line.startswith(tuple(ELSEWHERE))]
    assert left == []


@pytest.mark.long
@pytest.mark.parametrize("line", HUIMIN)
def test_the_command_does_what_the_page_says(line: str, root: Path, served: Serving) -> None:
    words = shlex.split(told(line.removeprefix(".venv/bin/"), root))[1:]
    environment = {**served.environment, "HUIMIN_ROOT": "data"}
    command = [sys.executable, "-m", "huimin.cli", *words]
    done = subprocess.run(command, cwd=root.parent, env=environment, capture_output=True, text=True, timeout=600)
    expected = {"run": {0, 16}, "status": {16}}.get(words[0], {0})
    assert done.returncode in expected, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("line", PREFECT)
def test_prefect_takes_the_command_after_the_file_of_settings_is_read(line: str, served, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(served.root)
    settings = "set -a; . data/state/prefect/prefect.env; set +a"
    assert settings in LINES
    words = f"{settings}; {shlex.quote(sys.executable)} -m {line}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        ["sh", "-c", words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", done.stdout))
    served.api.reaches(run, ENDED)

"""Every command that operators are shown is run, on a root as they have it, from the page's top to its bottom."""

import os
import re
import shlex
import subprocess
import sys
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import FILES, deliver, person
from huimin.errors import HELD
from huimin.store.root import DROP_DIRECTORY, DROP_FILE, Root
from nights import CHECKOUT
from servers import ENDED
from serving import Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
BLOCKS = re.findall(r"```console\n(.*?)```", (CHECKOUT / "docs" / "operators.md").read_text("utf-8"), re.DOTALL)
LINES = [re.sub(r"\s+#.*", "", line).removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]
WALKED = [line for line in LINES if re.match(r"(\.venv/bin/)?huimin |install -d|mv ", line)]
PREFECT = [line for line in LINES if line.startswith("prefect ")]
ELSEWHERE = {
    "make demo": "the README's own test, and tests/flows/test_wheel.py",
    "make serve": "tests/serving.py: what it starts is what every test here asks",
    "set -a; . data/state/prefect/prefect.env; set +a": "below, with the line that follows it",
    "adduser --system": "needs root on a machine of its own; the units: tests/conventions/test_service_files.py",
    "install -D": "likewise",
    "install -m": "likewise",
    "systemctl ": "likewise",
    "journalctl ": "likewise",
    "python3 -m venv": "tests/flows/test_wheelhouse.py",
    "/opt/huimin/.venv/bin/pip": "likewise",
    "openssl rand": "a key is 32 bytes in base64, as `KEY` is: from the line that needs it on, every command has it",
    "export HUIMIN_KEY": "likewise",
}
"""What is tried by other tests, or can be tried only on a machine of its own."""
KEY = b64encode(bytes(32)).decode()
HEADING = "姓名,身份证号,户号,户籍状态,街道\n"
PEOPLE = [f"张三,{person('19700101', number)},H{number},正常,甲街道\n" for number in range(1, 21)]
WHOLE = {"population/乙街道/户籍20230801.csv": HEADING + "".join(PEOPLE)}
CUT = {"population/乙街道/户籍20230802.csv": HEADING + PEOPLE[0]}
"""Most of the register is missing: kept out."""


def test_no_command_is_left_out() -> None:
    left = [line for line in LINES if line not in WALKED + PREFECT and not line.startswith(tuple(ELSEWHERE))]
    assert left == []


def come(root: Path, files: dict[str, str], written: float | None = None) -> None:
    """Departments wrote the files at that time, an hour ago by default, into folders as the page has them."""
    deliver(root, files)
    for place in (root / "inbox").rglob("*"):
        place.chmod(DROP_DIRECTORY if place.is_dir() else DROP_FILE)
        os.utime(place, (written or time.time() - 3600,) * 2)


def ended(line: str, folder: Path, served: Serving, **more: str) -> tuple[int, str]:
    """How the command ended in that folder, with `more` in its environment, and what it said."""
    words = shlex.split(line)
    words = [sys.executable, "-m", "huimin.cli", *words[1:]] if words[0] == "huimin" else words
    environment = {**served.environment, "HUIMIN_ROOT": "data", **more}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout + done.stderr


def named(line: str, folder: Path) -> str:
    """The line with the names that this root has in place of the page's."""
    names = {"/backup/huimin": str(folder / "backup")}
    runs = sorted(place.name for place in (folder / "data" / "published").glob("2*"))
    if runs:
        names |= {"20230822T020000-1a2b3c": runs[0], "20230823T020000-4d5e6f": runs[-1]}
        listed = pl.read_parquet(folder / "data" / "published" / runs[-1] / "deliveries.parquet")
        known = {row["file"]: row["delivery"] for row in listed.iter_rows(named=True)}
        names |= {"0123456789abcdef": known.get(Path(*CUT).name, ""), "fedcba9876543210": known["特困2023年8月.csv"]}
    if made := sorted(place.name for place in (folder / "backup").glob("2*")):
        names["20230822T060000"] = made[-1]
    for page, here in names.items():
        line = line.replace(page, here)
    return line.removeprefix(".venv/bin/")


@pytest.mark.long
def test_the_page_is_run_from_top_to_bottom(tmp_path: Path, served: Serving) -> None:
    root = tmp_path / "data"
    more: dict[str, str] = {}
    for line in WALKED:
        if line.startswith("huimin secret encrypt"):
            more = {"HUIMIN_KEY": KEY}
        if line.startswith("huimin backfill"):
            come(tmp_path / "data-2023", FILES, datetime(2023, 1, 1, tzinfo=UTC).timestamp())
        if line.startswith("huimin plan"):
            come(root, FILES | WHOLE)
            # so that few clues are enough for the brake
            (root / "state").mkdir(0o700, exist_ok=True)
            (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
        if line.startswith("huimin status"):
            come(root, OTHER_DEATH | CUT)
            code, told = ended("huimin run --root data", tmp_path, served, **more)
            assert code == HELD, told
        if line.startswith("huimin purge --delivery"):
            (root / "inbox" / "tekun" / "特困2023年8月.csv").unlink()
        code, told = ended(named(line, tmp_path), tmp_path, served, **more)
        assert code == (HELD if line.startswith("huimin status") else 0), f"{line}\n{told}"
    assert Root(root).latest() == max(place.name for place in (root / "published").glob("2*"))
    assert {place.name for place in tmp_path.iterdir()} == {"data", "data-2023", "data.damaged", "backup"}


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

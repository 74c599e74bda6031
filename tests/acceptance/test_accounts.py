"""Who reaches what: an analyst's account, a case worker's, anybody's; and a night that reaches nobody outside."""

import grp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from deliveries import HEAD, deliver
from huimin.report.posting import post
from huimin.store.root import Root
from huimin.zone import HERE
from nights import PROJECT, RUN_DATE, run_night

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can try as somebody else"),
]
ANALYSTS = "games"
"""A group that every Debian has."""
NOBODY = 65534


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A root whose published side is the analysts', below a folder that anybody may enter."""
    with tempfile.TemporaryDirectory(prefix="huimin-accounts-") as folder:
        Path(folder).chmod(0o755)
        root = Path(folder) / "root"
        Root(root).prepare()
        deliver(root)
        (root / "state" / "settings.toml").write_text(f'analysts_group = "{ANALYSTS}"\n')
        run_night(root)
        root.chmod(0o755)
        post(Root(root), PROJECT, RUN_DATE.replace(day=1), datetime.now(HERE))
        yield root


def reached(root: Path, group: int) -> tuple[set[str], set[str]]:
    """The files below the root that an account of that group can read, and the places that it can write into."""
    account = ["setpriv", "--reuid", str(NOBODY), "--regid", str(group), "--clear-groups"]
    found = [place for place in root.rglob("*") if not place.is_symlink()]
    readable, writable = (
        [place for place, code in zip(kind, codes(account, test, kind), strict=True) if code]
        for test, kind in (("-r", [p for p in found if p.is_file()]), ("-w", [p for p in found if p.is_dir()]))
    )
    return tuple({str(place.relative_to(root)) for place in some} for some in (readable, writable))


def codes(account: list[str], test: str, places: list[Path]) -> list[bool]:
    """For each place whether the test of it holds for the account."""
    script = f'for place; do if [ {test} "$place" ]; then echo 1; else echo 0; fi; done'
    told = subprocess.run(
        [*account, "sh", "-c", script, "sh", *map(str, places)], capture_output=True, text=True, check=True
    )
    return [line == "1" for line in told.stdout.split()]


def test_an_analyst_reads_what_is_published_and_nothing_else(root: Path) -> None:
    readable, writable = reached(root, grp.getgrnam(ANALYSTS).gr_gid)
    everything = {
        str(place.relative_to(root)) for place in root.rglob("*") if place.is_file() and not place.is_symlink()
    }
    assert readable == {name for name in everything if name.startswith(("published/", "public/"))}
    assert any(name.endswith("clues.duckdb") for name in readable)
    assert writable == set()


def test_anybody_else_reads_what_is_posted_alone(root: Path) -> None:
    readable, writable = reached(root, NOBODY)
    assert readable and {name.partition("/")[0] for name in readable} == {"public"}
    assert writable == set()


def test_nobody_but_the_case_worker_s_own_account_reads_what_is_restricted(root: Path) -> None:
    """That is the account of the pipeline, which hands workbooks out: in another group it reads nothing more."""
    kept = [place for place in (root / "restricted").rglob("*") if place.is_file()]
    assert any(HEAD.encode() in place.read_bytes() or place.suffix == ".xlsx" for place in kept)
    assert {place.stat().st_mode & 0o077 for place in (root / "restricted", *kept)} == {0}


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("unshare") or not shutil.which("ip"), reason="no network namespaces here")
def test_a_night_with_a_server_reaches_nobody_outside(tmp_path: Path) -> None:
    """In a namespace with the loopback alone: whatever asked for another machine would fail, or hang."""
    deliver(tmp_path / "root")
    night = [sys.executable, "-m", "huimin.cli", "run", "--root", str(tmp_path / "root"), "--date", str(RUN_DATE)]
    words = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *night, "--settle", "0"]
    home = {**os.environ, "HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path / "prefect")}
    ended = subprocess.run(words, env=home, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    assert "完成：接收 5 份" in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr and "could not be told" not in ended.stderr

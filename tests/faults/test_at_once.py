"""Several runs at once: one holds the root, the others are told so; no lock outlives its process; readers stay."""

import shutil
import signal
import subprocess
import sys
import time
from datetime import date

import duckdb
import pytest

from faults.children import begin, ended
from faults.roots import FIRST, SECOND, THIRD, assert_recovers, copied, one_night
from huimin.errors import BusyError
from huimin.store.root import Root
from huimin.upkeep.verify import verify


@pytest.mark.long
@pytest.mark.slow
def test_of_runs_at_once_one_wins_and_nothing_is_mixed(before, tmp_path, long):
    for runs in range(2, 9) if long else (2,):
        root = copied(before, tmp_path / f"root{runs}")
        names = [SECOND, *(f"20230822T02000{number}-00000{number}" for number in range(1, runs))]
        children = [begin(root, name) for name in names]
        codes = [ended(child) for child in children]
        assert set(codes) <= {0, 15}
        assert 0 in codes
        published = {path.name for path in (root / "published").iterdir()} - {"latest", FIRST}
        assert published == {name for name, code in zip(names, codes) if code == 0}
        for run in published:
            assert verify(root, run) == ()
        assert Root(root).latest() in published


@pytest.mark.slow
def test_a_run_is_refused_while_another_holds_the_root_and_not_after_that_was_killed(before, undisturbed, tmp_path):
    root = copied(before, tmp_path / "root")
    holder = begin(root, SECOND)
    place = root / "state" / "lock"
    while place.exists() is False or place.read_text() != str(holder.pid):
        time.sleep(0.01)
        assert holder.is_alive()
    with pytest.raises(BusyError, match=f"process {holder.pid}") as caught:
        one_night(root, THIRD)
    assert caught.value.exit_code == 15
    holder.kill()
    assert ended(holder) == -signal.SIGKILL
    assert place.read_text() == str(holder.pid)  # the stale lock is there, and holds nobody up
    assert_recovers(root, undisturbed)


READER = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as con:
    before = con.execute("select count(*), max(last_seen) from clues").fetchall()
    print("open", flush=True)
    sys.stdin.readline()
    assert con.execute("select count(*), max(last_seen) from clues").fetchall() == before
    assert con.execute("select count(*) from evidence").fetchall()[0][0] > 0
"""


@pytest.mark.slow
def test_an_analyst_keeps_the_old_database_while_the_next_run_is_published_and_the_old_one_goes(before, tmp_path):
    root = copied(before, tmp_path / "root")
    latest = root / "published" / "latest" / "clues.duckdb"
    command = [sys.executable, "-c", READER, str(latest)]
    analyst = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert analyst.stdout and analyst.stdout.readline() == "open\n"
    one_night(root, SECOND, run_date=date(2023, 8, 23))
    shutil.rmtree(root / "published" / FIRST)
    with duckdb.connect(str(latest), read_only=True) as con:
        assert con.execute("select max(last_seen) from clues").fetchall() == [(date(2023, 8, 23),)]
    analyst.communicate("go on\n", timeout=60)
    assert analyst.returncode == 0
    assert Root(root).latest() == SECOND
    assert verify(root, SECOND) == ()

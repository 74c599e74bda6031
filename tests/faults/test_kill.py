"""kill -9 at any moment: the last published run stays whole and the next one is as if nothing had been."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deliveries import FILES, HEAD, deliver
from huimin.root import Root
from huimin.verify import verify
from nights import PROJECT, run_night, table

KILLS = 6


def begin(root: Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "tests")}
    words = [sys.executable, "-m", "faults.one_night", str(root)]
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_killed_night_leaves_no_trace(tmp_path):
    undisturbed, root = tmp_path / "undisturbed", tmp_path / "killed"
    deliver(undisturbed)
    deliver(root)
    run_night(undisturbed)
    first = run_night(root)
    correction = f"姓名,身份证号,户主身份证号,发放金额,发放月份\n张三,{HEAD},{HEAD},400,2023-08\n"
    for place in (undisturbed, root):
        deliver(place, {**FILES, "urban_dibao/更正.csv": correction})
        os.utime(place / "inbox" / "urban_dibao" / "更正.csv", (4e9, 4e9))
    expected = run_night(undisturbed)
    began = time.monotonic()
    assert begin(root).wait() == 0
    length = time.monotonic() - began
    chance = random.Random(1)
    for _ in range(KILLS):
        latest = Root(root).latest()
        process = begin(root)
        time.sleep(chance.uniform(0.2, 1.0) * length)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert Root(root).latest() is not None
        assert verify(root, Root(root).latest()) == ()
        assert verify(root, latest) == ()
        assert (root / "restricted" / Root(root).latest()).is_dir()
    after = run_night(root)
    kept = ["rule", "item", "first_period", "periods", "amount_at_risk", "state", "summary"]
    assert table(after, "clues").select(kept).sort(kept).equals(table(expected, "clues").select(kept).sort(kept))
    assert table(after, "deliveries").drop("received_at").equals(table(expected, "deliveries").drop("received_at"))
    assert table(first, "clues").height == 2
    assert not list(root.glob("**/*.partial"))


def test_a_replacement_that_was_killed_is_ended_by_the_next_night(tmp_path):
    deliver(tmp_path)
    before = run_night(tmp_path)
    folder = next((tmp_path / "standard" / "tekun").iterdir())
    partial = folder.with_name(f".{folder.name}.abc.partial")
    folder.rename(partial)
    folder.mkdir()
    (folder / "rows.parquet").write_bytes(b"half")
    half = folder.with_name(".0123456789abcdef.abc.partial")
    half.mkdir()
    after = run_night(tmp_path)
    assert table(after, "deliveries").equals(table(before, "deliveries"))
    assert [place.name for place in folder.parent.iterdir()] == [folder.name]

"""kill -9 at any moment: the last published run stays whole and the next one is as if nothing had been."""

import random
import signal
import time

import pytest

from deliveries import deliver
from faults.children import begin, ended
from faults.roots import SECOND, STEPS, assert_pair_is_whole, assert_recovers, copied
from huimin.deliveries.standard import SEAL
from nights import run_night, table


@pytest.mark.long
def test_a_night_killed_after_each_step_leaves_no_trace(before, undisturbed, tmp_path):
    root = copied(before, tmp_path / "root")
    for step in STEPS:
        assert ended(begin(root, SECOND, step=step)) == -signal.SIGKILL
        assert_pair_is_whole(root)
    assert_recovers(root, undisturbed)


@pytest.mark.slow
def test_a_night_killed_at_random_moments_leaves_no_trace(before, undisturbed, tmp_path, long):
    began = time.monotonic()
    assert ended(begin(copied(before, tmp_path / "whole"), SECOND)) == 0
    length = time.monotonic() - began
    chance = random.Random(1)
    root = None
    for number in range(200 if long else 1):
        if root is None or (root / "published" / SECOND).exists():
            if root is not None:
                assert_recovers(root, undisturbed)
            root = copied(before, tmp_path / f"root{number}")
        child = begin(root, SECOND)
        time.sleep(chance.uniform(0.05, 1.05) * length)
        child.kill()
        child.join()
        assert_pair_is_whole(root)
    assert_recovers(root, undisturbed)


@pytest.mark.long
def test_a_night_killed_at_each_change_on_disk_leaves_no_trace(before, undisturbed, tmp_path):
    root = copied(before, tmp_path / "root")
    change, killed = 0, 0
    while ended(begin(root, SECOND, change=change)) == -signal.SIGKILL:
        assert_pair_is_whole(root)
        killed += 1
        change += 1
        if (root / "published" / SECOND).exists():
            assert_recovers(root, undisturbed)
            root = copied(before, tmp_path / f"root{change}")
    assert killed > 0
    assert_recovers(root, undisturbed)


def test_a_replacement_that_was_killed_is_ended_by_the_next_night(tmp_path):
    deliver(tmp_path)
    first = run_night(tmp_path)
    folder = next((tmp_path / "standard" / "tekun").iterdir())
    partial = folder.with_name(f".{folder.name}.abc.partial")
    folder.rename(partial)
    folder.mkdir()
    (folder / "rows.parquet").write_bytes(b"half")
    half = folder.with_name(".0123456789abcdef.abc.partial")
    half.mkdir()
    purged = folder.with_name(".fedcba9876543210.purged.partial")
    purged.mkdir()
    (purged / SEAL).write_text("{}")
    after = run_night(tmp_path)
    assert table(after, "deliveries").equals(table(first, "deliveries"))
    assert [place.name for place in folder.parent.iterdir()] == [folder.name]

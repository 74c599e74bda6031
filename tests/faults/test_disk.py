"""A full or closed disk: the run ends with 14 and says where, the published pair stays, and the next night is clean."""

import shutil
import tempfile
from pathlib import Path

import pytest

from faults.mounts import fill, read_only, small_disk
from faults.roots import FIRST, SECOND, assert_pair_is_whole, assert_recovers, copied, one_night
from huimin.errors import PublishError
from huimin.store.root import Root

SIZE = 64 * 1024**2
PLACES = ("", "archive", "standard", "state", "restricted", "published")
MUCH_ALIKE = ("archive", "standard", "state")


def used(place: Path) -> int:
    """Bytes taken on the disk of that place."""
    return shutil.disk_usage(place).used


@pytest.fixture(scope="module")
def need(prepared, tmp_path_factory) -> int:
    """Bytes that the second night takes when it takes most."""
    with small_disk(tmp_path_factory.mktemp("need") / "disk", SIZE) as disk:
        root = copied(prepared[0], disk / "root")
        first, most = used(disk), 0

        def note(step: str) -> None:
            nonlocal most
            most = max(most, used(disk) - first)

        one_night(root, SECOND, note)
        return most


@pytest.mark.long
@pytest.mark.slow
def test_a_disk_that_fills_up_at_any_point_leaves_the_last_run(before, undisturbed, tmp_path, need, long):
    full = 0
    with small_disk(tmp_path / "disk", SIZE) as disk:
        for tenth in range(10) if long else (1, 6):
            root = copied(before, disk / f"root{tenth}")
            ballast = fill(disk, left=need * tenth // 10)
            try:
                one_night(root, SECOND)
            except PublishError as fault:
                full += 1
                assert "No space left" in fault.problem
                assert assert_pair_is_whole(root) == FIRST
            ballast.unlink()
            assert_recovers(root, undisturbed)
            shutil.rmtree(root)
    assert full > (5 if long else 0)


@pytest.mark.long
@pytest.mark.slow
def test_a_full_scratch_disk_is_told_or_does_without(before, undisturbed, tmp_path, monkeypatch):
    root = copied(before, tmp_path / "root")
    with small_disk(tmp_path / "scratch", 64 * 1024) as scratch:
        fill(scratch, left=0)
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        try:
            one_night(root, SECOND)
        except PublishError as fault:
            assert str(scratch) in fault.where or "No space left" in fault.problem
        monkeypatch.undo()
    assert_recovers(root, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    [pytest.param(place, id=place or "root", marks=[pytest.mark.long] * (place in MUCH_ALIKE)) for place in PLACES],
)
def test_a_place_that_cannot_be_written_is_named_and_the_last_run_stays(before, undisturbed, tmp_path, place):
    root = copied(before, tmp_path / "root")
    with read_only(root / place):
        with pytest.raises(PublishError) as caught:
            one_night(root, SECOND)
        assert str(root / place) in caught.value.where
        assert any(reason in caught.value.problem for reason in ("Read-only file system", "Permission denied"))
        assert Root(root).latest() == FIRST
        assert_pair_is_whole(root)
    assert_recovers(root, undisturbed)

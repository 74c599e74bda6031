"""A back-up that lacks something is told; one that is whole, or only behind by a day, is not."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliveries import deliver
from huimin.errors import UsageError
from huimin.store.root import Root
from huimin.upkeep.backup import GRACE, missing_from_backup
from nights import run_night


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A root after a night, three days ago."""
    root = tmp_path_factory.mktemp("kept") / "root"
    deliver(root)
    run_night(root)
    verification = root / "state" / "verification" / "000001-x"
    verification.mkdir(parents=True)
    (verification / "decisions.json").write_text("[1]")
    long_ago = (datetime.now(UTC) - GRACE - timedelta(days=1)).timestamp()
    for place in root.rglob("*"):
        if not place.is_symlink():
            os.utime(place, (long_ago, long_ago))
    return root


@pytest.fixture
def backup(kept, tmp_path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "copy", symlinks=True))


def missing(kept: Path, backup: Path) -> tuple[str, ...]:
    return missing_from_backup(Root(kept), backup, datetime.now(UTC))


def test_a_copy_lacks_nothing(kept, backup):
    assert missing(kept, backup) == ()


@pytest.mark.parametrize("place", ["state/secret", "state/verification/000001-x/decisions.json"])
def test_what_is_nowhere_else_is_compared_byte_for_byte(kept, backup, place):
    other = (backup / place).read_bytes()[::-1]
    (backup / place).write_bytes(other)
    assert missing(kept, backup) == (f"copy/{place}: is otherwise than in the root",)
    (backup / place).unlink()
    assert missing(kept, backup) == (f"copy/{place}: is not in the back-up",)


def test_archived_bytes_that_are_short_or_gone_are_told(kept, backup):
    first, second = sorted(place for place in (backup / "archive").glob("*/*") if place.is_file())[:2]
    first.unlink()
    second.write_bytes(b"")
    told = missing(kept, backup)
    assert [line.rpartition(": ")[2] for line in told] == ["is not in the back-up", "is otherwise than in the root"]


def test_what_could_be_made_again_may_be_missing(kept, backup):
    shutil.rmtree(backup / "standard")
    shutil.rmtree(backup / "inbox")
    assert missing(kept, backup) == ()


@pytest.mark.parametrize(("age", "told"), [(GRACE - timedelta(hours=1), 0), (GRACE + timedelta(hours=1), 1)])
def test_a_file_of_yesterday_need_not_be_there_yet(kept, backup, age, told):
    place = kept / "state" / "limits.toml"
    place.write_text("seconds = 300\n")
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(place, (then, then))
    assert len(missing(kept, backup)) == told
    place.unlink()


def test_a_folder_that_is_none_is_an_error(kept, tmp_path):
    with pytest.raises(UsageError, match="no such back-up"):
        missing(kept, tmp_path / "nowhere")

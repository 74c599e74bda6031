"""Whether the disk has room for what was delivered."""

from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huimin.deliveries import room
from huimin.errors import PublishError
from huimin.store.delivery import Delivery
from huimin.store.root import Root

MIB = 1024**2
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path)
    made.prepare()
    return made


def lay(root: Root, path: str, size: int) -> None:
    place = root.inbox / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.truncate(size)


def read(path: str, size: int) -> Delivery:
    return Delivery("0" * 16, "tekun", None, path, path, "", datetime(2023, 8, 1, tzinfo=UTC), size)


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda place: Usage(size, 0, size))


@pytest.mark.parametrize(
    ("left", "fits"), [(125 * MIB, True), (125 * MIB - 1, False)], ids=["just enough", "a byte less"]
)
def test_new_files_need_a_quarter_more_than_they_have(root, monkeypatch, left, fits) -> None:
    lay(root, "tekun/a.csv", 60 * MIB)
    lay(root, "tekun/b.csv", 40 * MIB)
    free(monkeypatch, left)
    if fits:
        room.refuse_too_little_room(root, ())
        return
    with pytest.raises(PublishError) as caught:
        room.refuse_too_little_room(root, ())
    assert caught.value.exit_code == 14
    assert "No space left on device: 100 MiB were delivered anew and need about 125 MiB, 124 MiB are free" in str(
        caught.value
    )


def test_what_was_read_before_needs_nothing_and_what_changed_does(root, monkeypatch) -> None:
    lay(root, "tekun/a.csv", 60 * MIB)
    lay(root, "tekun/b.zip", 60 * MIB)
    free(monkeypatch, 0)
    before = [read("tekun/a.csv", 60 * MIB), read("tekun/b.zip/c.csv", 90 * MIB)]
    room.refuse_too_little_room(root, before)
    lay(root, "tekun/a.csv", 60 * MIB + 1)
    with pytest.raises(PublishError, match="60 MiB were delivered"):
        room.refuse_too_little_room(root, before)


def test_the_real_disk_is_asked(root) -> None:
    lay(root, "tekun/a.csv", 1)
    room.refuse_too_little_room(root, ())
    lay(root, "tekun/b.csv", 2**42)
    with pytest.raises(PublishError, match="4,194,304 MiB were delivered"):
        room.refuse_too_little_room(root, ())

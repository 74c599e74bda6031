"""What is known of files of the inbox without reading them."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.deliveries import hashes as module
from huimin.deliveries.hashes import Hashes
from huimin.deliveries.receive import kept
from huimin.store.archive import Archive
from huimin.store.inbox import Lying, walk


@pytest.fixture(autouse=True)
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK", 0.05)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    file = tmp_path / "inbox" / "tekun" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text("1")
    time.sleep(0.1)
    return tmp_path / "inbox"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def lying(inbox: Path) -> Iterator[Lying]:
    yield from walk(inbox)


def night(inbox: Path, archive: Archive, place: Path) -> list[str | None]:
    """What is known of each file; those that are not are read."""
    hashes, found = Hashes.since(place), []
    for one in lying(inbox):
        found.append(hashes.of(one, archive))
        if found[-1] is None:
            kept(one, archive, hashes)
    hashes.remember(place)
    return found


def test_a_file_that_was_read_is_known_the_next_night(inbox, archive, tmp_path) -> None:
    assert night(inbox, archive, tmp_path / "c" / "inbox.json") == [None]
    (known,) = night(inbox, archive, tmp_path / "c" / "inbox.json")
    assert known and archive.holds(known)


def test_nothing_is_copied_or_opened_for_a_known_file(inbox, archive, tmp_path, monkeypatch) -> None:
    place = tmp_path / "c" / "inbox.json"
    night(inbox, archive, place)
    monkeypatch.setattr(Lying, "opened", lambda self: pytest.fail("opened"))
    assert night(inbox, archive, place) != [None]


@pytest.mark.parametrize("change", ["text", "same size and time", "replaced", "touched"])
def test_a_file_that_changed_is_read_again(inbox, archive, tmp_path, change) -> None:
    place, file = tmp_path / "c" / "inbox.json", inbox / "tekun" / "a.csv"
    night(inbox, archive, place)
    before = file.stat()
    if change == "text":
        file.write_text("22")
    elif change == "same size and time":
        file.write_text("2")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif change == "replaced":
        shutil.copy2(file, tmp_path / "other")
        (tmp_path / "other").rename(file)
    else:
        file.touch()
    assert night(inbox, archive, place) == [None]


@pytest.mark.parametrize("change", ["gone", "other bytes"])
def test_a_file_is_read_again_when_the_archive_has_not_its_bytes(inbox, archive, tmp_path, change) -> None:
    place = tmp_path / "c" / "inbox.json"
    night(inbox, archive, place)
    (known,) = night(inbox, archive, place)
    held = archive.place(known)
    if change == "gone":
        held.unlink()
    else:
        held.write_text("2")
    assert night(inbox, archive, place) == [None]
    assert archive.holds(known)


def test_what_changed_a_moment_before_it_was_read_is_read_again(inbox, archive, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "TICK", 3600.0)
    place = tmp_path / "c" / "inbox.json"
    assert night(inbox, archive, place) == night(inbox, archive, place) == [None]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"files": {"tekun/a.csv": 1}, "seal": "x"}'], ids=["empty", "none", "other"]
)
def test_a_damaged_memory_is_none(inbox, archive, tmp_path, text) -> None:
    place = tmp_path / "c" / "inbox.json"
    night(inbox, archive, place)
    place.write_text(text)
    assert night(inbox, archive, place) == [None]
    assert night(inbox, archive, place) != [None]

"""What lies in an inbox: links, pipes and second names are told and never opened, however fast they are swapped."""

import errno
import os
import socket
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from huimin.deliveries.looks import Looks
from huimin.errors import DeliveryError
from huimin.store.archive import Archive, hash_lying
from huimin.store.inbox import DEEPEST, lying_at, walk

TRIES = 500


@pytest.fixture
def inbox(tmp_path) -> Path:
    place = tmp_path / "inbox"
    place.mkdir()
    return place


def put(place: Path, content: bytes = b"x") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def found(inbox: Path, only: str = "") -> list[str]:
    return [str(lying.inside) for lying in walk(inbox, only)]


def problems(inbox: Path) -> dict[str, str | None]:
    """Why each is not opened; whatever is refused says what to do."""
    assert all(lying.fault.fix for lying in walk(inbox) if lying.fault)
    return {str(lying.inside): lying.fault and lying.fault.problem for lying in walk(inbox)}


def test_files_come_by_the_bytes_of_their_names_whatever_their_depth(inbox):
    for name in ("b.csv", "a/z.csv", "a/a/c.csv", "é.csv", "z/x.csv"):
        put(inbox / name)
    assert found(inbox) == ["a/a/c.csv", "a/z.csv", "b.csv", "z/x.csv", "é.csv"]
    assert found(inbox, "a") == ["a/a/c.csv", "a/z.csv"]
    assert found(inbox, "nosuch") == []


@pytest.mark.parametrize("name", ["Thumbs.db", "thumbs.db", "THUMBS.DB", "desktop.ini", "Desktop.ini"])
def test_what_windows_leaves_is_passed_over(inbox, name):
    for place in (name, f"urban_dibao/{name}", f"urban_dibao/甲街道/{name}", f"verification/{name}"):
        put(inbox / place)
    assert found(inbox) == []


@pytest.mark.parametrize("name", ["Thumbs.db.csv", "thumbs", "desktop.ini.xlsx", "我的desktop.ini", "Thumbs.db/a.csv"])
def test_what_only_looks_like_it_is_not(inbox, name):
    put(inbox / name)
    assert found(inbox) == [name]


def test_a_plain_file_is_opened_and_read(inbox):
    put(inbox / "a.csv", b"content")
    for lying in walk(inbox):
        assert lying.fault is None
        with lying.opened() as source:
            assert source.read() == b"content"


def test_links_pipes_sockets_and_second_names_are_told_apart_from_files(inbox, tmp_path, monkeypatch):
    outside = put(tmp_path / "outside" / "a.csv", b"secret")
    os.link(outside, inbox / "hard.csv")
    os.mkfifo(inbox / "pipe.csv")
    monkeypatch.chdir(inbox)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.csv")
    (inbox / "link.csv").symlink_to(outside)
    (inbox / "link").symlink_to(outside.parent)
    (inbox / "nowhere.csv").symlink_to("nosuch")
    os.mknod(inbox / "device.csv", 0o600 | 0o020000, os.makedev(1, 3))
    put(inbox / "good.csv")
    said = problems(inbox)
    assert said.pop("good.csv") is None
    assert {name: words.split("，")[0] for name, words in said.items()} == {
        "hard.csv": "文件还有别的名字（硬链接）",
        "pipe.csv": "不是普通文件（管道、套接字或设备等）",
        "socket.csv": "不是普通文件（管道、套接字或设备等）",
        "device.csv": "不是普通文件（管道、套接字或设备等）",
        "link.csv": "是符号链接",
        "link": "是符号链接",
        "nowhere.csv": "是符号链接",
    }


def test_folders_too_deep_are_not_looked_into(inbox):
    put(inbox.joinpath(*["d"] * DEEPEST, "a.csv"))
    put(inbox.joinpath("e", *["d"] * DEEPEST, "a.csv"))
    deep, good = "/".join(["e", *["d"] * DEEPEST]), "/".join([*["d"] * DEEPEST, "a.csv"])
    assert problems(inbox) == {good: None, deep: f"文件夹超过 {DEEPEST} 层，未读取"}


def refusing(monkeypatch, name: str, fault: OSError):
    """From now on opening that name fails so."""
    opens = os.open

    def refuse(path, *args, **kwargs):
        if path == name:
            raise fault
        return opens(path, *args, **kwargs)

    monkeypatch.setattr("os.open", refuse)


FAULTS = [
    (PermissionError(errno.EACCES, "x"), "无读取权限"),
    (OSError(errno.EIO, "x"), "读取失败（Input/output error）"),
    (OSError(errno.ESTALE, "x"), "读取失败（Stale file handle）"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_folder_that_cannot_be_read_is_told_and_the_others_go_on(inbox, monkeypatch, fault, words):
    put(inbox / "甲街道" / "a.csv")
    put(inbox / "乙街道" / "a.csv")
    refusing(monkeypatch, "甲街道", fault)
    assert problems(inbox) == {"乙街道/a.csv": None, "甲街道": f"文件夹{words}"}


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_folder_that_is_closed_while_the_walk_stands_in_it_is_told_and_the_others_go_on(
    inbox, monkeypatch, fault, words
):
    for name in ("甲街道/a.csv", "甲街道/b.csv", "乙街道/a.csv"):
        put(inbox / name)
    looks = os.stat

    def refuse(path, *args, **kwargs):
        if path == "b.csv":
            raise fault
        return looks(path, *args, **kwargs)

    monkeypatch.setattr("os.stat", refuse)
    assert problems(inbox) == {"乙街道/a.csv": None, "甲街道/a.csv": None, "甲街道/b.csv": f"文件{words}"}
    assert not any(Looks(60, datetime.now(UTC)).waits(lying) for lying in walk(inbox) if lying.fault)


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_file_that_cannot_be_read_says_why(inbox, monkeypatch, fault, words):
    put(inbox / "a.csv")
    refusing(monkeypatch, "a.csv", fault)
    with walking(inbox, "a.csv") as lying, pytest.raises(DeliveryError) as caught:
        assert hash_lying(lying) is None
        lying.opened()
    assert caught.value.problem == f"文件{words}"


def walking(inbox: Path, name: str):
    return lying_at(inbox / name, inbox)


CHANGES = {
    "gone": lambda place, other: place.unlink(),
    "another file": lambda place, other: other.replace(place),
    "longer": lambda place, other: place.write_bytes(b"longer"),
    "touched": lambda place, other: os.utime(place, (1, 1)),
    "a link": lambda place, other: (place.unlink(), place.symlink_to(other)),
    "a pipe": lambda place, other: (place.unlink(), os.mkfifo(place)),
    "a folder": lambda place, other: (place.unlink(), place.mkdir()),
    "a second name": lambda place, other: os.link(place, other.with_name("second")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_is_another_one_since_it_was_found_is_not_opened(inbox, tmp_path, change):
    place, other = put(inbox / "a.csv"), put(tmp_path / "other" / "secret")
    with walking(inbox, "a.csv") as lying:
        CHANGES[change](place, other)
        assert lying.opened() is None


def test_a_folder_swapped_for_a_link_while_the_walk_stands_in_it_changes_nothing(inbox, tmp_path):
    put(tmp_path / "state" / "b.csv", b"secret")
    for name in ("a.csv", "b.csv"):
        put(inbox / "unit" / name, b"delivered")
    read = []
    for lying in walk(inbox):
        if not read:
            (inbox / "unit").rename(inbox / "moved")
            (inbox / "unit").symlink_to(tmp_path / "state")
        with lying.opened() as source:
            read.append(source.read())
    assert read == [b"delivered", b"delivered"]


def test_a_file_given_by_hand_is_found_as_in_a_walk(inbox, tmp_path):
    put(tmp_path / "state" / "a.xlsx", b"secret")
    (inbox / "verification").symlink_to(tmp_path / "state")
    with pytest.raises(DeliveryError), walking(inbox, "verification/a.xlsx"):
        pass
    with lying_at(tmp_path / "state" / "a.xlsx", inbox) as lying, lying.opened() as source:
        assert source.read() == b"secret"
    with pytest.raises(DeliveryError) as caught, lying_at(tmp_path / "nosuch.xlsx", inbox):
        pass
    assert caught.value.problem == "文件已不在"


@pytest.mark.parametrize(("name", "secret"), [("unit", "state"), ("a.csv", "state/a.csv")])
def test_what_becomes_a_link_between_the_look_and_the_opening_is_not_followed(
    inbox, tmp_path, monkeypatch, name, secret
):
    put(tmp_path / "state" / "a.csv", b"secret")
    put(inbox / "unit" / "a.csv", b"delivered")
    looks = os.stat

    def look_and_swap(path, *args, **kwargs):
        facts = looks(path, *args, **kwargs)
        if path == name:
            place = inbox / ("unit" if name == "unit" else "unit/a.csv")
            place.rename(tmp_path / "moved")
            place.symlink_to(tmp_path / secret)
        return facts

    monkeypatch.setattr("os.stat", look_and_swap)
    assert [lying.opened() for lying in walk(inbox)] == ([] if name == "unit" else [None])


@pytest.mark.parametrize("swapped", ["folder", "file", "file for a second name"])
def test_nothing_of_the_root_is_archived_however_often_a_race_is_tried(tmp_path, swapped):
    """A thread swaps a unit's folder, or a file, for a link into the root all the while."""
    root = tmp_path / "root"
    secret = put(root / "state" / "a.csv", b"secret" * 500)
    mine, link, unit = root / "inbox" / "mine", root / "inbox" / "link", root / "inbox" / "unit"
    put(mine / "a.csv", b"delivered" * 500)
    if swapped == "folder":
        link.symlink_to(secret.parent)
        unit = mine
    else:
        unit = mine / "a.csv"
        if swapped == "file":
            link.symlink_to(secret)
        else:
            os.link(secret, link)
    archive, over = Archive(root / "archive"), threading.Event()
    aside = root / "inbox" / "aside"

    def swap() -> None:
        while not over.is_set():
            for first, second in ((unit, aside), (link, unit), (unit, link), (aside, unit)):
                first.rename(second)

    thread = threading.Thread(target=swap)
    thread.start()
    taken: set[str | None] = set()
    try:
        for _ in range(TRIES):
            for lying in walk(root / "inbox"):
                if lying.fault is None:
                    source = lying.opened()
                    if source is not None:
                        with source:
                            taken.add(archive.take(source))
    finally:
        over.set()
        thread.join()
    kept = {path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}
    assert kept == {b"delivered" * 500}
    assert taken - {None} == {sha256(b"delivered" * 500).hexdigest()}

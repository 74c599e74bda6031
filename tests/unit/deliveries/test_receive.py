"""From an inbox to an archive: places, names, settling, zips."""

import errno
import io
import os
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from huimin.deliveries.looks import Looks
from huimin.deliveries.receive import Received, receive, received_at
from huimin.sheets import Limits
from huimin.store.archive import Archive, Overlay
from huimin.store.delivery import delivery_id

NOW = datetime(2023, 8, 22, 2, tzinfo=UTC)
RUN = "20230822T020000-abcdef"
ROSTERS = {"urban_dibao", "population"}


@pytest.fixture
def inbox(tmp_path) -> Path:
    place = tmp_path / "inbox"
    place.mkdir()
    return place


def put(place: Path, content: bytes = b"x", age: float = 3600) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    moment = NOW.timestamp() - age
    os.utime(place, (moment, moment))
    return place


def kept(inbox: Path) -> set[bytes]:
    """What the archive holds."""
    return {place.read_bytes() for place in (inbox.parent / "archive").rglob("*") if place.is_file()}


def received(inbox: Path, settle: float = 60, archive: Archive | None = None):
    archive = archive or Archive(inbox.parent / "archive")
    scratch = inbox.parent / f"scratch-{len(list(inbox.parent.iterdir()))}"
    return receive(inbox, archive, scratch, ROSTERS, Looks(settle, NOW), RUN)


def test_folders_name_roster_and_unit(inbox):
    put(inbox / "urban_dibao" / "a.csv", b"1")
    put(inbox / "urban_dibao" / "甲街道" / "b.csv", b"2")
    found = [(d.roster, d.unit, d.file, d.path, d.problem) for d in received(inbox).deliveries]
    assert found == [
        ("urban_dibao", None, "a.csv", "urban_dibao/a.csv", None),
        ("urban_dibao", "甲街道", "b.csv", "urban_dibao/甲街道/b.csv", None),
    ]


@pytest.mark.parametrize(
    ("place", "roster", "words"),
    [
        ("a.csv", None, "收件箱"),
        ("nosuch/a.csv", "nosuch", "nosuch"),
        ("nosuch/deep/er/a.csv", "nosuch", "nosuch"),
        ("urban_dibao/甲街道/更深/a.csv", "urban_dibao", "文件夹"),
    ],
)
def test_anything_else_is_refused_and_says_so(inbox, place, roster, words):
    put(inbox / place)
    (only,) = received(inbox).deliveries
    assert only.roster == roster
    assert words in only.problem and only.fix


def test_returned_ledgers_are_no_deliveries(inbox):
    put(inbox / "verification" / "甲街道.xlsx")
    assert received(inbox).deliveries == ()


def test_bytes_are_archived_by_hash_and_the_inbox_is_left_alone(inbox):
    file = put(inbox / "urban_dibao" / "a.csv", b"content")
    (only,) = received(inbox).deliveries
    digest = sha256(b"content").hexdigest()
    kept = inbox.parent / "archive" / digest[:2] / digest
    assert only.sha256 == digest
    assert only.size == 7
    assert kept.read_bytes() == b"content"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == b"content"
    assert only.received_at == datetime(2023, 8, 22, 1, tzinfo=UTC)


def test_files_still_being_written_wait(inbox):
    put(inbox / "urban_dibao" / "new.csv", age=10)
    for name in ("a.csv.part", "b.TMP", "~$c.xlsx", ".d.csv"):
        put(inbox / "urban_dibao" / name)
    outcome = received(inbox)
    assert outcome.deliveries == ()
    assert len(outcome.waiting) == 5
    assert [d.file for d in received(inbox, settle=5).deliveries] == ["new.csv"]


@pytest.mark.parametrize(
    ("place", "claimed"),
    [
        ("a.csv", (None, None)),
        ("population", (None, None)),
        ("nosuch", (None, None)),
        ("verification", (None, None)),
        ("urban_dibao/a.csv", ("urban_dibao", None)),
        ("urban_dibao/甲街道", ("urban_dibao", None)),
        ("urban_dibao/甲街道/a.csv", ("urban_dibao", "甲街道")),
        ("urban_dibao/甲街道/更深", ("urban_dibao", "甲街道")),
    ],
)
def test_a_symbolic_link_is_refused_where_it_lies_and_its_target_never_read(inbox, tmp_path, place, claimed):
    put(tmp_path / "state" / "secret.csv", b"secret")
    (inbox / place).parent.mkdir(parents=True, exist_ok=True)
    (inbox / place).symlink_to(tmp_path / "state")
    put(inbox / "urban_dibao" / "好.csv", b"good")
    link, good = sorted(received(inbox).deliveries, key=lambda d: d.sha256)
    assert ((link.roster, link.unit), link.file, link.sha256) == (claimed, place.split("/")[-1], "")
    assert "符号链接" in link.problem and link.fix
    assert kept(inbox) == {b"good"} and good.problem is None


def test_pipes_and_second_names_are_refused_without_waiting_for_them(inbox, tmp_path):
    secret = put(tmp_path / "state" / "secret", b"secret")
    (inbox / "urban_dibao").mkdir()
    os.link(secret, inbox / "urban_dibao" / "a.csv")
    os.mkfifo(inbox / "urban_dibao" / "b.csv")
    put(inbox / "urban_dibao" / "c.csv", b"good")
    first, second, good = received(inbox).deliveries
    assert "硬链接" in first.problem and "管道" in second.problem
    assert kept(inbox) == {b"good"} and good.problem is None


def test_windows_own_files_are_passed_over(inbox):
    for name in ("Thumbs.db", "urban_dibao/desktop.ini", "urban_dibao/甲街道/THUMBS.DB"):
        put(inbox / name)
    assert received(inbox) == Received((), ())


def test_a_name_that_is_no_utf8_is_read_as_gb18030(inbox):
    folder = inbox / "urban_dibao"
    folder.mkdir()
    put(Path(os.fsdecode(os.fsencode(folder) + b"/" + "低保.csv".encode("gb18030"))))
    assert [d.file for d in received(inbox).deliveries] == ["低保.csv"]


@pytest.mark.parametrize(
    ("file", "members", "deliveries"),
    [
        ("八月.zip", {"xl/workbook.xml": "x"}, ["八月.zip"]),
        ("八月.xlsx", {"八月.csv": "x"}, ["八月.xlsx/八月.csv"]),
        ("八月.docx", {"八月.csv": "x"}, ["八月.docx"]),
    ],
)
def test_the_content_tells_what_is_unpacked(
    inbox: Path, file: str, members: dict[str, str], deliveries: list[str]
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    put(inbox / "urban_dibao" / file, content.getvalue())
    assert [(d.file, d.problem) for d in received(inbox).deliveries] == [(name, None) for name in deliveries]


def test_a_zip_is_one_delivery_a_member(inbox):
    place = inbox / "urban_dibao" / "甲街道" / "月报.zip"
    place.parent.mkdir(parents=True)
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("七月.csv", "7")
        packed.writestr("八月.csv", "8")
        packed.writestr("__MACOSX/七月.csv", "junk")
        packed.writestr("inner.zip", "junk")
    os.utime(place, (NOW.timestamp() - 3600,) * 2)
    found = {d.file: d for d in received(inbox).deliveries}
    assert set(found) == {"月报.zip/七月.csv", "月报.zip/八月.csv", "月报.zip/inner.zip"}
    july = found["月报.zip/七月.csv"]
    assert july.unit == "甲街道"
    assert july.path == "urban_dibao/甲街道/月报.zip/七月.csv"
    assert july.sha256 == sha256(b"7").hexdigest()
    assert Archive(inbox.parent / "archive").place(july.sha256).read_bytes() == b"7"
    assert found["月报.zip/inner.zip"].problem


def test_a_broken_zip_is_refused_itself(inbox):
    put(inbox / "urban_dibao" / "a.zip", b"PK\x03\x04 no zip")
    (only,) = received(inbox).deliveries
    assert only.file == "a.zip"
    assert only.problem


def test_a_plan_keeps_nothing(inbox):
    put(inbox / "urban_dibao" / "a.csv", b"content")
    kept = Archive(inbox.parent / "archive")
    look = Overlay(inbox.parent / "scratch archive", beneath=kept)
    (only,) = received(inbox, archive=look).deliveries
    assert look.place(only.sha256).read_bytes() == b"content"
    assert not kept.folder.exists()


def test_a_plan_sees_what_is_kept_and_copies_it_not_again(inbox):
    put(inbox / "urban_dibao" / "a.csv", b"content")
    kept = Archive(inbox.parent / "archive")
    (only,) = received(inbox, archive=kept).deliveries
    look = Overlay(inbox.parent / "scratch archive", beneath=kept)
    assert received(inbox, archive=look).deliveries == (only,)
    assert look.place(only.sha256) == kept.place(only.sha256)
    assert [path for path in look.folder.rglob("*") if path.is_file()] == []


def test_a_file_beyond_the_limit_is_not_even_copied(inbox):
    put(inbox / "urban_dibao" / "a.csv", b"12345")
    put(inbox / "urban_dibao" / "b.csv", b"1234")
    archive = Archive(inbox.parent / "archive")
    looks = Looks(0, NOW)
    large, good = receive(inbox, archive, inbox.parent / "s", ROSTERS, looks, RUN, Limits(file_bytes=4)).deliveries
    assert ("超过" in large.problem, large.sha256) == (True, "")
    assert good.problem is None


def test_a_file_that_changes_while_it_is_read_waits_and_is_not_kept(inbox, monkeypatch):
    place = put(inbox / "urban_dibao" / "a.csv", b"first half")

    class Growing(io.FileIO):
        def read(self, size):
            place.write_bytes(b"first half, second half")
            return super().read(size)

    monkeypatch.setattr("huimin.store.inbox.open", lambda handle, *_, **__: Growing(handle), raising=False)
    assert received(inbox) == Received((), ("urban_dibao/a.csv",))
    assert kept(inbox) == set()


def test_a_disk_fault_while_a_file_is_read_refuses_it_and_the_others_go_on(inbox, monkeypatch):
    put(inbox / "urban_dibao" / "a.csv", b"1")
    put(inbox / "urban_dibao" / "b.csv", b"22")

    class Torn(io.FileIO):
        def read(self, size):
            if os.fstat(self.fileno()).st_size == 1:
                raise OSError(errno.EIO, "x")
            return super().read(size)

    monkeypatch.setattr("huimin.store.inbox.open", lambda handle, *_, **__: Torn(handle), raising=False)
    torn, good = received(inbox).deliveries
    assert (torn.problem, torn.sha256) == ("文件读取失败（Input/output error）", "")
    assert good.problem is None and kept(inbox) == {b"22"}


def test_the_run_that_sees_a_delivery_is_told_by_each_member_too(inbox):
    put(inbox / "urban_dibao" / "a.csv")
    put(inbox / "nosuch" / "b.csv")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("d.csv", "1")
    put(inbox / "urban_dibao" / "c.zip", content.getvalue())
    assert [(d.file, d.run) for d in received(inbox).deliveries] == [
        ("b.csv", RUN), ("a.csv", RUN), ("c.zip/d.csv", RUN),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "taken_as"),
    [
        ("2023-08-22T01:59:59.250", "2023-08-22T01:59:59.250"),
        ("2023-08-22T02:00:00", "2023-08-22T02:00:00"),
        ("2023-08-22T02:00:01", "2023-08-22T02:00:00"),
        ("9999-12-31T23:59:59", "2023-08-22T02:00:00"),
        ("1950-01-01T00:00:00", "1970-01-01T00:00:00"),
    ],
)
def test_a_time_after_the_runs_own_is_taken_as_the_runs(inbox, changed, taken_as):
    place = put(inbox / "a.csv", age=NOW.timestamp() - datetime.fromisoformat(changed).replace(tzinfo=UTC).timestamp())
    assert received_at(place.stat(), NOW) == datetime.fromisoformat(taken_as).replace(tzinfo=UTC)


def test_names_are_shown_with_escapes_and_the_key_is_that_of_the_real_ones(inbox):
    put(inbox / "urban_dibao" / "甲\u202e街道" / "低\x1b[31m保\n.csv", b"1")
    put(inbox / "no\x07such" / "a.csv", b"2")
    unknown, good = received(inbox).deliveries
    assert (good.unit, good.file) == ("甲\\u202e街道", "低\\x1b[31m保\\n.csv")
    assert good.path == "urban_dibao/甲\\u202e街道/低\\x1b[31m保\\n.csv"
    names = ("urban_dibao", "甲\u202e街道", "低\x1b[31m保\n.csv")
    assert good.delivery == delivery_id(*names, sha256(b"1").hexdigest())
    assert (unknown.roster, unknown.problem, unknown.fix) == (
        "no\\x07such",
        "没有名为 no\\x07such 的名册文件夹",
        "放入以名册命名的文件夹",
    )


def test_an_id_number_in_a_name_is_masked(inbox):
    put(inbox / "urban_dibao" / "429999194001010012的申请2023-08.csv")
    (only,) = received(inbox).deliveries
    assert only.file == "429999************的申请2023-08.csv"
    assert only.path == "urban_dibao/429999************的申请2023-08.csv"

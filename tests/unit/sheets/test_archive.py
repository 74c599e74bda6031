"""Zip archives: which members become deliveries, and which archives are refused."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from huimin.sheets import Limits, Member, extract_members
from huimin.sheets.archive import LONGEST_NAME


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in members:
            archive.writestr(name, text, method)
    return content.getvalue()


def gb_named(name: str) -> bytes:
    """An archive whose one name is GB18030 without the UTF-8 flag, as Windows writes it."""
    raw = name.encode("gb18030")
    marked = packed(("x" * len(raw), b"a,b\n"))
    return marked.replace(b"x" * len(raw), raw)


def members(folder: Path, content: bytes, limits: Limits | None = None) -> list[Member]:
    archived, into = folder / "0f3a", folder / "into"
    archived.write_bytes(content)
    into.mkdir()
    return extract_members(archived, into, limits or Limits())


def problem_of(member: Member) -> str | None:
    """Why it is refused; whatever is refused says what to do."""
    assert member.fault is None or member.fault.fix
    return member.fault and member.fault.problem


def test_members_are_unpacked_under_names_of_ours(tmp_path: Path) -> None:
    content = packed(
        ("八月.csv", b"1"), ("街道/", b""), ("街道/九月.XLSX", b"2"), ("__MACOSX/._八月.csv", b"3"),
        ("__MACOSX/八月.csv", b"3"),
        ("街道/.DS_Store", b"4"), ("~$八月.xlsx", b"5"), ("a\\b.txt", b"6"),
    )  # fmt: skip
    seen = members(tmp_path, content)
    assert [(member.name, problem_of(member)) for member in seen] == [
        ("八月.csv", None), ("街道/九月.XLSX", None), ("a/b.txt", None),
    ]  # fmt: skip
    assert [member.path.read_bytes() for member in seen if member.path] == [b"1", b"2", b"6"]
    assert sorted(path.name for path in (tmp_path / "into").iterdir()) == ["0000", "0001", "0002"]


@pytest.mark.parametrize("name", ["高龄津贴八月.csv", "名册/䶮㛃.txt"])
def test_names_not_in_utf8_are_gb18030(tmp_path: Path, name: str) -> None:
    assert [member.name for member in members(tmp_path, gb_named(name))] == [name]


@pytest.mark.parametrize("name", ["a\n八月.csv", "八\u202e月.csv", "八\u3000月.csv", "\x1b[31m八月.csv"])
def test_a_name_that_cannot_be_shown_as_it_is_is_read_all_the_same(tmp_path: Path, name: str) -> None:
    (member,) = members(tmp_path, packed((name, b"1")))
    assert (member.name, problem_of(member)) == (name, None)


def test_a_name_longer_than_any_path_is_refused_and_not_told(tmp_path: Path) -> None:
    longest, longer = "a" * (LONGEST_NAME - 4) + ".csv", "a" * (LONGEST_NAME - 3) + ".csv"
    seen = members(tmp_path, packed((longest, b"1"), (longer, b"2")))
    assert [(member.name, problem_of(member)) for member in seen] == [(longest, None), ("第2个文件", "文件名太长")]


def test_what_windows_leaves_in_folders_is_left_out(tmp_path: Path) -> None:
    content = packed(("Thumbs.db", b"1"), ("街道/DESKTOP.INI", b"2"), ("好.csv", b"3"), ("thumbs.db.csv", b"4"))
    assert [member.name for member in members(tmp_path, content)] == ["好.csv", "thumbs.db.csv"]
    (tmp_path / "only").mkdir()
    with pytest.raises(DeliveryError, match="没有文件"):
        members(tmp_path / "only", packed(("Thumbs.db", b"1")))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("内层.zip", "还有压缩包"),
        ("内层.RAR", "还有压缩包"),
        ("说明.docx", "不支持"),
        ("无后缀", "不支持"),
        ("../八月.csv", "之外"),
        ("a/../../八月.csv", "之外"),
        ("/etc/八月.csv", "之外"),
        ("C:/八月.csv", "之外"),
        ("..\\八月.csv", "之外"),
        ("街道/..", "之外"),
    ],
)
def test_a_member_that_cannot_be_taken_has_a_problem_and_the_others_are_unpacked(
    tmp_path: Path, name: str, problem: str
) -> None:
    bad, good = members(tmp_path, packed((name, b"1"), ("好.csv", b"2")))
    assert bad.path is None
    assert problem in str(problem_of(bad))
    assert ".." not in bad.name
    assert (good.name, good.fault) == ("好.csv", None)
    assert {path.name for path in tmp_path.rglob("*")} == {"0f3a", "into", "0001"}


def test_a_member_with_a_password_has_a_problem(tmp_path: Path) -> None:
    content = bytearray(packed(("八月.csv", b"1")))
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + place] |= 1
    (member,) = members(tmp_path, bytes(content))
    assert member.path is None
    assert "密码" in str(problem_of(member))


def test_a_damaged_member_has_a_problem_and_leaves_nothing(tmp_path: Path) -> None:
    content = packed(("八月.csv", b"abcdefgh" * 10), ("九月.csv", b"2"), method=zipfile.ZIP_STORED)
    bad, good = members(tmp_path, content.replace(b"abcdefgh", b"abcdefgX", 1))
    assert "损坏" in str(problem_of(bad))
    assert good.fault is None
    assert [path.name for path in (tmp_path / "into").iterdir()] == ["0001"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_to_pack_may_be_damaged(tmp_path: Path, method: int) -> None:
    content = bytearray(packed(("八月.csv", bytes(range(256)) * 9), method=method))
    content[60:120] = bytes(60)
    (bad,) = members(tmp_path, bytes(content))
    assert "损坏" in str(problem_of(bad))


def test_a_member_that_asks_for_more_memory_than_there_is_has_a_problem(tmp_path: Path, monkeypatch) -> None:
    def none_left(*_: object) -> None:
        raise MemoryError

    content = packed(("八月.csv", b"1"), method=zipfile.ZIP_LZMA)
    monkeypatch.setattr("zipfile.LZMADecompressor.decompress", none_left)
    (bad,) = members(tmp_path, content)
    assert "压缩方式不支持" in str(problem_of(bad))
    assert list((tmp_path / "into").iterdir()) == []


def test_a_member_said_to_begin_before_the_file_is_damaged(tmp_path: Path) -> None:
    content = bytearray(packed(("八月.csv", b"1"), ("九月.csv", b"2")))
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = (int.from_bytes(content[end + 16 : end + 20], "little") + 1000).to_bytes(4, "little")
    assert {str(problem_of(member))[:5] for member in members(tmp_path, bytes(content))} == {"文件已损坏"}


def test_a_link_is_not_read(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("八月.csv")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    (link,) = members(tmp_path, packed((entry, b"/etc/passwd")))
    assert (link.path, problem_of(link)) == (None, "压缩包里的符号链接，未读取")


@pytest.mark.parametrize(("size", "is_taken"), [(1024**2, True), (1024**2 + 1, False)])
def test_a_small_file_may_be_packed_however_well(tmp_path: Path, size: int, is_taken: bool) -> None:
    content = packed(("零.csv", b"0" * size))
    assert len(content) * Limits().ratio < size
    if is_taken:
        assert len(members(tmp_path, content)) == 1
    else:
        with pytest.raises(DeliveryError, match="倍以上"):
            members(tmp_path, content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_is_taken_once(tmp_path: Path) -> None:
    first, second = members(tmp_path, packed(("八月.csv", b"1"), ("八月.csv", b"2")))
    assert (first.name, first.fault) == ("八月.csv", None)
    assert (second.name, second.path) == ("第2个文件", None)


@pytest.mark.parametrize(
    ("content", "limits", "problem"),
    [
        (b"", Limits(), "空"),
        (b"no archive", Limits(), "打不开"),
        (b"Rar!\x1a\x07", Limits(), "打不开（文件内容是RAR 压缩包，不是 .zip）"),
        (packed(("八月.csv", b"1"))[:-30], Limits(), "打不开"),
        (packed(), Limits(), "没有文件"),
        (packed(("__MACOSX/._x.csv", b"1")), Limits(), "没有文件"),
        (packed(("零.csv", b"0" * 5 * 1024**2)), Limits(), "倍"),
        (packed(("一.csv", b"1" * 600), ("二.csv", b"2" * 600)), Limits(unpacked_bytes=1000), "解压后超过"),
        (packed(*((f"{number}.csv", b"1") for number in range(11))), Limits(members=10), "超过 10 个文件"),
        (packed(*((f"{'x' * 1000}{number}", b"") for number in range(1100))), Limits(), "里面的文件太多"),
        (packed(("一.csv", b"1" * 600)), Limits(file_bytes=50), "超过"),
    ],
    ids=[
        "empty",
        "junk",
        "other",
        "truncated",
        "no member",
        "ignored members",
        "bomb",
        "unpacked",
        "members",
        "far more members",
        "size",
    ],
)
def test_archives_that_are_broken_empty_or_too_large_are_refused(
    tmp_path: Path, content: bytes, limits: Limits, problem: str
) -> None:
    with pytest.raises(DeliveryError) as refusal:
        members(tmp_path, content, limits)
    assert problem in refusal.value.problem
    assert list((tmp_path / "into").iterdir()) == []


def test_a_member_larger_than_it_says_is_cut_off(tmp_path: Path) -> None:
    content = bytearray(packed(("八月.csv", b"1234567890" * 100_000)))
    small = (10).to_bytes(4, "little")
    for header, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        first = content.index(header) + place
        content[first : first + 4] = small
    (member,) = members(tmp_path, bytes(content))
    assert member.fault is not None
    assert list((tmp_path / "into").iterdir()) == []

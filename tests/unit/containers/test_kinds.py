"""What bytes are taken for."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from huimin.containers.kinds import LIST_BYTES, ForeignError, is_archive, kind_of, pieces_of
from unit.containers.written import html_of, ods_of, xlsb_of, xlsx, xml_2003_of, zipped

ROWS = (("姓名", 1.5),)
PAGE = html_of(ROWS)


def told(folder: Path, content: bytes, ending: str) -> str:
    """The key of its kind, or the word why it is none."""
    place = folder / "0f3a"
    place.write_bytes(content)
    try:
        return kind_of(place, ending).key
    except ForeignError as fault:
        return str(fault)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (xlsx(""), "xlsx"),
        (xlsb_of(ROWS), "xlsb"),
        (ods_of(ROWS), "ods"),
        (xml_2003_of(ROWS), "xml_2003"),
        (b"\xef\xbb\xbf" + xml_2003_of(ROWS), "xml_2003"),
        (xml_2003_of(ROWS).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "xml_2003"),
        (PAGE, "html"),
        (b"\r\n<!-- x --><!DOCTYPE HTML>" + PAGE, "html"),
        (b"<TABLE border=1><tr><td>1", "html"),
        ("<table><tr><td>姓名".encode("gb18030"), "html"),
        (PAGE.decode().encode("utf-16"), "html"),
        ("姓名\t金额\n<张三>\t1".encode(), "text"),
        ("<张三>,1".encode(), "text"),
        (b"a < b, c > d", "text"),
        ("主题：multipart".encode(), "text"),
        (b"", "text"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n", "image"),
        (b"BM\x36\x00\x01\x00\x00\x00\x00\x00\x36", "image"),
        (b"BM,1234567\n", "text"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image"),
        (b"RIFF,123WAVE\n", "text"),
        (b"Rar!\x1a\x07", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"{\\rtf1", "rtf"),
        (b"<?xml version='1.0'?><rows/>", "xml"),
        (b"<?xml version='1.0'?><Workbook/>", "xml"),
        (b"<?xml version='1.0'?><rows xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "xml"),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"', "mhtml"),
        (zipped({"八月.csv": "1"}), "zip"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "word"),
        (zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "slides"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}), "opendocument"),
        (zipped({"OFD.xml": "", "Doc_0/Document.xml": ""}), "ofd"),
        (zipped({"八月.csv": "1"})[:-30], "damaged"),
        (b"\x00\x01\x02", "unknown"),
    ],
)  # fmt: skip
def test_the_content_tells_whatever_the_name_says(tmp_path: Path, content: bytes, kind: str) -> None:
    assert told(tmp_path, content, ".xls") == kind


def test_bytes_that_tell_nothing_are_text_where_the_name_says_so(tmp_path: Path) -> None:
    assert [told(tmp_path, b"a,b\n1,\x002\n", ending) for ending in (".csv", ".txt", ".xlsx")] == [
        "text", "text", "unknown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "ending", "unpacked"),
    [
        (zipped({"八月.csv": "1"}), ".zip", True),
        (zipped({"八月.csv": "1"}), ".xlsx", True),
        (zipped({"八月.csv": "1"}), ".docx", False),
        (xlsx(""), ".zip", False),
        (ods_of(ROWS), ".zip", False),
        (PAGE, ".zip", False),
        (b"PK\x03\x04 broken", ".zip", True),
        (b"PK\x03\x04 broken", ".xlsx", False),
        (b"Rar!\x1a\x07", ".zip", True),
    ],
)
def test_an_archive_is_what_its_bytes_are(tmp_path: Path, content: bytes, ending: str, unpacked: bool) -> None:
    (tmp_path / "0f3a").write_bytes(content)
    assert is_archive(tmp_path / "0f3a", ending) == unpacked


def test_a_list_of_entries_is_read_only_as_far_as_any_archive_needs(tmp_path: Path) -> None:
    name = "x" * 1000
    entries = LIST_BYTES // (len(name) + 50)
    fewer, more = ({f"{name}{number:04}": "" for number in range(count)} for count in (entries - 100, entries + 100))
    assert told(tmp_path, zipped(fewer), ".zip") == "zip"
    assert told(tmp_path, zipped(more), ".zip") == "crowded"
    assert told(tmp_path, zipped({**more, "xl/workbook.xml": ""}), ".xlsx") == "crowded"
    assert is_archive(tmp_path / "0f3a", ".zip")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!-- -->" * 8000 + b"x", "text"),
        (b"<!-- -->" * 8000 + b"<html>", "html"),
        (b"<!-- -->" * 8000 + b"<?xml version='1.0'?>", "xml"),
        (b"<" + b"a" * 60_000, "text"),
        (b"<" + b"a" * 30_000 + b":" + b"b" * 30_000, "text"),
        (b"<o:rows xmlns='urn:x'/>", "xml"),
    ],
)
def test_no_text_keeps_the_look_at_it_from_ending(tmp_path: Path, content: bytes, kind: str) -> None:
    assert told(tmp_path, content, ".csv") == kind


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_an_entry_is_unpacked_little_by_little_whatever_it_holds(tmp_path: Path, method: int) -> None:
    size = 40 << 20
    with zipfile.ZipFile(tmp_path / "0f3a", "w", method) as packed:
        packed.writestr("八月.csv", bytes(size))
    tracemalloc.start()
    try:
        with zipfile.ZipFile(tmp_path / "0f3a") as packed:
            assert sum(map(len, pieces_of(packed, packed.infolist()[0]))) == size
        assert tracemalloc.get_traced_memory()[1] < 34 << 20
    finally:
        tracemalloc.stop()


def test_a_packed_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    locked = bytearray(zipped({"xl/workbook.xml": ""}))
    listed = locked.index(b"PK\x01\x02")
    locked[6] = locked[listed + 8] = 1  # the flag of an encrypted entry, beside it and in the list
    assert told(tmp_path, bytes(locked), ".xlsx") == "password"

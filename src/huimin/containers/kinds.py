"""What the bytes of a file are: told by how they begin, and in a zip by what is inside."""

import io
import lzma
import re
import zipfile
import zlib
from bz2 import BZ2Decompressor
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import cast


@dataclass(frozen=True)
class FileKind:
    """A way to keep a table in a file."""

    key: str
    title: str
    """As a department calls it."""
    endings: tuple[str, ...] = ()
    """Those of a file that is of this kind and says so."""


TEXT = FileKind("text", "文本", (".csv", ".txt", ".tsv"))
XLSX = FileKind("xlsx", "Excel 工作簿（.xlsx）", (".xlsx", ".et"))
XLS = FileKind("xls", "Excel 97-2003 工作簿（.xls）", (".xls", ".et"))
XLSB = FileKind("xlsb", "Excel 二进制工作簿（.xlsb）", (".xlsb",))
ODS = FileKind("ods", "OpenDocument 表格（.ods）", (".ods",))
HTML = FileKind("html", "网页表格（HTML）")
XML_2003 = FileKind("xml_2003", "XML 表格 2003（SpreadsheetML）")
KINDS = {kind.key: kind for kind in (TEXT, XLSX, XLS, XLSB, ODS, HTML, XML_2003)}
"""Every kind that is read, by its key."""
ENDINGS = tuple(dict.fromkeys(ending for kind in KINDS.values() for ending in kind.endings))
"""Those of files that may be delivered, zip archives aside."""
ZIP = ".zip"
"""The ending of a file that holds several of them."""

FOREIGN = {
    "mhtml": "网页（另存为“单个文件网页” MHTML）",
    "page": "网页，里面没有表格",
    "xml": "XML，不是 XML 表格 2003",
    "pdf": "PDF 文档",
    "ofd": "OFD 版式文档",
    "rtf": "RTF 文档",
    "word": "Word 文档",
    "slides": "演示文稿",
    "opendocument": "OpenDocument 文档，不是表格",
    "image": "图片",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "gz": "gzip 压缩包",
    "zip": "ZIP 压缩包",
    "crowded": "文件太多的 ZIP 压缩包",
    "database": "数据库文件",
    "program": "可执行程序",
    "ole": "Office 文件，里面没有工作簿",
    "unknown": "无法识别的内容（不是工作簿，也不是文本）",
}
"""What bytes are taken for that are not read, by a word for it."""
DAMAGED, PASSWORD = "damaged", "password"
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip
"""What reading a damaged zip archive or member raises."""

LIST_BYTES = 1 << 20
"""Of a zip archive's list of its entries: those of a thousand take far less, and all of a list would be in memory."""

_HEAD = 64 * 1024
_PIECE = 1 << 20
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"SQLite format 3\x00", "database"),
    (b"\x00\x01\x00\x00Standard", "database"),
    (b"MZ\x90\x00", "program"),
    (b"\x7fELF", "program"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_OLD_BOOK = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00.{4}", re.DOTALL)
"""How a stream of an old workbook begins that stands in the file as it is: programs write it, and Excel opens it."""
_ENCRYPTED = 0x1
# what was read of a name or a comment is never tried in another way: of many comments there would be no end
_PAGE = re.compile(
    r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*+"
    r"<(?:!doctype\s+html|html|head|body|meta|style|title|script|link|frameset|table|tr|td|div|center|form|font|h[1-6])\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"(?:<!--.*?-->|\s)*+<(?:\?xml|[\w.-]++(?::[\w.-]*+)?\s+xmlns)", re.DOTALL)
_SHEETS_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_MHTML = re.compile(
    r"\s*(?:mime-version:|(?:from|content-type|subject|date):.{,2000}multipart/related)", re.IGNORECASE | re.DOTALL
)


class ForeignError(ValueError):
    """The bytes are of a kind that is not read; its text is the word for it: of `FOREIGN`, DAMAGED or PASSWORD."""


class _Packed(io.BufferedReader):
    """A zip archive of which no more is read at once than such a list may take."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LIST_BYTES:
            raise ForeignError("crowded")
        return super().read(size)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip archive, to be read.

    Raises:
        ForeignError: it has far more entries than any that is delivered.
        what `DAMAGE` names: it is none, or damaged.
    """
    with _Packed(io.FileIO(path)) as opened, zipfile.ZipFile(opened) as packed:
        yield packed


def pieces_of(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the entry holds, in pieces; none of them takes much memory, however far it unpacks.

    Raises what `DAMAGE` names when it is damaged.
    """
    if entry.compress_type == zipfile.ZIP_BZIP2:
        yield from _unpacked_bzip2(packed, entry)
        return
    with packed.open(entry) as opened:
        size = _PIECE
        if entry.compress_type == zipfile.ZIP_LZMA:
            # zipfile gives all at once that so many packed bytes hold: some 7 MB of these
            size = cast("zipfile.ZipExtFile", opened).MIN_READ_SIZE = 1024
        while piece := opened.read(size):
            yield piece


def _unpacked_bzip2(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the entry holds, in pieces. zipfile has no bound for these: a kilobyte of them can hold gigabytes."""
    as_packed = copy(entry)
    as_packed.compress_type, as_packed.file_size = zipfile.ZIP_STORED, entry.compress_size
    del as_packed.CRC  # it is that of what is unpacked
    unpacking, check = BZ2Decompressor(), 0
    with packed.open(as_packed) as opened:
        while not unpacking.eof:
            more = opened.read(_PIECE) if unpacking.needs_input else b""
            if unpacking.needs_input and not more:
                raise EOFError
            piece = unpacking.decompress(more, _PIECE)
            check = zlib.crc32(piece, check)
            if piece:
                yield piece
    if check != entry.CRC:
        raise zipfile.BadZipFile


def kind_of(path: Path, ending: str) -> FileKind:
    """What to read the file as, by its first bytes; whether it is whole is not looked at.

    `ending` (`.csv`) decides only where the bytes do not: the file is text when its ending is that of a text file.

    Raises:
        ForeignError: it is of a kind that is not read (an image, a PDF file, …).
    """
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    word = next((word for magic, word in _MAGIC if head.startswith(magic)), None)
    if word or (head.startswith(b"BM") and head[6:10] == bytes(4)) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        raise ForeignError(word or "image")
    if head.startswith(_ZIPS):
        return _in_zip(path)
    if head.startswith(_OLE) or _OLD_BOOK.match(head):
        return XLS
    kind = _in_text(head)
    if kind is TEXT and ending not in TEXT.endings and b"\x00" in head and not head.startswith(_BYTE_ORDERS):
        raise ForeignError("unknown")
    return kind


def is_archive(path: Path, ending: str) -> bool:
    """Whether the file is to be unpacked: a zip archive that is no workbook, or what says so and is nothing else."""
    if ending not in (ZIP, *ENDINGS):
        return False
    try:
        kind_of(path, ending)
    except ForeignError as fault:
        return ending == ZIP or str(fault) == "zip"
    return False


def _in_text(head: bytes) -> FileKind:
    """What a file without a magic number is, by its first bytes."""
    encoding = "utf-16" if head.startswith(_BYTE_ORDERS) else "utf-8"
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if _PAGE.match(text):
        return HTML
    if _XML.match(text):
        if _SHEETS_2003 in text and re.search(r"<(?:[\w.-]+:)?Workbook\b", text):
            return XML_2003
        raise ForeignError("xml")
    if _MHTML.match(text):
        raise ForeignError("mhtml")
    return TEXT


def _in_zip(path: Path) -> FileKind:
    """What a zip archive is, by the names in it."""
    try:
        with opened_zip(path) as packed:
            names = {name.replace("\\", "/").lower() for name in packed.namelist()}
            if any(entry.flag_bits & _ENCRYPTED for entry in packed.infolist()):
                raise ForeignError(PASSWORD)
            declared = b""
            if "mimetype" in packed.namelist():
                declared = next(pieces_of(packed, packed.getinfo("mimetype")), b"")
    except ForeignError:
        raise
    except DAMAGE as fault:
        raise ForeignError(DAMAGED) from fault
    folders = {name.partition("/")[0] for name in names if "/" in name}
    if "xl" in folders:
        return XLSB if "xl/workbook.bin" in names else XLSX
    if "[content_types].xml" in names:
        raise ForeignError("word" if "word" in folders else "slides" if "ppt" in folders else "zip")
    if declared.startswith(b"application/vnd.oasis.opendocument"):
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return ODS
        raise ForeignError("opendocument")
    raise ForeignError("ofd" if "ofd.xml" in names else "zip")

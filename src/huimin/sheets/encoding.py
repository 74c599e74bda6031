"""The text of a delivered file, whatever it was encoded in."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from huimin.errors import DeliveryError
from huimin.sheets.shapes import Limits

CHUNK = 4 * 1024 * 1024
SAMPLE = 64 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
SAVE_AS = "用 Excel 打开后另存为 .xlsx，或另存为“CSV UTF-8”后重新报送"


@dataclass(frozen=True)
class Text:
    """A text file decoded."""

    content: bytes
    """UTF-8 without byte order mark, every line ended by one line feed or by the end of the file."""
    undecodable: tuple[int, ...] = ()
    """Numbers of the lines, from 1, that are not of the file's encoding: their bytes stand there as `\\xff`."""


def text_of(path: Path, file: str, limits: Limits, encoding: str | None = None) -> Text:
    """The file as text.

    The declared encoding decides, or a byte order mark; else strict UTF-8, else strict GB18030 (so GBK and GB2312).
    A few lines that are not of the encoding are told by their numbers; where there are more, it is another one.

    Raises:
        DeliveryError: the file is too large, is no text, or is in none of these encodings.
    """
    refuse_size(path, file, limits)
    raw = path.read_bytes()
    start, names = (0, (encoding,)) if encoding else encodings_of(raw)
    for name in names:
        content = transcoded(raw, name, start)
        if content is not None:
            # a declared encoding may come with its mark as well
            return Text(with_line_feeds(content.removeprefix(codecs.BOM_UTF8)))
    by_lines = [text for name in names if "\n".encode(name) == b"\n" and (text := decoded_by_line(raw, name, start))]
    if not by_lines:
        raise DeliveryError(file, "文件的字符编码无法识别（不是 UTF-8、GB18030 或带标记的 UTF-16）", SAVE_AS)
    return min(by_lines, key=lambda text: len(text.undecodable))


def encodings_of(raw: bytes) -> tuple[int, tuple[str, ...]]:
    """How long the byte order mark is, and the encodings that the bytes may have, likeliest first."""
    for mark, name in MARKS:
        if raw.startswith(mark):
            return len(mark), (name,)
    return 0, ("utf-8",) if is_mostly_utf8(raw[:SAMPLE]) else ("utf-8", "gb18030")


def is_mostly_utf8(sample: bytes) -> bool:
    """Whether most of the lines that tell an encoding are UTF-8: hardly a line of Chinese in GB18030 is by chance."""
    telling = [line for line in sample.splitlines() if not line.isascii()]
    return sum(map(is_utf8, telling)) * 2 > len(telling)


def with_line_feeds(text: bytes) -> bytes:
    """The text with every line ended by a line feed, whatever ended it before."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def decoded_by_line(raw: bytes, encoding: str, start: int) -> Text | None:
    """The text with the lines that are not of the encoding told by number; None when they are too many for it.

    They are when they are more than half of the lines that tell an encoding (all but plain ASCII) and more than a tenth
    of all. In none of the encodings a line end is part of another character.
    """
    parts: list[bytes] = []
    bad: list[int] = []
    number, filled, telling = 0, 0, 0
    for piece in whole_lines(with_line_feeds(raw[start:])):
        texts: list[str] = []
        for line in piece.splitlines(keepends=True):
            number, filled, telling = number + 1, filled + (not line.isspace()), telling + (not line.isascii())
            try:
                texts.append(line.decode(encoding))
            except UnicodeError:
                bad.append(number)
                texts.append(line.decode("ascii", "backslashreplace"))
        parts.append("".join(texts).encode("utf-8", "backslashreplace"))
    few = len(bad) * 2 <= telling or len(bad) * 10 <= filled
    return Text(b"".join(parts), tuple(bad)) if few else None


def whole_lines(text: bytes) -> Iterator[bytes]:
    """The text in pieces that end with a line, so that no list holds all of its lines."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + CHUNK) + 1 or len(text)
        yield text[start:end]
        start = end


def refuse_size(path: Path, file: str, limits: Limits) -> None:
    """Nothing. Raises DeliveryError when the file is empty or larger than the limit."""
    size = path.stat().st_size
    if size == 0:
        raise DeliveryError(file, "文件是空的", "重新导出后报送")
    if size > limits.file_bytes:
        raise DeliveryError(file, f"文件超过 {limits.file_bytes // 1024**2} MB", "按街道或月份拆分后报送")


def transcoded(raw: bytes, encoding: str, start: int) -> bytes | None:
    """UTF-8 of the bytes from `start` on; None when they are not strictly of that encoding."""
    if encoding == "utf-8":
        text = raw[start:]
        return text if is_utf8(text) else None
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        # by pieces: a whole Chinese file as one str would take twice its size again
        pieces = (raw[first : first + CHUNK] for first in range(start, len(raw), CHUNK))
        text = b"".join(decoder.decode(piece).encode("utf-8") for piece in pieces)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return text


def is_utf8(text: bytes) -> bool:
    """Whether the bytes are strictly UTF-8; they are neither copied nor decoded."""
    ends = pa.py_buffer(struct.pack("=2q", 0, len(text)))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True

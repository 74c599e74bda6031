"""The text of a delivered file, whatever it was encoded in, in blocks of whole lines."""

import codecs
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from huimin.errors import DeliveryError
from huimin.sheets.shapes import Limits

CHUNK = 1024 * 1024
SAMPLE = 64 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
UNUSED = (*range(0x1C, 0x20), *range(1, 9))
"""Control characters of which a text does not hold all."""
SAVE_AS = "用 Excel 打开后另存为 .xlsx，或另存为“CSV UTF-8”后重新报送"


@dataclass(frozen=True)
class Block:
    """Some lines of a text that follow one another."""

    content: bytes
    """UTF-8 without byte order mark, every line ended by one line feed or by the end of the file."""
    first: int
    """Number of its first line, from 1."""
    lines: int
    undecodable: tuple[int, ...] = ()
    """Numbers of the lines that are not of the file's encoding: their bytes stand there as `\\xff`."""


@dataclass(frozen=True)
class Text:
    """A text file of which it is known how its bytes are read."""

    path: Path
    encoding: str
    start: int
    """Bytes of the byte order mark."""
    lines: int
    is_strict: bool = True
    """Whether all of it is of the encoding; else every line is decoded by itself."""

    def blocks(self, limits: Limits) -> Iterator[Block]:
        """The lines, in blocks of about `block_bytes` of the file; a very long line is cut (`shortened`)."""
        number, longest = 1, longest_line(limits)
        pieces = with_line_feeds(self.pieces(limits.block_bytes))
        for lines in whole_lines(pieces, longest if self.is_strict else None):
            content, undecodable = (lines, ()) if self.is_strict else decoded_by_line(lines, self.encoding, number)
            count = line_count(lines)
            yield Block(shortened(content, longest), number, count, tuple(undecodable))
            number += count

    def pieces(self, size: int) -> Iterator[bytes]:
        """The text as UTF-8, however it is cut; where it is not strictly of the encoding, the bytes as they are."""
        raw = chunks(self.path, self.start, size)
        if self.is_strict and self.encoding != "utf-8":
            raw = (text.encode() for text in decoded(raw, self.encoding))
        # a declared encoding may come with its mark as well
        yield next(raw, b"").removeprefix(codecs.BOM_UTF8)
        yield from raw


def text_of(path: Path, file: str, limits: Limits, encoding: str | None = None) -> Text:
    """How the file is read as text.

    The declared encoding decides, or a byte order mark; else strict UTF-8, else strict GB18030 (so GBK and GB2312).
    A few lines that are not of the encoding are told by their numbers; where there are more, it is another one.

    Raises:
        DeliveryError: the file is too large, is blank, is no text, or is in none of these encodings.
    """
    refuse_size(path, file, limits)
    start, names = (0, (encoding,)) if encoding else encodings_of(path)
    text = next(filter(None, (strict_text(path, file, name, start) for name in names)), None)
    if text is not None:
        return text
    counted = {name: bad_lines(path, name, start, limits) for name in names if "\n".encode(name) == b"\n"}
    bad = {name: lines for name, lines in counted.items() if lines is not None}
    if not bad:
        raise DeliveryError(file, "文件的字符编码无法识别（不是 UTF-8、GB18030 或带标记的 UTF-16）", SAVE_AS)
    return Text(path, min(bad, key=bad.__getitem__), start, lines_of_text(chunks(path, start), file), is_strict=False)


def encodings_of(path: Path) -> tuple[int, tuple[str, ...]]:
    """How long the byte order mark is, and the encodings that the file may have, likeliest first."""
    with path.open("rb") as opened:
        sample = opened.read(SAMPLE)
    for mark, name in MARKS:
        if sample.startswith(mark):
            return len(mark), (name,)
    return 0, ("utf-8",) if is_mostly_utf8(sample) else ("utf-8", "gb18030")


def is_mostly_utf8(sample: bytes) -> bool:
    """Whether most of the lines that tell an encoding are UTF-8: hardly a line of Chinese in GB18030 is by chance."""
    telling = [line for line in sample.splitlines() if not line.isascii()]
    return sum(map(is_utf8, telling)) * 2 > len(telling)


def chunks(path: Path, start: int, size: int = CHUNK) -> Iterator[bytes]:
    """The bytes of the file from that place on, so many at a time."""
    with path.open("rb") as opened:
        opened.seek(start)
        while chunk := opened.read(size):
            yield chunk


def decoded(raw: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text of the bytes. Raises UnicodeError where they are not strictly of that encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    yield from map(decoder.decode, raw)
    yield decoder.decode(b"", final=True)


def strict_text(path: Path, file: str, encoding: str, start: int) -> Text | None:
    """The file as text of that encoding; None when it is not strictly. Raises as `lines_of_text`."""
    raw = chunks(path, start)
    try:
        if encoding == "utf-8":
            return Text(path, encoding, start, lines_of_text(utf8_only(raw), file))
        if "\n".encode(encoding) == b"\n":
            for _ in decoded(raw, encoding):
                pass
            return Text(path, encoding, start, lines_of_text(chunks(path, start), file))
        return Text(path, encoding, start, lines_of_text((text.encode() for text in decoded(raw, encoding)), file))
    except UnicodeError:
        return None


def utf8_only(raw: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes, however they are cut. Raises UnicodeError where they are not strictly UTF-8."""
    rest = b""
    for chunk in raw:
        piece = rest + chunk
        end = last_character(piece)
        if not is_utf8(memoryview(piece)[:end]):
            raise UnicodeError
        rest = piece[end:]
        yield chunk
    if not is_utf8(rest):
        raise UnicodeError


def last_character(piece: bytes) -> int:
    """Where the last character begins, if it may go on behind the piece; else the end of the piece."""
    for back in range(1, min(4, len(piece)) + 1):
        byte = piece[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return len(piece) - back
    return len(piece)


def lines_of_text(raw: Iterable[bytes], file: str) -> int:
    """How many lines the text has.

    Raises:
        DeliveryError: it is blank, or holds every control character there is and so is no text.
    """
    count, is_blank, unused, ends = 0, True, list(UNUSED), b"\n"
    for piece in with_line_feeds(raw):
        count += piece.count(b"\n")
        is_blank = is_blank and piece.removeprefix(codecs.BOM_UTF8).isspace()
        unused = [one for one in unused if one not in piece]
        ends = piece
    if is_blank:
        raise DeliveryError(file, "文件里没有内容", "重新导出后报送")
    if not unused:
        raise DeliveryError(file, "文件不是文本", "用 Excel 打开后另存为 .xlsx 重新报送")
    return count + (not ends.endswith(b"\n"))


def with_line_feeds(raw: Iterable[bytes]) -> Iterator[bytes]:
    """The text, however it is cut, with every line ended by a line feed, whatever ended it before."""
    rest = b""
    for chunk in raw:
        piece = rest + chunk
        # what follows a carriage return tells whether it ends a line by itself
        rest = piece[-1:] if piece.endswith(b"\r") else b""
        piece = piece.removesuffix(b"\r")
        if piece:
            yield piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in piece else piece
    if rest:
        yield b"\n"


def whole_lines(pieces: Iterable[bytes], longest: int | None = None) -> Iterator[bytes]:
    """The text in pieces that end with a line, the last one with the text.

    Of a line with more bytes than `longest`, one more is kept, however long it is.
    """
    rest = bytearray()
    for piece in pieces:
        first = piece.find(b"\n")
        rest += piece[: first if first >= 0 else len(piece)]
        if longest is not None:
            del rest[longest + 1 :]
        if first >= 0:
            end = piece.rfind(b"\n") + 1
            yield b"".join((rest, memoryview(piece)[first:end]))
            rest = bytearray(piece[end:])
    if rest:
        yield bytes(rest)


def line_count(text: bytes) -> int:
    """How many physical lines there are."""
    return text.count(b"\n") + (not text.endswith(b"\n"))


def longest_line(limits: Limits) -> int:
    """Bytes of a line above which it is cut: no character has more bytes than four."""
    return 4 * limits.record_characters + 4


def has_long_line(text: bytes, most: int) -> bool:
    """Whether some line has more bytes than that."""
    start = 0
    while len(text) - start > most:
        end = text.rfind(b"\n", start, start + most + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def shortened(text: bytes, longest: int) -> bytes:
    """The text with lines of more bytes than that cut, each at a character.

    Such a line is no record whatever stands in it, and to look at all of it takes longer than all the others.
    """
    if not has_long_line(text, longest):
        return text
    parts, start = [], 0
    while len(text) - start > longest:
        end = text.rfind(b"\n", start, start + longest + 1) + 1
        if end:
            parts.append(text[start:end])
            start = end
        else:
            parts.append(text[start : start + longest].decode("utf-8", "ignore").encode())
            start = text.find(b"\n", start)
            start = len(text) if start < 0 else start
    return b"".join((*parts, text[start:]))


def bad_lines(path: Path, encoding: str, start: int, limits: Limits) -> int | None:
    """How many lines are not of the encoding; None when they are too many for it.

    They are when they are more than half of the lines that tell an encoding (all but plain ASCII) and more than a tenth
    of all. In none of the encodings a line end is part of another character.
    """
    bad, filled, telling = 0, 0, 0
    for lines in whole_lines(with_line_feeds(chunks(path, start, limits.block_bytes))):
        for line in lines.splitlines():
            filled, telling = filled + bool(line.strip()), telling + (not line.isascii())
            bad += not is_of(line, encoding)
    return bad if bad * 2 <= telling or bad * 10 <= filled else None


def is_of(line: bytes, encoding: str) -> bool:
    """Whether the line is strictly of the encoding."""
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True


def decoded_by_line(lines: bytes, encoding: str, number: int) -> tuple[bytes, list[int]]:
    """UTF-8 of the lines, and the numbers of those that are not of the encoding; `number` is the first one's."""
    texts: list[str] = []
    bad: list[int] = []
    for at, line in enumerate(lines.splitlines(keepends=True), start=number):
        try:
            texts.append(line.decode(encoding))
        except UnicodeError:
            bad.append(at)
            texts.append(line.decode("ascii", "backslashreplace"))
    return "".join(texts).encode("utf-8", "backslashreplace"), bad


def refuse_size(path: Path, file: str, limits: Limits) -> None:
    """Checks that the file is neither empty nor larger than the limit. Raises DeliveryError."""
    size = path.stat().st_size
    if size == 0:
        raise DeliveryError(file, "文件是空的", "重新导出后报送")
    if size > limits.file_bytes:
        raise DeliveryError(file, f"文件超过 {limits.file_bytes // 1024**2} MB", "按街道或月份拆分后报送")


def is_utf8(text: bytes | memoryview) -> bool:
    """Whether the bytes are strictly UTF-8; they are neither copied nor decoded."""
    ends = pa.py_buffer(struct.pack("=2q", 0, len(text)))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True

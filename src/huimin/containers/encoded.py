"""The text of a marked-up file, whatever it was encoded in and whatever it says that it was."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENCODINGS = ("utf-8", "gb18030")
"""Those without a mark. Every Chinese page is strictly of one of them, and hardly one of the second is of the first."""


def text_of(path: Path) -> Iterator[str]:
    """The text in pieces, without a byte order mark.

    Raises:
        UnicodeError: it is in none of the encodings.
    """
    with path.open("rb") as opened:
        head = opened.read(4)
    marked = next(((mark, encoding) for mark, encoding in _MARKS if head.startswith(mark)), None)
    if marked:
        return _decoded(path, marked[1], len(marked[0]))
    for encoding in _ENCODINGS:
        try:
            for _ in _decoded(path, encoding):
                pass
        except UnicodeError:
            continue
        return _decoded(path, encoding)
    raise UnicodeError


def _decoded(path: Path, encoding: str, start: int = 0) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as opened:
        opened.seek(start)
        while piece := opened.read(_CHUNK):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)

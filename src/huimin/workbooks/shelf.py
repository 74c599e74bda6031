"""The workbooks of a run: one that would hold what the last run's holds is that one, and names the night that made it.

What each book holds and which run made it is told in `BOOKS_FILE` beside the workbooks, under a seal. The next night,
and a replay of it, goes on from there.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TypeVar
from zlib import ZLIB_RUNTIME_VERSION

from huimin.store.archive import hash_file
from huimin.store.code import digest_of_code
from huimin.store.root import write_json
from huimin.store.seal import sealed, unsealed

Thing = TypeVar("Thing")
BOOKS_FILE = "workbooks.json"
"""In a run's restricted folder."""
CODE = ("workbooks", "feedback", "cells", "contracts", "ledger", "sheets", "locale")
"""What makes books of what they hold, and the words that it says."""


def packed_by() -> tuple[str, ...]:
    """What writes and packs a workbook: after another version of it a replay would not give the earlier bytes."""
    return version("xlsxwriter"), python_version(), ZLIB_RUNTIME_VERSION


class BookContent:
    """What a workbook is made of, and by what: dates, numbers, texts, and what consists of such, as it is gathered."""

    def __init__(self, *values: object) -> None:
        self._digest = sha256(" ".join((digest_of_code(*CODE), *packed_by())).encode())
        self.add(*values)

    def add(self, *values: object) -> None:
        """The book holds these too."""
        for value in values:
            self._digest.update(f"{value!r}\n".encode("utf-8", "surrogatepass"))

    def passing(self, rows: Iterable[Thing]) -> Iterator[Thing]:
        """The rows, taken in one by one as they pass."""
        for row in rows:
            self.add(row)
            yield row

    def digest(self) -> str:
        """SHA-256 of all that was taken in, and of what makes a book of it."""
        return self._digest.hexdigest()


@dataclass(frozen=True)
class MadeBook:
    """What a workbook holds, and by which run it was made."""

    content: str
    """Its `BookContent`, as a digest."""
    run: str
    run_date: date
    sha256: str = ""
    """Of the file."""


def of_night(run: str, run_date: date) -> str:
    """Which night a book is of, as it says so above its first note."""
    return f"运行日 {run_date.year}年{run_date.month}月{run_date.day}日　　批次 {run}"


class Shelf:
    """The books of a run as they are made or taken over, by file name."""

    def __init__(
        self, run: str, run_date: date, before: Mapping[str, MadeBook] | None = None, folder: Path | None = None
    ) -> None:
        """`before`: the books of the run before; `folder`: where their files are, if they are."""
        self._run, self._run_date, self._before, self._folder = run, run_date, before or {}, folder
        self._books: dict[str, MadeBook] = {}

    def put(self, place: Path, content: BookContent, write: Callable[[MadeBook], object]) -> None:
        """The book stands at the place: the same file as in the run before, else as `write` makes it of that night."""
        digest, known = content.digest(), self._before.get(place.name)
        made = known if known and known.content == digest else MadeBook(digest, self._run, self._run_date)
        if made is not known or not self._taken_over(place, made):
            write(made)
            made = replace(made, sha256=hash_file(place))
        self._books[place.name] = made

    def _taken_over(self, place: Path, made: MadeBook) -> bool:
        with suppress(OSError):
            if self._folder and hash_file(self._folder / place.name) == made.sha256:
                place.hardlink_to((self._folder / place.name).resolve())
                return True
        return False

    def leave(self, place: Path) -> None:
        """Writes down what was put, for the next night."""
        told = {name: {**asdict(made), "run_date": str(made.run_date)} for name, made in self._books.items()}
        write_json(place, sealed(told))


def books_in(place: Path | None) -> Mapping[str, MadeBook]:
    """The books that an earlier run wrote down there; none where it is not there, or not as it was left."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = unsealed(json.loads(place.read_bytes())) if place else {}
        return {
            name: MadeBook(**{**book, "run_date": date.fromisoformat(book["run_date"])}) for name, book in told.items()
        }
    return {}

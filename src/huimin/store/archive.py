"""Delivered bytes under their hash."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from huimin.errors import DeliveryError
from huimin.store.inbox import Lying, stamp, unreadable
from huimin.store.root import RESTRICTED_DIRECTORY, sync

BLOCK = 1 << 20


@dataclass(frozen=True)
class Archive:
    """Every delivered file by content hash, never changed."""

    folder: Path
    restored: list[str] = field(default_factory=list)
    """Hashes of which the archive held other bytes, until the same file was shown again."""

    def kept_at(self, sha256: str) -> Path:
        """Where this archive keeps bytes with that hash."""
        return self.folder / sha256[:2] / sha256

    def place(self, sha256: str) -> Path:
        """Where the bytes with that hash are."""
        return self.kept_at(sha256)

    def take(self, source: BinaryIO) -> str | None:
        """SHA-256 of the open file's bytes, which are kept when this returns; None when it changed meanwhile.

        Its bytes are read once: what was hashed is what is kept, whatever happens to the file.

        Raises:
            DeliveryError: the file cannot be read. A fault of the archive's own disk stays an OSError.
        """
        before = os.fstat(source.fileno())
        self.folder.mkdir(mode=RESTRICTED_DIRECTORY, parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=self.folder)
        try:
            with open(descriptor, "wb") as writer:  # noqa: PTH123
                fcntl.flock(writer, fcntl.LOCK_EX)  # until it is kept, so that no other run sweeps it away
                digest = copied(source, writer, before.st_size)
                if stamp(os.fstat(source.fileno())) != stamp(before):
                    return None
                if self.holds(digest):
                    return digest
                writer.flush()
                os.fsync(descriptor)
                self.keep(Path(partial), digest)
        finally:
            Path(partial).unlink(missing_ok=True)
        return digest

    def keep(self, whole: Path, sha256: str) -> None:
        """The file is kept under its hash from now on; it was in this archive's folder under another name."""
        place = self.kept_at(sha256)
        if place.exists():
            self.restored.append(sha256)
        place.parent.mkdir(mode=RESTRICTED_DIRECTORY, exist_ok=True)
        whole.rename(place)
        sync(place.parent)
        sync(self.folder)

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with that hash are there, as they were delivered."""
        place = self.place(sha256)
        return place.is_file() and hash_file(place) == sha256

    def size(self, sha256: str) -> int | None:
        """Bytes kept under that hash; None when they are gone."""
        place = self.place(sha256)
        return place.stat().st_size if sha256 and place.is_file() else None

    def sweep(self) -> None:
        """Removes what killed runs left half copied, and nothing that another process copies now."""
        for leftover in self.folder.rglob(".*.partial"):
            with suppress(FileNotFoundError, BlockingIOError), leftover.open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink()


@dataclass(frozen=True)
class Overlay(Archive):
    """An archive over another that stays as it is: what that holds is seen, what is new is kept here. For plans."""

    beneath: Archive = field(kw_only=True)

    def place(self, sha256: str) -> Path:
        """Where the bytes with that hash are, in this archive or beneath."""
        own = self.kept_at(sha256)
        return own if own.exists() else self.beneath.place(sha256)


def copied(source: BinaryIO, writer: BinaryIO, size: int) -> str:
    """SHA-256 of what the source holds, written to the other file too. Raises DeliveryError.

    One that grows meanwhile is not followed beyond its size.
    """
    digest = hashlib.sha256()
    source.seek(0)
    for block in blocks_of(source, size):
        digest.update(block)
        writer.write(block)
    return digest.hexdigest()


def blocks_of(source: BinaryIO, size: int) -> Iterator[bytes]:
    """The next so many bytes of a delivered file, block by block. Raises DeliveryError when it cannot be read."""
    try:
        while size > 0 and (block := source.read(min(BLOCK, size))):
            size -= len(block)
            yield block
    except OSError as fault:
        raise unreadable("文件", fault) from None


def hash_lying(lying: Lying) -> str | None:
    """SHA-256 of a file in the inbox; None when it is no plain one, cannot be read, or changed since it was found."""
    with suppress(DeliveryError):
        source = lying.opened()
        if source is not None:
            with source, Path(os.devnull).open("wb") as nowhere:
                return copied(source, nowhere, lying.facts.st_size)
    return None


def hash_file(source: Path) -> str:
    """SHA-256 of the file's bytes, as hexadecimal text."""
    with source.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()

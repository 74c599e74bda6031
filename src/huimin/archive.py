"""Delivered bytes under their hash."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from huimin.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, sync_directory


@dataclass(frozen=True)
class Archive:
    """Every delivered file by content hash, never changed."""

    folder: Path

    def place(self, sha256: str) -> Path:
        """Where the bytes with that hash are."""
        return self.folder / sha256[:2] / sha256

    def take(self, source: Path) -> str | None:
        """SHA-256 of the file's bytes, which are kept when this returns; None when the file changed meanwhile."""
        digest = hash_file(source)
        place = self.place(digest)
        if place.exists():
            return digest
        place.parent.mkdir(mode=RESTRICTED_DIRECTORY, parents=True, exist_ok=True)
        partial = place.with_name(f".{digest}.{os.getpid()}.partial")
        copied = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with source.open("rb") as reader, open(os.open(partial, flags, RESTRICTED_FILE), "wb") as writer:  # noqa: PTH123
            while block := reader.read(1 << 20):
                copied.update(block)
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
        if copied.hexdigest() != digest:
            partial.unlink()
            return None
        partial.rename(place)
        sync_directory(place.parent)
        return digest

    def sweep(self) -> None:
        """Removes what killed runs left half copied."""
        for leftover in self.folder.glob("*/.*.partial"):
            leftover.unlink()


@dataclass(frozen=True)
class LookOnly(Archive):
    """An archive that keeps nothing: it remembers where the bytes it was shown are. For plans and trials."""

    shown: dict[str, Path] = field(default_factory=dict)

    def place(self, sha256: str) -> Path:
        """Where those bytes were shown, else in the archive."""
        return self.shown.get(sha256) or super().place(sha256)

    def take(self, source: Path) -> str | None:
        """SHA-256 of the file's bytes."""
        digest = hash_file(source)
        self.shown.setdefault(digest, source)
        return digest


def hash_file(source: Path) -> str:
    """SHA-256 of the file's bytes, as hexadecimal text."""
    with source.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()

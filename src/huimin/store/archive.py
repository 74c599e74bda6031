"""Delivered bytes under their hash."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from huimin.errors import DeliveryError
from huimin.store.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, sync


@dataclass(frozen=True)
class Archive:
    """Every delivered file by content hash, never changed."""

    folder: Path
    mended: list[str] = field(default_factory=list)
    """Hashes of which the archive held other bytes, until the same file was shown again."""

    def place(self, sha256: str) -> Path:
        """Where the bytes with that hash are."""
        return self.folder / sha256[:2] / sha256

    def take(self, source: Path) -> str | None:
        """SHA-256 of the file's bytes, which are kept when this returns; None when the file changed meanwhile.

        Raises:
            DeliveryError: the file cannot be read. A fault of the archive's own disk stays an OSError.
        """
        digest = hash_delivered(source)
        if digest is None:
            return None
        place = self.place(digest)
        if self.holds(digest):
            return digest
        if place.exists():
            self.mended.append(digest)
        place.parent.mkdir(mode=RESTRICTED_DIRECTORY, parents=True, exist_ok=True)
        partial = place.with_name(f".{digest}.{os.getpid()}.partial")
        copied = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            with source.open("rb") as reader, open(os.open(partial, flags, RESTRICTED_FILE), "wb") as writer:  # noqa: PTH123
                while block := reader.read(1 << 20):
                    copied.update(block)
                    writer.write(block)
                writer.flush()
                os.fsync(writer.fileno())
            if copied.hexdigest() != digest:
                return None
            partial.rename(place)
        finally:
            partial.unlink(missing_ok=True)
        sync(place.parent)
        return digest

    def holds(self, sha256: str) -> bool:
        """Whether the bytes with that hash are there, as they were delivered."""
        place = self.place(sha256)
        return place.is_file() and hash_file(place) == sha256

    def size(self, sha256: str) -> int | None:
        """Bytes kept under that hash; None when they are gone."""
        place = self.place(sha256)
        return place.stat().st_size if sha256 and place.is_file() else None

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
        """SHA-256 of the file's bytes; None when it is gone. Raises DeliveryError when it cannot be read."""
        digest = hash_delivered(source)
        if digest is None:
            return None
        self.shown.setdefault(digest, source)
        return digest


def hash_delivered(source: Path) -> str | None:
    """SHA-256 of a file in the inbox; None when it is gone. Raises DeliveryError when it cannot be read."""
    try:
        return hash_file(source)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise DeliveryError(source.name, "文件无读取权限", "让运行用户可以读取该文件") from None
    except OSError as fault:
        kind = os.strerror(fault.errno) if fault.errno else type(fault).__name__
        raise DeliveryError(source.name, f"文件读取失败（{kind}）", "重新拷贝后报送") from None


def hash_file(source: Path) -> str:
    """SHA-256 of the file's bytes, as hexadecimal text."""
    with source.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()

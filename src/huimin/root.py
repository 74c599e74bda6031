"""A data root: its places, its secret, its lock, and how a file appears in it only when whole."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from huimin.errors import BusyError, PublishError

RESTRICTED_DIRECTORY, RESTRICTED_FILE = 0o700, 0o600


@dataclass(frozen=True)
class Root:
    """The places under one data root. Nothing is created before `prepare`."""

    path: Path

    @property
    def inbox(self) -> Path:
        """Deliveries; departments write here and the pipeline only reads."""
        return self.path / "inbox"

    @property
    def archive(self) -> Path:
        """Every delivered file by content hash."""
        return self.path / "archive"

    @property
    def standard(self) -> Path:
        """Accepted rows, one immutable folder a delivery."""
        return self.path / "standard"

    @property
    def restricted(self) -> Path:
        """What only case workers may open, a folder a run."""
        return self.path / "restricted"

    @property
    def published(self) -> Path:
        """What analysts query, a folder a run."""
        return self.path / "published"

    @property
    def state(self) -> Path:
        """Whatever else the pipeline must remember."""
        return self.path / "state"

    @property
    def work(self) -> Path:
        """Scratch of unfinished runs; emptied when a run starts."""
        return self.state / "work"

    def standardised(self, roster: str | None, delivery: str) -> Path:
        """The folder of one delivery; deliveries of no known roster (None) have a place of their own."""
        return self.standard / (roster or "_unplaced") / delivery

    def policy_override(self) -> Path:
        """Where a district changes policy parameters without touching the project."""
        return self.state / "policy.toml"

    def limits_override(self) -> Path:
        """Where an operator says how much a delivered file may ask for on this machine."""
        return self.state / "limits.toml"

    def latest(self) -> str | None:
        """Run id of the newest complete run, or None before the first."""
        with suppress(OSError):
            return (self.published / "latest").readlink().name
        return None

    def prepare(self) -> None:
        """Creates the places that are missing, the restricted ones closed to others. Raises PublishError."""
        try:
            for place in (self.inbox, self.published):
                place.mkdir(parents=True, exist_ok=True)
            for place in (self.archive, self.standard, self.restricted, self.state, self.work):
                place.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
                place.chmod(RESTRICTED_DIRECTORY)
        except OSError as fault:
            raise unwritable(self.path, fault) from None

    def secret(self) -> bytes:
        """The root's 32-byte key for keyed hashes, made on first use. It never leaves the root."""
        place = self.state / "secret"
        if not place.exists():
            write_whole(place, secrets.token_bytes(32))
        return place.read_bytes()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Holds the root for one run. The kernel lets go when the process ends, however it ends. Raises BusyError."""
        with (self.state / "lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                handle.seek(0)
                holder = handle.read().strip() or "unknown"
                raise BusyError(
                    str(self.path),
                    f"another run holds this root (process {holder})",
                    "wait until it has ended, or look for it with `ps`",
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def unwritable(place: Path, fault: OSError) -> PublishError:
    """The error for a place that cannot be written, with the system's reason."""
    return PublishError(
        str(place), fault.strerror or "cannot be written", "check free disk space and permissions (huimin doctor)"
    )


def sync(path: Path) -> None:
    """Returns once the file, or the folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(place: Path, content: bytes, mode: int = RESTRICTED_FILE) -> None:
    """The file appears under its name only when whole: temporary name, fsync, rename, fsync of the folder."""
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:  # noqa: PTH123
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(place)
    sync(place.parent)


def write_json(place: Path, value: object, mode: int = RESTRICTED_FILE) -> None:
    """Writes the value as JSON, whole, with sorted keys and Chinese as it is read."""
    write_whole(place, json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode(), mode)


def empty(folder: Path) -> None:
    """Removes what an unfinished run left in the folder, but not the folder."""
    for leftover in folder.iterdir():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()

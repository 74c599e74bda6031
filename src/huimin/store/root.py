"""A data root: its places, its secret, its lock, and how a file appears in it only when whole."""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from huimin.errors import BusyError, PublishError, UsageError
from huimin.identity import mask_ids_in
from huimin.language import _
from huimin.store.delivery import Receipt
from huimin.store.seal import sealed
from huimin.tables.key import key_id, restricted_key

RESTRICTED_DIRECTORY, RESTRICTED_FILE = 0o700, 0o600
PUBLISHED_DIRECTORY, PUBLISHED_FILE = 0o750, 0o640
"""Of what analysts read, whatever the umask."""
PUBLIC_DIRECTORY, PUBLIC_FILE = 0o755, 0o644
"""Of what anybody may read, whatever the umask."""
DROP_DIRECTORY, DROP_FILE = 0o2730, 0o640
"""Of the inbox: a department writes and enters, and lists neither its own files nor those of others."""
RUN_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
LATEST = "latest"
RUN_TIME = "%Y%m%dT%H%M%S"
SECRET_BYTES = 32
SECRET_ID = 12
"""Hexadecimal characters of its SHA-256 by which a secret is known."""


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
    def public(self) -> Path:
        """What anybody may read: the editions for posting, a folder a month."""
        return self.path / "public"

    @property
    def state(self) -> Path:
        """Whatever else the pipeline must remember."""
        return self.path / "state"

    @property
    def work(self) -> Path:
        """Scratch of unfinished runs; emptied when a run starts."""
        return self.state / "work"

    @property
    def cache(self) -> Path:
        """What the next night need not find again. It may go at any time."""
        return self.state / "cache"

    @property
    def secrets(self) -> Path:
        """What rotations of the root's secret left, a folder a secret (`store/rotated.py`)."""
        return self.state / "secrets"

    def standardised(self, roster: str | None, delivery: str) -> Path:
        """The folder of one delivery; deliveries of no known roster (None) have a place of their own."""
        return self.standard / (roster or "_unplaced") / delivery

    def looks(self, part: str) -> Path:
        """Where a run remembers the files of the future in that part of the inbox."""
        return self.state / f"looks-{part}.json"

    def policy_override(self) -> Path:
        """Where a district changes policy parameters without touching the project."""
        return self.state / "policy.toml"

    def limits_override(self) -> Path:
        """Where an operator says how much a delivered file may ask for on this machine."""
        return self.state / "limits.toml"

    def settings(self) -> Path:
        """Where an operator settles what is this root's own: who reads what is published."""
        return self.state / "settings.toml"

    def key_mark(self) -> Path:
        """Where an encrypted root says by which key it is; a plain one has none."""
        return self.state / "encrypted.json"

    def calendar(self) -> Path:
        """Where an operator says when rosters are due, other than by default."""
        return self.state / "calendar.toml"

    def contacts(self) -> Path:
        """Where an operator says whom to call of departments, streets and units, and about policy."""
        return self.state / "contacts.toml"

    def latest(self) -> str | None:
        """Run id of the newest complete run, or None before the first."""
        with suppress(OSError):
            return (self.published / LATEST).readlink().name
        return None

    def newest(self) -> str:
        """Run id of the newest complete run. Raises UsageError before the first."""
        run = self.latest()
        if run is None:
            raise self.unpublished()
        return run

    def published_run(self, run: str) -> Path:
        """The folder of that published run. Raises UsageError when there is none."""
        folder = self.published / run
        if not RUN_NAME.fullmatch(run) or not folder.is_dir():
            fix = _("see the folders of {folder}", folder=self.published)
            raise UsageError(run, _("there is no such published run"), fix)
        return folder

    def unpublished(self) -> UsageError:
        """The error before the first complete run."""
        return UsageError(str(self.path), _("nothing is published here yet"), _("run `huimin run` first"))

    def next_run(self, now: datetime, token: str) -> str:
        """A run id that comes after those of all published runs, also when the clock was set back.

        `now`: the wall clock; `token`: six hexadecimal characters.
        """
        second = now.replace(microsecond=0, tzinfo=None)
        published = [found.name for found in self.published.glob("*") if RUN_NAME.fullmatch(found.name)]
        if published:
            second = max(second, datetime.strptime(max(published)[:15], RUN_TIME) + timedelta(seconds=1))  # noqa: DTZ007
        return f"{second:{RUN_TIME}}-{token}"

    def prepare(self) -> None:
        """Creates the places that are missing, each as open as it should be. With a key, a new root is encrypted.

        Raises:
            PublishError: one of them cannot be made.
            UsageError: DuckDB cannot keep a database there: of a path with `?` it takes what follows for no part of it;
                or what should be a key is none.
        """
        key, is_new = restricted_key(), not self.standard.exists()
        if "?" in str(self.path.resolve()):
            raise UsageError(
                str(self.path), _("no database can be kept below a path with a `?`"), _("rename that folder")
            )
        try:
            if not self.inbox.exists():
                self.inbox.mkdir(parents=True)
                self.inbox.chmod(DROP_DIRECTORY)
            self.published.mkdir(parents=True, exist_ok=True)
            self.published.chmod(PUBLISHED_DIRECTORY)
            for place in (self.archive, self.standard, self.restricted, self.state, self.work):
                place.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
                place.chmod(RESTRICTED_DIRECTORY)
            if key and is_new:
                self.mark_encrypted(key)
        except OSError as fault:
            raise unwritable(self.path, fault) from None

    def mark_encrypted(self, key: bytes) -> None:
        """Notes that the restricted side is written under a key, and by what that is known."""
        write_json(self.key_mark(), sealed({"key": key_id(key)}))

    def secret(self) -> bytes:
        """The root's 32-byte key for keyed hashes, made before the first run. It never leaves the root.

        Raises PublishError when it is damaged, or gone though runs are published: every key would change unsaid.
        """
        place = self.state / "secret"
        if not place.exists():
            if self.latest():
                raise lost_secret(place, _("is gone"))
            write_whole(place, secrets.token_bytes(SECRET_BYTES))
        secret, seal = place.read_bytes(), place.with_name("secret.sha256")
        if not seal.exists():
            write_whole(seal, sha256(secret).hexdigest().encode())
        if sha256(secret).hexdigest() != seal.read_text():  # damaged, or its rotation was cut short at the last step
            kept = self.secrets / seal.read_text()[:SECRET_ID] / "secret"
            secret = kept.read_bytes() if kept.is_file() else secret
            if len(secret) != SECRET_BYTES or sha256(secret).hexdigest() != seal.read_text():
                raise lost_secret(place, _("is damaged"))
            write_whole(place, secret)
        return secret

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Holds the root for one run. The kernel lets go when the process ends, however it ends. Raises BusyError."""
        with hold(self.state / "lock", _("another run holds this root")):
            yield


@contextmanager
def hold(place: Path, held: str) -> Iterator[None]:
    """Holds the lock file, with this process's number in it. Raises BusyError, which says what is held, and by whom."""
    with closed_to_others(place) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            fix = _("wait until it has ended, or look for it with `ps`")
            raise BusyError(
                str(place.parent.parent), _("{held} (process {holder})", held=held, holder=holder), fix
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def lost_secret(place: Path, problem: str) -> PublishError:
    """The error for a secret by which no published key could be known again."""
    return PublishError(
        str(place), _("the secret of this root {problem}", problem=problem), _("restore it from a backup")
    )


def is_full(fault: BaseException) -> bool:
    """Whether the fault says that no space is left; DuckDB says so in other words when it spills."""
    return os.strerror(ENOSPC) in str(fault) or "failed to offload" in str(fault)


def unwritable(place: Path, fault: BaseException) -> PublishError:
    """The error for a place that cannot be written, with the system's reason. The fault's own place is nearer."""
    named = getattr(fault, "filename", None) or place
    if is_full(fault):
        reason = os.strerror(ENOSPC)
    else:
        reason = os.strerror(fault.errno) if isinstance(fault, OSError) and fault.errno else type(fault).__name__
    fix = _("free disk space or correct its permissions, then try again (huimin doctor)")
    return PublishError(mask_ids_in(str(named)), _("could not be written whole: {reason}", reason=reason), fix)


def sync(path: Path) -> None:
    """Returns once the file, or the folder's entries, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def closed_to_others(place: Path) -> TextIO:
    """The file opened to read and to add to, its owner's alone; made when it is not there."""
    opened = place.open("a+")
    place.chmod(RESTRICTED_FILE)
    return opened


def write_whole(place: Path, content: bytes, mode: int = RESTRICTED_FILE) -> None:
    """The file appears under its name only when whole: temporary name, fsync, rename, fsync of the folder."""
    with (
        whole(place, mode) as partial,
        open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened,  # noqa: PTH123
    ):
        opened.write(content)


@contextmanager
def whole(place: Path, mode: int = RESTRICTED_FILE) -> Iterator[Path]:
    """Where to write the file, which is under its own name, on disk, when the block has ended well."""
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.chmod(mode)
        sync(partial)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)
    sync(place.parent)


def write_json(place: Path, value: object, mode: int = RESTRICTED_FILE) -> None:
    """Writes the value as JSON, whole, with sorted keys and Chinese as it is read."""
    write_whole(place, json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode(), mode)


def empty(folder: Path, pattern: str = "*") -> None:
    """Removes what an unfinished run left in the folder, but not the folder."""
    for leftover in folder.glob(pattern):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def folder_of(root: Root, receipt: Receipt) -> Path:
    """Where a delivery's rows are."""
    return root.standardised(receipt.delivery.roster, receipt.delivery.delivery)

"""A back-up made and restored: a dated copy of the whole root, each file with its hash, whole or not at all."""

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from huimin.errors import PublishError, UsageError
from huimin.language import _
from huimin.ledger.records import held
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, RUN_TIME, Root, sync, write_whole

LISTED = "backup.json"
"""Beside the copy: every file, link and folder of it."""
COPY = "root"
LEFT_OUT = ("state/work", "state/cache", "state/lock", "state/prefect", "postgresql")
"""What a night makes anew, and Prefect's own folders: the history of its runs, which no result needs."""
CHUNK = 1024**2


@dataclass(frozen=True)
class KeptFile:
    """One file of a back-up."""

    mode: int
    size: int
    modified: int
    """Nanoseconds since 1970: a file of the same size and time is taken from the back-up before."""
    sha256: str


@dataclass(frozen=True)
class Listed:
    """What a back-up holds, by path in the root."""

    files: Mapping[str, KeptFile]
    links: Mapping[str, str]
    """Symbolic link → what it points to, as written."""
    folders: Mapping[str, int]
    """Folder → mode."""


@dataclass(frozen=True)
class MadeBackup:
    """A back-up that was made."""

    folder: Path
    files: int
    copied: int
    """Files that the back-up before did not have; the others are linked to it and take no room."""
    bytes: int
    """Of those copied."""


def back_up(root: Root, to: Path, now: datetime) -> MadeBackup:
    """A new dated folder below `to` with a copy of the root, while no night runs and nothing is decided.

    Files that have not changed since the newest back-up there are hard links to it. What is in the middle of being
    written to the inbox is copied as it is. Noted in the audit log.

    Raises:
        BusyError: a run holds the root.
        UsageError: `to` lies in the root, or has a back-up of this second already.
        PublishError: the disk took no more; no dated folder is left then.
    """
    if to.resolve().is_relative_to(root.path.resolve()):
        raise UsageError(str(to), _("a back-up in the root itself is lost with it"), _("give a folder on another disk"))
    with written_whole(to), root.hold(), held(root):
        to.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
        before = newest(to)
        folder = to / f"{now:{RUN_TIME}}"
        partial = to / f".{folder.name}.{os.getpid()}.partial"
        partial.mkdir(mode=RESTRICTED_DIRECTORY)
        try:
            made = copied_root(root, partial, before)
            named(partial, folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        sync(to)
        note(root, now, "backup", folder=folder.name, files=made.files, copied=made.copied)
    return MadeBackup(folder, made.files, made.copied, made.bytes)


def named(partial: Path, folder: Path) -> None:
    """The whole back-up under its name. Raises UsageError where another of the same second has it."""
    try:
        partial.rename(folder)
    except OSError as fault:
        if fault.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        raise UsageError(str(folder), _("another back-up was made in this second"), _("begin it again")) from None


def newest(to: Path) -> Path | None:
    """The latest whole back-up in the folder."""
    return max((found.parent for found in to.glob(f"[0-9]*/{LISTED}")), default=None)


def copied_root(root: Root, partial: Path, before: Path | None) -> MadeBackup:
    """The copy and its list, in a folder that has no name yet."""
    past = listed_in(before) if before else Listed({}, {}, {})
    files: dict[str, KeptFile] = {}
    links: dict[str, str] = {}
    folders: dict[str, int] = {}
    copied = size = 0
    for path, place, status in walked(root):
        copy = partial / COPY / path
        if stat.S_ISLNK(status.st_mode):
            links[path] = str(place.readlink())
            copy.symlink_to(links[path])
        elif stat.S_ISDIR(status.st_mode):
            folders[path] = stat.S_IMODE(status.st_mode)
            copy.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
        else:
            known = past.files.get(path)
            seen = (stat.S_IMODE(status.st_mode), status.st_size, status.st_mtime_ns)
            if before and known and seen == (known.mode, known.size, known.modified):
                os.link(before / COPY / path, copy)
                files[path] = known
                continue
            files[path] = KeptFile(*seen, copied_file(place, copy))
            copied, size = copied + 1, size + status.st_size
    listed = Listed(files, links, folders)
    write_whole(partial / LISTED, json.dumps(asdict(listed), ensure_ascii=False, indent=0).encode())
    return MadeBackup(partial, len(files), copied, size)


def walked(root: Root) -> Iterator[tuple[str, Path, os.stat_result]]:
    """Path, place and status of the root and of everything in it that is backed up, folders before their content."""
    yield ".", root.path, root.path.lstat()
    for folder, names, files in os.walk(root.path):
        inside = Path(folder).relative_to(root.path)
        names[:] = sorted(name for name in names if (inside / name).as_posix() not in LEFT_OUT)
        linked = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *files]):
            path, place = (inside / name).as_posix(), Path(folder) / name
            status = place.lstat()
            kept = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) or stat.S_ISLNK(status.st_mode)
            if kept and path not in LEFT_OUT and not name.endswith(".partial"):
                yield path, place, status
        names[:] = [name for name in names if name not in linked]


def copied_file(place: Path, copy: Path) -> str:
    """The hash of the bytes that were copied, on disk when this returns. Times of the file go with it."""
    digest = sha256()
    written = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, RESTRICTED_FILE)
    with place.open("rb") as source, os.fdopen(written, "wb") as to:
        while part := source.read(CHUNK):
            digest.update(part)
            to.write(part)
        to.flush()
        os.fsync(to.fileno())
    shutil.copystat(place, copy)
    return digest.hexdigest()


def listed_in(backup: Path) -> Listed:
    """What a back-up says that it holds. Raises PublishError when its list is gone or damaged."""
    place = backup / LISTED
    try:
        told = json.loads(place.read_bytes())
        return Listed({path: KeptFile(**kept) for path, kept in told["files"].items()}, told["links"], told["folders"])
    except FileNotFoundError:
        raise UsageError(
            str(backup), _("there is no back-up here"), _("give a dated folder that `huimin backup` made")
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PublishError(str(place), _("the list of this back-up is damaged"), _("take another back-up")) from None


def restore(backup: Path, root: Path) -> int:
    """How many files stand again: the backed-up root, at a place where nothing is yet, each file as it was by its hash.

    Raises:
        UsageError: there is no back-up, or something stands where the root is to be.
        PublishError: the back-up is damaged (which files), or the disk took no more; nothing stands at the place then.
    """
    listed = listed_in(backup)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(str(root), _("something stands there already"), _("restore to a new place, then rename"))
    partial = root.with_name(f".{root.name}.{os.getpid()}.partial")
    with written_whole(root.parent):
        root.parent.mkdir(parents=True, exist_ok=True)
        try:
            restored(backup, listed, partial)
            partial.replace(root)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        sync(root.parent)
    return len(listed.files)


def restored(backup: Path, listed: Listed, partial: Path) -> None:
    """The root in a folder that is not its place yet. Raises PublishError naming every damaged file."""
    for path in listed.folders:
        (partial / path).mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    damaged = []
    for path, kept in listed.files.items():
        source = backup / COPY / path
        if not source.is_file() or copied_file(source, partial / path) != kept.sha256:
            damaged.append(path)
            continue
        (partial / path).chmod(kept.mode)
    if damaged:
        raise PublishError(
            str(backup),
            _("{count} files are gone or changed, such as {first}", count=len(damaged), first=damaged[0]),
            _("take another back-up"),
        )
    for path, target in listed.links.items():
        (partial / path).symlink_to(target)
    for path, mode in reversed(list(listed.folders.items())):
        (partial / path).chmod(mode)

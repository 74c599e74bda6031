"""From the inbox to the archive: which files were delivered, by whom, and their bytes kept under their hash."""

import os
import shutil
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huimin.errors import DeliveryError
from huimin.identity import mask_ids_in
from huimin.sheets import Limits, extract_members
from huimin.store.archive import Archive
from huimin.store.delivery import Delivery, delivery_id
from huimin.store.root import RESTRICTED_DIRECTORY

VERIFICATION = "verification"
"""Folder of the inbox for returned ledgers; no roster."""

UNFINISHED_ENDINGS = (".part", ".tmp")
UNFINISHED_STARTS = ("~$", ".")


@dataclass(frozen=True)
class Found:
    """A file in the inbox and the place it claims."""

    path: Path
    roster: str | None
    unit: str | None
    problem: str | None = None


@dataclass(frozen=True)
class Received:
    """What the inbox held: deliveries whose bytes are archived, and how many files are still being written."""

    deliveries: tuple[Delivery, ...]
    waiting: tuple[str, ...]
    mended: int = 0
    """Places in the archive and below ``standard/`` that were damaged, and are made again from what is whole."""


def receive(
    inbox: Path,
    archive: Archive,
    scratch: Path,
    rosters: Collection[str],
    settle: float,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008  frozen
) -> Received:
    """Every settled file of the inbox, archived. The inbox is left as it is.

    Zip archives give one delivery a member, unpacked in `scratch`. A file with an unfinished name (or in a folder with
    one: what file managers keep for themselves), one changed less than `settle` seconds before
    `now`, or that changes while it is read, waits for the next run. Deliveries come in the order of their paths.
    """
    deliveries: list[Delivery] = []
    waiting: list[str] = []
    for found in find(inbox, rosters):
        inside = found.path.relative_to(inbox)
        name = readable(inside.as_posix())
        try:
            facts = found.path.lstat()
        except FileNotFoundError:
            # gone since the folder was listed: it may come back tomorrow
            continue
        age = now.timestamp() - facts.st_mtime
        if any(map(unfinished, inside.parts)) or 0 <= age < settle:
            waiting.append(name)
            continue
        received_at = datetime.fromtimestamp(facts.st_mtime_ns // 1000 / 1e6, UTC)
        base = Delivery("", found.roster, found.unit, name, readable(found.path.name), "", received_at, facts.st_size)
        problem = unread(facts, limits)
        if problem:
            deliveries.append(named(base, problem=problem))
            continue
        try:
            digest = archive.take(found.path)
        except DeliveryError as fault:
            deliveries.append(named(base, problem=fault.problem))
            continue
        if digest is None or archive.size(digest) != facts.st_size:
            # changed since the folder was listed
            waiting.append(name)
            continue
        whole = named(base, sha256=digest, problem=found.problem)
        if whole.problem or found.path.suffix.lower() != ".zip":
            deliveries.append(whole)
        else:
            deliveries.extend(unpack(archive, scratch, whole, limits))
    return Received(tuple(deliveries), tuple(waiting))


def returned_files(inbox: Path, settle: float, now: datetime) -> tuple[list[Path], list[str]]:
    """The files below ``inbox/verification`` that are settled, by path, and the names of those still being written.

    By the rules of deliveries: unfinished names, and files changed less than `settle` seconds before `now`, wait.
    """
    folder = inbox / VERIFICATION
    settled: list[Path] = []
    waiting: list[str] = []
    for file in files_below(folder) if is_folder(folder) else ():
        inside = file.relative_to(folder)
        try:
            age = now.timestamp() - file.lstat().st_mtime
        except FileNotFoundError:
            continue
        if any(map(unfinished, inside.parts)) or 0 <= age < settle:
            waiting.append(readable(inside.as_posix()))
        else:
            settled.append(file)
    return settled, waiting


def unread(facts: os.stat_result, limits: Limits) -> str | None:
    """Why the file is not even read; None when it is."""
    if stat.S_ISDIR(facts.st_mode):
        return "文件夹无读取权限"
    if not stat.S_ISREG(facts.st_mode):
        return "不是普通文件（符号链接或特殊文件），未读取"
    if facts.st_size > limits.file_bytes:
        return f"文件超过 {limits.file_bytes // 1024**2} MB，未读取"
    return None


def find(inbox: Path, rosters: Collection[str]) -> Iterator[Found]:
    """Every file below the inbox with the roster and unit its folders name, or why they name none."""
    for entry in entries(inbox):
        if not is_folder(entry):
            yield Found(entry, None, None, "文件直接放在收件箱内：请放入以名册命名的文件夹")
        elif entry.name == VERIFICATION:
            continue
        elif entry.name not in rosters:
            name = readable(entry.name)
            yield from (Found(file, name, None, f"没有名为 {name} 的名册文件夹") for file in files_below(entry))
        else:
            yield from in_roster(entry)


def in_roster(folder: Path) -> Iterator[Found]:
    """The deliveries of one roster's folder."""
    for entry in entries(folder):
        if not is_folder(entry):
            yield Found(entry, folder.name, None)
            continue
        unit = readable(entry.name)
        for inner in entries(entry):
            if not is_folder(inner):
                yield Found(inner, folder.name, unit)
                continue
            problem = "单位文件夹之下不能再有文件夹"
            yield from (Found(file, folder.name, unit, problem) for file in files_below(inner))


def entries(folder: Path) -> list[Path]:
    """The folder's entries by the bytes of their names."""
    return sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name))


def is_folder(entry: Path) -> bool:
    """Whether the entry is a real folder; a link to one, or one that cannot be read, is a file that is refused."""
    return entry.is_dir() and not entry.is_symlink() and os.access(entry, os.R_OK | os.X_OK)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file at any depth."""
    for entry in entries(folder):
        if is_folder(entry):
            yield from files_below(entry)
        else:
            yield entry


def unfinished(name: str) -> bool:
    """Whether the name says that the file is still being written."""
    return name.lower().endswith(UNFINISHED_ENDINGS) or name.startswith(UNFINISHED_STARTS)


def readable(name: str) -> str:
    """The name as text that can be published, ID numbers in it masked.

    Bytes that are no UTF-8 are read as GB18030, else shown as escapes.
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return mask_ids_in(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def named(delivery: Delivery, sha256: str = "", problem: str | None = None) -> Delivery:
    """The delivery with its key, made of roster, unit, file and hash.

    One with a problem goes by its path: the same file put where it belongs is another delivery.
    """
    file = delivery.path if problem else delivery.file
    key = delivery_id(delivery.roster, delivery.unit, file, sha256 or delivery.path)
    return Delivery(
        key,
        delivery.roster,
        delivery.unit,
        delivery.path,
        delivery.file,
        sha256,
        delivery.received_at,
        delivery.size,
        problem,
    )


def unpack(archive: Archive, scratch: Path, whole: Delivery, limits: Limits) -> list[Delivery]:
    """One delivery a member of the archived zip, each archived by its own hash; the zip itself when it is broken."""
    into = scratch / f"unpack-{whole.delivery}"
    shutil.rmtree(into, ignore_errors=True)  # an attempt that the disk broke off
    into.mkdir(mode=RESTRICTED_DIRECTORY, parents=True)
    try:
        members = extract_members(archive.place(whole.sha256), into, limits)
    except DeliveryError as fault:
        return [named(whole, whole.sha256, fault.problem)]
    if not members:
        return [named(whole, whole.sha256, "压缩包内没有文件")]
    deliveries = []
    for member in members:
        name = mask_ids_in(member.name)
        file, path = f"{whole.file}/{name}", f"{whole.path}/{name}"
        digest, size = "", 0
        if member.path is not None:
            digest, size = archive.take(member.path) or "", member.path.stat().st_size
        base = Delivery("", whole.roster, whole.unit, path, file, "", whole.received_at, size)
        deliveries.append(named(base, digest, member.problem))
    shutil.rmtree(into)
    return deliveries

"""From the inbox to the archive: which files were delivered, by whom, and their bytes kept under their hash."""

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from huimin.containers.kinds import is_archive
from huimin.deliveries.hashes import Hashes
from huimin.deliveries.looks import Looks
from huimin.errors import DeliveryError
from huimin.identity import mask_ids_in
from huimin.sheets import Limits, extract_members
from huimin.store.archive import Archive
from huimin.store.delivery import Delivery, delivery_id
from huimin.store.inbox import Lying, walk
from huimin.store.names import readable, shown
from huimin.store.root import RESTRICTED_DIRECTORY

VERIFICATION = "verification"
"""Folder of the inbox for returned ledgers; no roster."""
TO_ROSTER = "放入以名册命名的文件夹"


@dataclass(frozen=True)
class Received:
    """What the inbox held: deliveries whose bytes are archived, and how many files are still being written."""

    deliveries: tuple[Delivery, ...]
    waiting: tuple[str, ...]
    restored: int = 0
    """Places in the archive and below ``standard/`` that were damaged, and are made again from what is whole."""
    found: int = 0
    """Deliveries that lie in the inbox, those read before among them."""


def receive(
    inbox: Path,
    archive: Archive,
    scratch: Path,
    rosters: Collection[str],
    looks: Looks,
    run: str,
    limits: Limits = Limits(),  # noqa: B008  frozen
    hashes: Hashes | None = None,
) -> Received:
    """Every settled file of the inbox, archived; `run` is the one that sees it. The inbox is left as it is.

    `hashes` knows of files that need not be read again, and is told of those that are read; by default none is known.
    Zip archives give one delivery a member, unpacked in `scratch`. What `looks` lets wait, and what changes while it
    is read, waits for the next run. Deliveries come in the order of their paths.
    """
    deliveries: list[Delivery] = []
    waiting: list[str] = []
    hashes = hashes or Hashes()
    for lying in walk(inbox):
        if lying.inside.parts[0] == VERIFICATION and len(lying.inside.parts) > 1:
            continue
        whole = None if looks.waits(lying) else taken(lying, archive, rosters, looks.now, run, limits, hashes)
        if whole is None:
            waiting.append(shown(readable(str(lying.inside))))
        elif whole.problem or not is_archive(archive.place(whole.sha256), lying.inside.suffix.lower()):
            deliveries.append(whole)
        else:
            deliveries.extend(unpack(archive, scratch, whole, limits))
    return Received(tuple(map(presentable, deliveries)), tuple(waiting), found=len(deliveries))


def taken(
    lying: Lying, archive: Archive, rosters: Collection[str], now: datetime, run: str, limits: Limits, hashes: Hashes
) -> Delivery | None:
    """The file as a delivery, its bytes archived where they are read; None when it is gone or changed meanwhile."""
    roster, unit, misplaced = claim(lying.inside, rosters)
    path, file, size = readable(str(lying.inside)), readable(lying.inside.name), lying.facts.st_size
    base = Delivery("", roster, unit, path, file, "", received_at(lying.facts, now), size, run=run)
    try:
        refuse_too_large(lying.facts, limits)
        digest = hashes.of(lying, archive) or kept(lying, archive, hashes)
    except DeliveryError as fault:
        return named(base, fault=fault)
    return named(base, digest, misplaced) if digest else None


def kept(lying: Lying, archive: Archive, hashes: Hashes) -> str | None:
    """SHA-256 of the file's bytes, which are archived when this returns; None when it is gone or changed meanwhile.

    Raises DeliveryError when it cannot be read.
    """
    source = lying.opened()
    if source is None:
        return None
    with source:
        digest = archive.take(source)
    if digest:
        hashes.note(lying, archive, digest)
    return digest


def claim(inside: PurePosixPath, rosters: Collection[str]) -> tuple[str | None, str | None, DeliveryError | None]:
    """Roster and unit that the file's folders name, and what is wrong with its place."""
    folders = [readable(name) for name in inside.parts[:-1]]
    if not folders:
        return None, None, DeliveryError("文件", "文件直接放在收件箱内", TO_ROSTER)
    roster, *units = folders
    if roster not in rosters:
        return roster, None, DeliveryError("文件", f"没有名为 {shown(roster)} 的名册文件夹", TO_ROSTER)
    too_deep = DeliveryError("文件", "单位文件夹之下不能再有文件夹", "直接放入单位文件夹")
    return roster, units[0] if units else None, too_deep if len(units) > 1 else None


def received_at(facts: os.stat_result, now: datetime) -> datetime:
    """When the file was last changed; a time after the run's own is taken as the run's."""
    if facts.st_mtime > now.timestamp():
        return now.astimezone(UTC)
    return datetime.fromtimestamp(max(facts.st_mtime_ns // 1000, 0) / 1e6, UTC)


def refuse_too_large(facts: os.stat_result, limits: Limits) -> None:
    """Raises DeliveryError when the file is larger than the limit, and so is not even copied."""
    if facts.st_size > limits.file_bytes:
        problem = f"文件超过 {limits.file_bytes // 1024**2} MB，未读取"
        raise DeliveryError("文件", problem, "分成几个文件报送")


def named(delivery: Delivery, sha256: str = "", fault: DeliveryError | None = None) -> Delivery:
    """The delivery with its key, made of roster, unit, file and hash, and why it is refused unread.

    One with a problem goes by its path: the same file put where it belongs is another delivery.
    """
    file = delivery.path if fault else delivery.file
    key = delivery_id(delivery.roster, delivery.unit, file, sha256 or delivery.path)
    problem, fix = (fault.problem, fault.fix) if fault else (None, "")
    return replace(delivery, delivery=key, sha256=sha256, problem=problem, fix=fix)


def presentable(delivery: Delivery) -> Delivery:
    """The delivery under names that can be shown; its key stays that of the real ones."""
    roster, unit = (name and shown(name) for name in (delivery.roster, delivery.unit))
    return replace(delivery, roster=roster, unit=unit, path=shown(delivery.path), file=shown(delivery.file))


def unpack(archive: Archive, scratch: Path, whole: Delivery, limits: Limits) -> list[Delivery]:
    """One delivery a member of the archived zip, each archived by its own hash; the zip itself when it is broken."""
    into = scratch / f"unpack-{whole.delivery}"
    shutil.rmtree(into, ignore_errors=True)  # an attempt that the disk broke off
    into.mkdir(mode=RESTRICTED_DIRECTORY, parents=True)
    try:
        members = extract_members(archive.place(whole.sha256), into, limits)
    except DeliveryError as fault:
        return [named(whole, whole.sha256, fault)]
    deliveries = []
    for member in members:
        name = mask_ids_in(member.name)
        base = replace(whole, file=f"{whole.file}/{name}", path=f"{whole.path}/{name}", sha256="", size=0)
        if member.path is not None:
            with member.path.open("rb") as source:
                base = replace(base, sha256=archive.take(source) or "", size=member.path.stat().st_size)
        deliveries.append(named(base, base.sha256, member.fault))
    shutil.rmtree(into)
    return deliveries

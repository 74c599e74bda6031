"""What lies in the inbox, found by folder descriptors: no link is followed, and nothing but a plain file is opened."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote_from_bytes

from huimin.errors import DeliveryError

DEEPEST = 16
"""Folders below the inbox; one more is not looked into."""

PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})
"""What Windows leaves in folders, in lower case."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# without O_NONBLOCK a pipe put under the name of a file would hold the night
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_CHANGED = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EWOULDBLOCK)
"""What opening says when something else has the name now, or a writer still holds the file."""


@dataclass(frozen=True)
class Lying:
    """Something in the inbox that is no folder to look into. It can be opened while the walk stands at it."""

    inside: PurePosixPath
    """Its place in the inbox."""
    facts: os.stat_result
    """Those of its folder, where its own cannot be had."""
    folder: int
    """Descriptor of the folder it lies in."""
    fault: DeliveryError | None = None
    """Why it is not opened, for the department; None for a plain file."""

    @property
    def quoted(self) -> str:
        """Its place in the inbox as plain text, whatever bytes its names have."""
        return quote_from_bytes(bytes(self.inside))

    def opened(self) -> BinaryIO | None:
        """The file, to be read; None when it is gone, changed or another one since it was found.

        Raises DeliveryError when it is no plain file, or cannot be read.
        """
        if self.fault:
            raise self.fault
        try:
            descriptor = os.open(self.inside.name, _FILE, dir_fd=self.folder)
        except OSError as fault:
            if fault.errno in _CHANGED:
                return None
            raise unreadable("文件", fault) from None
        if stamp(os.fstat(descriptor)) != stamp(self.facts):
            os.close(descriptor)
            return None
        return open(descriptor, "rb", buffering=0)  # noqa: PTH123  the caller closes it


def walk(inbox: Path, only: str = "") -> Iterator[Lying]:
    """Everything in the inbox, or in its folder of that name, by the bytes of the names; folders are looked into."""
    with ExitStack() as folders:
        folder = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY)
        folders.callback(os.close, folder)
        if only:
            try:
                folder = os.open(only, _FOLDER, dir_fd=folder)
            except OSError as fault:
                if fault.errno in _CHANGED:
                    return
                raise
            folders.callback(os.close, folder)
        yield from below(folder, PurePosixPath(only))


def below(folder: int, place: PurePosixPath) -> Iterator[Lying]:
    """Everything in the open folder, which stands at that place in the inbox."""
    for name in sorted(os.listdir(folder), key=os.fsencode):
        inside = place / name
        try:
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError as fault:
            # gone since the folder was listed: it may come back tomorrow. Or the folder was closed to us meanwhile
            if fault.errno not in _CHANGED:
                yield Lying(inside, os.fstat(folder), folder, unreadable("文件", fault))
            continue
        if not stat.S_ISDIR(facts.st_mode):
            if name.lower() not in PASSED_OVER:
                yield Lying(inside, facts, folder, unlike_a_file(facts))
            continue
        if len(inside.parts) > DEEPEST:
            too_deep = DeliveryError("文件夹", f"文件夹超过 {DEEPEST} 层，未读取", "放入以名册命名的文件夹")
            yield Lying(inside, facts, folder, too_deep)
            continue
        try:
            inner = entered(name, folder)
        except OSError as fault:
            if fault.errno not in _CHANGED:
                yield Lying(inside, facts, folder, unreadable("文件夹", fault))
            continue
        try:
            yield from below(inner, inside)
        finally:
            os.close(inner)


def entered(name: str, folder: int) -> int:
    """Descriptor of the folder of that name in the open folder. Raises OSError when it is none, or closed to us."""
    inner = os.open(name, _FOLDER, dir_fd=folder)
    try:
        os.stat(".", dir_fd=inner)  # one that can be listed and not searched
    except OSError:
        os.close(inner)
        raise
    return inner


@contextmanager
def lying_at(path: Path, inbox: Path) -> Iterator[Lying]:
    """That one file, found as in a walk when it is in the inbox. Raises DeliveryError when it is not there."""
    place = path.absolute()
    in_inbox = place.is_relative_to(inbox)
    base = inbox if in_inbox else place.parent
    inside = PurePosixPath(place.relative_to(base))
    with ExitStack() as folders:
        try:
            folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
            folders.callback(os.close, folder)
            for name in inside.parts[:-1]:
                folder = entered(name, folder)
                folders.callback(os.close, folder)
            facts = os.stat(inside.name, dir_fd=folder, follow_symlinks=False)
        except OSError as fault:
            gone = DeliveryError("文件", "文件已不在", "给出文件现在的位置")
            raise (gone if fault.errno in _CHANGED else unreadable("文件", fault)) from None
        yield Lying(inside, facts, folder, unlike_a_file(facts))


def unlike_a_file(facts: os.stat_result) -> DeliveryError | None:
    """Why it is not opened: it is a link, a second name of another file, or no file; None when it may be."""
    if stat.S_ISLNK(facts.st_mode):
        return DeliveryError("文件", "是符号链接，未读取", "放入文件本身")
    if not stat.S_ISREG(facts.st_mode):
        return DeliveryError("文件", "不是普通文件（管道、套接字或设备等），未读取", "放入文件本身")
    if facts.st_nlink > 1:
        return DeliveryError("文件", "文件还有别的名字（硬链接），未读取", "复制一份放入")
    return None


def stamp(facts: os.stat_result) -> tuple[int, ...]:
    """What stays the same while a file is neither changed nor another one."""
    return facts.st_dev, facts.st_ino, facts.st_mode, facts.st_nlink, facts.st_size, facts.st_mtime_ns


def unreadable(what: str, fault: OSError) -> DeliveryError:
    """Why the file or folder cannot be read, for the department."""
    if fault.errno in (errno.EACCES, errno.EPERM):
        return DeliveryError(what, f"{what}无读取权限", f"让运行用户可以读取该{what}")
    reason = os.strerror(fault.errno) if fault.errno else type(fault).__name__
    return DeliveryError(what, f"{what}读取失败（{reason}）", "重新拷贝后报送")

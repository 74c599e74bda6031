"""Zip archives: their members, each a delivery of its own, unpacked within limits."""

import errno
import stat
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from huimin.containers.kinds import DAMAGE, ENDINGS, FOREIGN, ZIP, ForeignError, kind_of, opened_zip, pieces_of
from huimin.errors import DeliveryError
from huimin.sheets.encoding import refuse_size
from huimin.sheets.shapes import Limits
from huimin.store.inbox import PASSED_OVER

NESTED = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"})
ENCRYPTED = 0x1
UTF8_NAME = 0x800
LONGEST_NAME = 1024
"""Characters of a member's path: more than any system of files that departments use; every row carries it."""
ARCHIVE = "压缩包"
"""Where a fault is: the caller knows the delivered name, the archived bytes have none."""
REPACK = "在本机重新压缩为普通 .zip 后报送"


@dataclass(frozen=True)
class Member:
    """One file of an archive: unpacked at `path`, or refused."""

    name: str
    """Path inside the archive with `/`, readable, not yet fit to be shown: the delivery is `archive.zip/<name>`."""
    path: Path | None
    fault: DeliveryError | None
    """Why it is refused, for the department; None when it was unpacked."""


def extract_members(path: Path, into: Path, limits: Limits = Limits()) -> list[Member]:  # noqa: B008  frozen
    """The files of the archive in its order, unpacked below `into`.

    Left out: folders, `__MACOSX/`, dot files, and what Windows leaves in folders.

    Members that cannot be read (nested archives, unknown endings, passwords, paths that lead outside) have a fault.

    Raises:
        DeliveryError: no zip archive, nothing in it, or more entries or bytes than the limits allow.
    """
    refuse_size(path, ARCHIVE, limits)
    with ExitStack() as opened:
        try:
            packed = opened.enter_context(opened_zip(path))
        except (OSError, *DAMAGE) as error:
            raise DeliveryError(ARCHIVE, f"压缩包打不开（{what_is_there(path)}）", REPACK) from error
        entries = packed.infolist()
        refuse_bomb(entries, path.stat().st_size, limits.ratio_floor_bytes, ARCHIVE, limits)
        members = unpacked(packed, entries, into, limits)
    if not members:
        raise DeliveryError(ARCHIVE, "压缩包里没有文件", "放入 .csv 或 .xlsx 文件后重新压缩报送")
    return members


def what_is_there(path: Path) -> str:
    """What a file is taken for that is no whole zip archive."""
    try:
        kind_of(path, ZIP)
    except ForeignError as fault:
        if str(fault) == "crowded":
            return "里面的文件太多"
        if str(fault) in FOREIGN:
            return f"文件内容是{FOREIGN[str(fault)]}，不是 {ZIP}"
    return "损坏或不完整"


def refuse_bomb(entries: Sequence[zipfile.ZipInfo], packed_bytes: int, floor: int, file: str, limits: Limits) -> None:
    """Raises DeliveryError when the entries say that they are too many, too large, or unpack too far.

    Below `floor` unpacked bytes the ratio is not looked at: repetitive small files pack well.
    """
    unpacked_bytes = sum(entry.file_size for entry in entries)
    if len(entries) > limits.members:
        raise DeliveryError(file, f"压缩包里超过 {limits.members} 个文件", "分成几个压缩包后报送")
    if unpacked_bytes > limits.unpacked_bytes:
        raise DeliveryError(file, f"解压后超过 {limits.unpacked_bytes // 1024**2} MB", "分成几个文件后报送")
    if unpacked_bytes > max(floor, limits.ratio * packed_bytes):
        raise DeliveryError(file, f"解压后是压缩包的 {limits.ratio} 倍以上，疑似有害文件", "直接报送未压缩的文件")


def unpacked(packed: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], into: Path, limits: Limits) -> list[Member]:
    """The members of an archive whose entries were looked at."""
    members: list[Member] = []
    seen: set[str] = set()
    left = limits.unpacked_bytes
    for entry in entries:
        name = readable_name(entry)
        parts = PurePosixPath(name).parts
        if entry.is_dir() or name.endswith("/") or "__MACOSX" in parts[:1] or is_hidden(parts):
            continue
        fault = fault_of(entry, name, seen)
        is_told = is_inside(name) and len(name) <= LONGEST_NAME and name not in seen
        shown = name if is_told else f"第{len(members) + 1}个文件"
        target = into / f"{len(members):04d}"
        if fault is None:
            written = unpack(packed, entry, target, min(left, entry.file_size))
            left -= written or 0
            fault = DeliveryError(ARCHIVE, "文件已损坏，或压缩方式不支持", REPACK) if written is None else None
        members.append(Member(shown, None if fault else target, fault))
        seen.add(name)
    return members


def is_hidden(parts: Sequence[str]) -> bool:
    """Whether the last part is a dot file, an office lock file, or what Windows leaves in folders. `..` is none."""
    if not parts or parts[-1] == "..":
        return False
    return parts[-1].startswith((".", "~$")) or parts[-1].lower() in PASSED_OVER


def readable_name(entry: zipfile.ZipInfo) -> str:
    """The member's path: UTF-8 when flagged or valid as such, else GB18030; "" when it is neither."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename.replace("\\", "/")
    raw = entry.orig_filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return ""


def is_inside(name: str) -> bool:
    """Whether the path is readable, relative and leads nowhere else: no drive, no `..`."""
    outside = name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts
    return bool(name) and not outside


def fault_of(entry: zipfile.ZipInfo, name: str, seen: set[str]) -> DeliveryError | None:
    """Why the member is refused unread; None when it may be unpacked."""
    if not name:
        return DeliveryError(ARCHIVE, "文件名无法识别", REPACK)
    if len(name) > LONGEST_NAME:
        return DeliveryError(ARCHIVE, "文件名太长", "改成较短的文件名后重新压缩报送")
    if not is_inside(name):
        return DeliveryError(ARCHIVE, "压缩包内的路径指向压缩包之外", REPACK)
    ending = PurePosixPath(name).suffix.lower()
    if ending in NESTED:
        return DeliveryError(ARCHIVE, "压缩包里还有压缩包", "解开里面的压缩包后报送")
    if ending not in ENDINGS:
        problem = f"不支持的文件类型（可用 {' '.join(ENDINGS)}）"
        return DeliveryError(ARCHIVE, problem, "另存为 .xlsx 或 .csv 后报送；不是名册的文件不用放进来")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return DeliveryError(ARCHIVE, "压缩包里的符号链接，未读取", "放入文件本身后重新压缩报送")
    if entry.flag_bits & ENCRYPTED:
        return DeliveryError(ARCHIVE, "文件有密码", "取消密码后报送")
    if name in seen:
        return DeliveryError(ARCHIVE, "压缩包里有同名文件", "改成不同的文件名后重新压缩报送")
    return None


def unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int | None:
    """Bytes written to `target`; None, and nothing left there, when the member cannot be unpacked.

    It is damaged or larger than it says, or its way of packing asks for more memory than there is.
    """
    written = 0
    try:
        with target.open("xb") as sink:
            for piece in pieces_of(packed, entry):
                written += len(piece)
                if written > most:
                    raise zipfile.BadZipFile
                sink.write(piece)
    except (OSError, MemoryError, *DAMAGE) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            # the disk's fault. The member's own are bzip2's "invalid data", without a number, and a negative place
            raise
        return None
    return written

"""The audit log: what people and retention did to the root, one line an act, only ever added to.

Each line names the SHA-256 of the line before it, and a file beside the log that of the last one: whoever changes,
removes or adds a line in between breaks the chain, and `huimin verify` says where.
"""

import fcntl
import json
import os
import pwd
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from huimin.language import _
from huimin.store.root import RESTRICTED_FILE, Root, write_whole

LOG, LAST = "audit.jsonl", "audit.sha256"
"""The log in ``state/``, and the hash of its last line."""
PREVIOUS = "previous"
"""The key of the hash of the line before; logs that began without a chain have lines without it."""
RELEASE = "release"
"""The act of letting a held run become the latest."""
POST = "post"
"""The act of posting a month's counts for anybody to read."""


def note(root: Root, at: datetime, act: str, **facts: object) -> None:
    """Adds one act to ``state/audit.jsonl``; it is on disk when this returns. `facts` hold no cell of a roster.

    Who did it is this process's account, where the facts name nobody.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    with open(os.open(root.state / LOG, flags, RESTRICTED_FILE), "a+b") as log:  # noqa: PTH123
        fcntl.flock(log, fcntl.LOCK_EX)
        log.seek(0)
        content = log.read()
        told = {"at": at.isoformat(timespec="seconds"), "act": act, "who": account(), **facts}
        told[PREVIOUS] = previous(root, lines_of(content))
        line = json.dumps(told, ensure_ascii=False, default=str).encode()
        torn = content and not content.endswith(b"\n")
        log.write(b"\n" * bool(torn) + line + b"\n")
        log.flush()
        os.fsync(log.fileno())
        write_whole(root.state / LAST, hash_of(line).encode())


def account() -> str:
    """The account that this process runs as: its name, or its number where the system knows none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def notes(root: Root, *acts: str) -> Iterator[dict[str, Any]]:
    """The facts of every act of these kinds, oldest first. A line that a power cut left half written is passed over."""
    for line in lines_of(read(root)):
        facts = facts_of(line)
        if facts.get("act") in acts:
            yield facts


def broken(root: Root) -> Iterator[str]:
    """Each place where the log is not as it was written; nothing when it is whole."""
    lines, last = lines_of(read(root)), hash_of_last(root)
    before, is_chained = b"", False
    for number, line in enumerate(lines, 1):
        facts = facts_of(line)
        link = facts.get(PREVIOUS)
        if link is not None and link != hash_of(before):
            yield _(
                "state/{log}: line {number} does not follow the one before it: one was changed, removed or added",
                log=LOG,
                number=number,
            )
        elif link is None and is_chained and facts:
            yield _("state/{log}: line {number} was not written by Huimin", log=LOG, number=number)
        before, is_chained = line, is_chained or link is not None
    if is_chained and last is None:
        yield _("state/{last}: is gone", last=LAST)
    elif last is not None and last not in ends_of(lines):
        yield _("state/{log}: its end was changed or removed", log=LOG)


def previous(root: Root, lines: Sequence[bytes]) -> str:
    """The hash that the next line names: of the last line, or of the one that should be there.

    A log that was cut short or changed at its end stays known as such.
    """
    last = hash_of_last(root)
    ends = ends_of(lines)
    return ends[-1] if last is None or last in ends else last


def ends_of(lines: Sequence[bytes]) -> tuple[str, ...]:
    """The hashes with which the log may end: the power can go between a line and the hash of it."""
    return tuple(hash_of(line) for line in (b"", *lines)[-2:])


def hash_of(line: bytes) -> str:
    """SHA-256 of a line, as hexadecimal text."""
    return sha256(line).hexdigest()


def hash_of_last(root: Root) -> str | None:
    """What the file beside the log says of its last line; None before the first chained one."""
    place = root.state / LAST
    return place.read_text() if place.exists() else None


def read(root: Root) -> bytes:
    """The log; empty before the first act."""
    place = root.state / LOG
    return place.read_bytes() if place.exists() else b""


def lines_of(content: bytes) -> list[bytes]:
    """The lines of a log, a torn one at its end included."""
    return content.removesuffix(b"\n").split(b"\n") if content else []


def facts_of(line: bytes) -> dict[str, Any]:
    """What a line tells; nothing when it is torn."""
    try:
        facts = json.loads(line)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}

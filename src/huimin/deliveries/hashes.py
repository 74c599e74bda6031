"""Which bytes each file of the inbox had when it was last read: what has not changed since is not read again."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from huimin.store.archive import Archive
from huimin.store.inbox import Lying
from huimin.store.root import RESTRICTED_DIRECTORY, write_json
from huimin.store.seal import sealed, unsealed

TICK = 2.0
"""Seconds: what was changed so shortly before it was read could change again without its times telling."""

Times = list[int]
"""What changes with every change of a file, whoever sets its modification time: device, inode, size, both times."""


@dataclass(frozen=True)
class Hashes:
    """What one run knows of the bytes of files, and leaves to the next.

    An entry has the times of the file, its SHA-256 and the times of the bytes kept under that: as long as both stand,
    neither is read again. What no time tells (a failing disk) is for `huimin verify`.
    """

    earlier: Mapping[str, tuple[Times, str, Times]] = field(default_factory=dict)
    """As it was left, by place."""
    tonight: dict[str, tuple[Times, str, Times]] = field(default_factory=dict)

    @classmethod
    def since(cls, place: Path) -> "Hashes":
        """What the run before left there; damaged, every file is read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = unsealed(json.loads(place.read_bytes()))["files"]
            return cls({name: (file, sha256, held) for name, (file, sha256, held) in kept.items()})
        return cls()

    def remember(self, place: Path) -> None:
        """Leaves there what this run saw; nothing is written when it is what stood there before."""
        if self.tonight != self.earlier:
            place.parent.mkdir(mode=RESTRICTED_DIRECTORY, exist_ok=True)
            write_json(place, sealed({"files": self.tonight}))

    def of(self, lying: Lying, archive: Archive) -> str | None:
        """The file's SHA-256, whose bytes the archive keeps; None where the file or those bytes must be read."""
        known = self.earlier.get(lying.quoted)
        if known is None or lying.fault or known[0] != times(lying.facts) or known[2] != times_at(archive, known[1]):
            return None
        self.tonight[lying.quoted] = known
        return known[1]

    def note(self, lying: Lying, archive: Archive, sha256: str) -> None:
        """The file was read and is kept under that hash."""
        held = times_at(archive, sha256)
        if held and time.time() - max(lying.facts.st_mtime, lying.facts.st_ctime) > TICK:
            self.tonight[lying.quoted] = times(lying.facts), sha256, held


def times(facts: os.stat_result) -> Times:
    """The `Times` of a file."""
    return [facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def times_at(archive: Archive, sha256: str) -> Times | None:
    """Those of the bytes that are kept under that hash; None where there are none."""
    try:
        return times(archive.place(sha256).stat())
    except OSError:
        return None

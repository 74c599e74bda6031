"""Which files wait for the next run, and what earlier runs saw of those that lie in the future."""

import json
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from huimin.store.inbox import Lying
from huimin.store.root import write_json

UNFINISHED_ENDINGS = (".part", ".tmp")
UNFINISHED_STARTS = ("~$", ".")


@dataclass(frozen=True)
class FirstLook:
    """How a file of the future was first seen as it is."""

    size: int
    changed: int
    """Its modification time in nanoseconds."""
    at: float
    """When it was seen so, in seconds of the same clock."""


@dataclass(frozen=True)
class Looks:
    """One run's look at the inbox, or a part of it."""

    settle: float
    """Seconds a file must have been left alone."""
    now: datetime
    earlier: Mapping[str, FirstLook] = field(default_factory=dict)
    """What earlier runs saw of files of the future, by place."""
    tonight: dict[str, FirstLook] = field(default_factory=dict)
    """What this run saw of them."""
    past: bool = False
    """Whether the run is one of the past: what is later than it had not come yet."""

    @classmethod
    def since(cls, place: Path, settle: float, now: datetime, past: bool = False) -> "Looks":
        """A look that goes on from what earlier runs remembered there; damaged, it is as if they had not looked."""
        earlier = {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            earlier = {name: FirstLook(**look) for name, look in json.loads(place.read_bytes()).items()}
        return cls(settle, now, earlier, past=past)

    def remember(self, place: Path) -> None:
        """Leaves there what the next run needs; nothing is written when it is what stood there before."""
        if self.tonight != self.earlier:
            write_json(place, {name: asdict(look) for name, look in self.tonight.items()})

    def waits(self, lying: Lying) -> bool:
        """Whether the file is still being written: by its name, or a folder's; changed of late; or of the future.

        A file of the future is taken once its size and time stood still between two looks a settle time apart. What
        is no file has nothing to be finished.
        """
        if any(map(unfinished, lying.inside.parts)):
            return True
        if not stat.S_ISREG(lying.facts.st_mode):
            return False
        age = self.now.timestamp() - lying.facts.st_mtime
        if age < 0 and self.past:
            return True
        return age < self.settle if age >= 0 else not self.stands_still(lying)

    def stands_still(self, lying: Lying) -> bool:
        """Whether the file was seen as it is for the settle time. When it was first seen so is remembered."""
        place, at = lying.quoted, self.now.timestamp()
        look = FirstLook(lying.facts.st_size, lying.facts.st_mtime_ns, at)
        before = self.earlier.get(place)
        if before and replace(before, at=at) == look and before.at <= at:
            look = before
        self.tonight[place] = look
        return at - look.at >= self.settle


def unfinished(name: str) -> bool:
    """Whether the name says that the file is still being written."""
    return name.lower().endswith(UNFINISHED_ENDINGS) or name.startswith(UNFINISHED_STARTS)

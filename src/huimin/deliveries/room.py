"""Whether the disk has room for what was delivered: told before anything of it is taken."""

import os
import shutil
import stat
from collections.abc import Iterable
from errno import ENOSPC

from huimin.errors import PublishError
from huimin.language import _
from huimin.store.delivery import Delivery
from huimin.store.inbox import walk
from huimin.store.names import readable, shown
from huimin.store.root import Root

FOR_EACH_BYTE = 1.25
"""Bytes that a delivered one takes: once in the archive, about a fifth as standard rows, the rest for the run."""
MIB = 1024**2


def refuse_too_little_room(root: Root, read: Iterable[Delivery]) -> None:
    """Checks that the disk has room for the files of the inbox, but for those `read` before, known by path and size.

    Raises PublishError, which says how much they need and how much is free.
    """
    known: set[str | tuple[str, int]] = set()
    for delivery in read:
        known |= {(delivery.path, delivery.size), delivery.path.rpartition("/")[0]}  # a member stands for its zip
    new = 0
    for lying in walk(root.inbox):
        path, size = shown(readable(str(lying.inside))), lying.facts.st_size
        if stat.S_ISREG(lying.facts.st_mode) and not {path, (path, size)} & known:
            new += size
    needed, free = int(new * FOR_EACH_BYTE), shutil.disk_usage(root.path).free
    if needed > free:
        raise PublishError(
            str(root.path),
            _(
                "{reason}: {new:,} MiB were delivered anew and need about {needed:,} MiB, {free:,} MiB are free",
                reason=os.strerror(ENOSPC),
                new=new // MIB,
                needed=-(-needed // MIB),
                free=free // MIB,
            ),
            _("free disk space (huimin purge, back-ups elsewhere), then try again; nothing was taken yet"),
        )

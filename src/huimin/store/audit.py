"""The audit log: what people and retention did to the root, one line an act, only ever added to."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from huimin.store.root import RESTRICTED_FILE, Root

RELEASE = "release"
"""The act of letting a held run become the latest."""


def note(root: Root, at: datetime, act: str, **facts: object) -> None:
    """Adds one act to ``state/audit.jsonl``; it is on disk when this returns. `facts` hold no cell of a roster."""
    line = json.dumps({"at": at.isoformat(timespec="seconds"), "act": act, **facts}, ensure_ascii=False, default=str)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with open(os.open(root.state / "audit.jsonl", flags, RESTRICTED_FILE), "ab") as log:  # noqa: PTH123
        log.write(line.encode() + b"\n")
        log.flush()
        os.fsync(log.fileno())


def notes(root: Root, *acts: str) -> Iterator[dict[str, Any]]:
    """The facts of every act of these kinds, oldest first. A line that a power cut left half written is passed over."""
    place = root.state / "audit.jsonl"
    for line in place.read_bytes().splitlines() if place.exists() else ():
        try:
            facts = json.loads(line)
        except ValueError:
            continue
        if facts.get("act") in acts:
            yield facts

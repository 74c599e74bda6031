"""A workbook to text files, in a process of its own: started with ``python -I -m huimin.containers.child``.

Arguments: workbook, the key of its kind, folder, then memory and CPU seconds that it may use, and sheets, rows and
columns that it may have. Leaves in the folder what `pages.write_pages` does, and at last `sheets.json`. When the
workbook cannot be read, standard output is one word.
"""

from __future__ import annotations

import errno
import importlib
import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from huimin.containers.kinds import DAMAGED, ForeignError
from huimin.containers.markup import EntitiesError
from huimin.containers.pages import WorkbookLimits, write_pages

DISK_FAULT = "disk "
"""Before the system's number for why this machine could not hold the sheets."""
TEXT_SHARE = 4
"""The part of its memory that the text of a workbook may fill: the caller holds it more than once."""
LAST_SECONDS = 5
"""Between the signal for too much time and the end."""


def main(arguments: Sequence[str]) -> int:
    """0 when `sheets.json` is written; else 1, and why is one word on standard output."""
    path, kind, folder = Path(arguments[0]), arguments[1], Path(arguments[2])
    memory, seconds, sheets, rows, columns = map(int, arguments[3:])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + LAST_SECONDS))
    word = written(path, kind, folder, WorkbookLimits(sheets, rows, columns, memory // TEXT_SHARE))
    sys.stdout.write(word)
    return 1 if word else 0


def written(path: Path, kind: str, folder: Path, limits: WorkbookLimits) -> str:
    """Why the workbook cannot be read, as one word; empty when its sheets are in the folder."""
    reader = importlib.import_module(f"huimin.containers.{kind}")
    try:
        listed = write_pages(reader.pages_of(path, limits), folder, limits)
        (folder / "sheets.json").write_text(json.dumps(listed), encoding="utf-8")
    except Exception as fault:
        return word_for(fault)
    return ""


def word_for(fault: Exception) -> str:
    """Why the workbook cannot be read, as one word for the caller."""
    if isinstance(fault, MemoryError):
        return "memory"
    if isinstance(fault, OverflowError):
        return str(fault) if str(fault) in ("sheets", "rows", "columns", "repeated") else DAMAGED
    if isinstance(fault, OSError) and fault.errno is not None:
        # any other is the machine's, not the workbook's: the caller must know which
        return "memory" if fault.errno == errno.EFBIG else f"{DISK_FAULT}{fault.errno}"
    if isinstance(fault, ForeignError):
        return str(fault)
    if isinstance(fault, EntitiesError):
        return "entities"
    return "encoding" if isinstance(fault, UnicodeError) else DAMAGED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

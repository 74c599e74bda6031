"""A copy of the tree in which a test adds what a contributor would add."""

import os
import subprocess
from pathlib import Path

from nights import CHECKOUT


def copied(folder: Path, *parts: str) -> Path:
    """The folder with the tree in it, as it is committed or about to be; of these parts alone where some are named."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *parts]
    listed = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((CHECKOUT / name).read_bytes())
    return folder


def inside(folder: Path) -> dict[str, str]:
    """The environment in which Python takes its modules from the copy."""
    return {**os.environ, "PYTHONPATH": f"{folder / 'src'}:{folder}", "POLARS_MAX_THREADS": "1"}

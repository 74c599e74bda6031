"""A copy of the tree in which a test adds what a contributor would add."""

import os
import subprocess
from pathlib import Path

from nights import CHECKOUT


def copied(folder: Path, *parts: str) -> Path:
    """The folder with the tree in it, as it is committed or about to be; of these parts alone where some are named.

    It is a tree of git's own too, so that it can be copied in turn.
    """
    listed = git(CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *parts)
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((CHECKOUT / name).read_bytes())
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def git(folder: Path, *words: str) -> str:
    """What git says in the folder."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def inside(folder: Path) -> dict[str, str]:
    """The environment in which Python takes its modules from the copy."""
    return {**os.environ, "PYTHONPATH": f"{folder / 'src'}:{folder}", "POLARS_MAX_THREADS": "1"}

"""File systems of a test's own: small ones that fill up, and places that cannot be written."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def mount(*words: str) -> None:
    """Mounts, or skips the test where that is not permitted."""
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root can mount a disk")
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mount is not permitted here: {done.stderr.strip()}")


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, in memory."""
    place.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """The folder cannot be written meanwhile: a mount for root, whom no permission stops, else a mode."""
    if os.geteuid():
        mode = place.stat().st_mode
        place.chmod(0o500)
        try:
            yield
        finally:
            place.chmod(mode)
        return
    mount("--bind", str(place), str(place))
    try:
        mount("-o", "remount,bind,ro", str(place))
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, left: int) -> Path:
    """A file that takes all but so many bytes of the disk."""
    facts = os.statvfs(place)
    ballast = place / "ballast"
    with ballast.open("wb") as handle:
        for _ in range(max(facts.f_bavail * facts.f_frsize - left, 0) // 4096):
            handle.write(bytes(4096))
    return ballast

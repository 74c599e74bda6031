"""A back-up held against its root: what can be had nowhere else is there, byte for byte."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from huimin.errors import UsageError
from huimin.language import _
from huimin.store.archive import hash_file
from huimin.store.root import Root

GRACE = timedelta(days=2)
"""What is younger need not be in a back-up that is made every day."""


def missing_from_backup(root: Root, backup: Path, now: datetime) -> tuple[str, ...]:
    """What the back-up lacks, or has otherwise than the root, a line each; empty when all is well. Changes nothing.

    `backup`: a copy of the root, as rsync makes it. Looked at: the secret, what people decided, the root's own
    settings, the archive (by name and size) and the latest run's manifest; nothing that is younger than two days.
    Raises UsageError when there is no such folder.
    """
    if not backup.is_dir():
        raise UsageError(
            str(backup), _("there is no such back-up"), _("give the folder with the copy of the data root")
        )
    return tuple(
        _("{place}: {problem}", place=f"{backup.name}/{kept.relative_to(root.path)}", problem=problem)
        for kept in irreplaceable(root, now - GRACE)
        if (problem := difference(root, kept, backup / kept.relative_to(root.path)))
    )


def irreplaceable(root: Root, before: datetime) -> Iterator[Path]:
    """Files that last changed before then, and that no night could make again."""
    runs = [root.published / latest / "manifest.json"] if (latest := root.latest()) else []
    state = [root.state / "secret", *root.state.glob("*.toml")]
    state += [found for kept in ("verification", "secrets") for found in root.state.glob(f"{kept}/**/*")]
    state += root.state.glob("posted/*.json")
    for place in sorted({*state, *root.archive.glob("*/*"), *runs}):
        if place.is_file() and place.stat().st_mtime < before.timestamp():
            yield place


def difference(root: Root, kept: Path, copy: Path) -> str:
    """How the copy differs; empty when it does not. Archived bytes bear their hash as name: their size is enough."""
    if not copy.is_file():
        return _("is not in the back-up")
    same_size = copy.stat().st_size == kept.stat().st_size
    if not same_size or (not kept.is_relative_to(root.archive) and hash_file(copy) != hash_file(kept)):
        return _("is otherwise than in the root")
    return ""

"""What a run went on from, kept for its replay when the run that left it is purged: by hash, in ``state/carried/``."""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from huimin.store.archive import hash_file
from huimin.store.manifest import UsedFile, read_manifest
from huimin.store.root import RESTRICTED_DIRECTORY, Root, sync


def folder_of_carried(root: Root) -> Path:
    """Where such files stand."""
    return root.state / "carried"


def used_of_runs(runs: Iterable[Path]) -> Iterator[UsedFile]:
    """What these published runs went on from: ledgers, and what stood beside them. Raises PublishError."""
    for folder in runs:
        facts = read_manifest(folder).facts
        yield from (used for used in (facts.previous_ledger, *facts.previous) if used is not None)


def carry(root: Root, going: Collection[str], staying: Iterable[Path]) -> None:
    """Files of the runs that go, and that runs that stay went on from, stand in ``state/carried/`` too.

    A file that is gone or changed is passed over: the replay that wants it says so. Raises PublishError, OSError.
    """
    folder = folder_of_carried(root)
    for used in used_of_runs(staying):
        place, kept = root.path / used.path, folder / used.sha256
        if used.run in going and not kept.exists() and place.is_file() and hash_file(place) == used.sha256:
            folder.mkdir(mode=RESTRICTED_DIRECTORY, exist_ok=True)
            os.link(place, kept)
            sync(folder)


def carried_place(root: Root, used: UsedFile) -> Path | None:
    """Where the file still is as the run used it, in its run's folder or carried; None when it is gone or changed."""
    places = (root.path / used.path, folder_of_carried(root) / used.sha256)
    return next((place for place in places if place.is_file() and hash_file(place) == used.sha256), None)


def carried_in_vain(root: Root, staying: Iterable[Path]) -> list[Path]:
    """Carried files that no run that stays went on from. Raises PublishError."""
    found = sorted(folder_of_carried(root).glob("*"))
    wanted = {used.sha256 for used in used_of_runs(staying)} if found else set()
    return [place for place in found if place.name not in wanted]

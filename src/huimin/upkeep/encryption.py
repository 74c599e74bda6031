"""The restricted side of a root that was plain, encrypted from now on."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huimin.deliveries.standard import folders, is_whole, laid, seal, sealed_files
from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.records import held
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.encrypted import encrypt, is_plain
from huimin.store.kept import forget
from huimin.store.opened import key_of, opened
from huimin.store.root import Root
from huimin.tables.key import KEY, key_id, restricted_key


@dataclass(frozen=True)
class Encrypted:
    """What is encrypted now."""

    key: str
    """The id of the key."""
    deliveries: int
    """Deliveries whose rows were plain and are no longer."""
    plain: int
    """Files of runs, verification records and rotations that stay plain: their hashes are told elsewhere."""


def encrypt_root(root: Root, now: datetime) -> Encrypted:
    """The root writes its restricted side under the environment's key from now on, and standard rows are under it.

    May be called again: it ends what was cut short. Raises UsageError without a key or with another than the root's,
    BusyError while a run or an import holds the root, PublishError when the disk takes no more.
    """
    key = restricted_key()
    if key is None:
        raise UsageError(KEY, _("there is no key"), _("make one with `openssl rand -base64 32`"))
    root.prepare()
    with written_whole(root.path), root.hold(), held(root):
        if key_of(root) is None:
            root.mark_encrypted(key)
            note(root, now, "encrypt", key=key_id(key))
        opened(root)
        forget(root.cache)
        deliveries = sum(encrypt_delivery(folder) for folder in [*folders(root)])
    return Encrypted(key_id(key), deliveries, len([*plain_files(root)]))


def encrypt_delivery(folder: Path) -> bool:
    """Whether the rows of a delivery were plain; they are encrypted now. A damaged one is left to the next night."""
    if not is_whole(folder) or not any(map(is_plain, folder.glob("*.parquet"))):
        return False
    with laid(folder) as partial:
        shutil.copytree(folder, partial, dirs_exist_ok=True)
        for place in partial.glob("*.parquet"):
            encrypt(place)
        seal(partial, sealed_files(folder))
    return True


def plain_files(root: Root) -> Iterator[Path]:
    """Every Parquet file of the restricted side that anybody can read who gets hold of it, but for unfinished runs'."""
    for side in (root.standard, root.restricted, root.state):
        for place in sorted(side.rglob("*.parquet")):
            if not place.is_relative_to(root.work) and not place.is_symlink() and is_plain(place):
                yield place

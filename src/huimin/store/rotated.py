"""What a rotation of the root's secret leaves in ``state/secrets/<id>/``: the secret, its keys, and files under it.

A keyed hash changes with the secret. So each rotation keeps which key became which (`KEYS`), and beside what the next
night goes on from (the latest run's ledger, cards and facts; the verification records) a copy with today's keys, at the
same path as in the root. The files themselves stay as they are, for replays under the secret that they were made with.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from huimin.errors import PublishError
from huimin.language import _
from huimin.store.archive import hash_file
from huimin.store.encrypted import scan
from huimin.store.root import SECRET_ID, Root
from huimin.store.seal import unsealed

KEYS = "keys.parquet"
"""before, now: every key of earlier secrets that something of the root still has, and what it is under this one."""
INDEX = "rotation.json"
"""Sealed: the secret before (`previous`), and the SHA-256 of every copy (`files`)."""
SECRET = "secret"  # noqa: S105  the name of a file
KEY_COLUMNS = ("clue_id", "evidence_hash", "decided_evidence", "target_key", "household_key", "person_key")
"""Columns of tables that hold keyed hashes."""


def id_of(secret: bytes) -> str:
    """The hexadecimal characters by which a secret is known, and that say nothing of it."""
    return sha256(secret).hexdigest()[:SECRET_ID]


def folder_of(root: Root, secret: bytes) -> Path:
    """Where all that belongs to a secret is."""
    return root.secrets / id_of(secret)


def is_rotated(root: Root) -> bool:
    """Whether the root had another secret before."""
    return root.secrets.is_dir() and (folder_of(root, root.secret()) / INDEX).exists()


def under_todays_secret(root: Root, place: Path) -> Path:
    """The file of the root with today's keys: its copy, where a rotation left one, else the file."""
    if not is_rotated(root):
        return place
    copy = folder_of(root, root.secret()) / place.relative_to(root.path)
    return copy if copy.exists() else place


def digests_of_copies(root: Root) -> Collection[str]:
    """SHA-256 of every copy with today's keys, as it was made. Raises PublishError when the index is damaged."""
    files: dict[str, str] = read_index(folder_of(root, root.secret()) / INDEX)["files"]
    return files.values()


def changed_copies(root: Root) -> Iterator[Path]:
    """Every file that a rotation left and that is gone, but for copies of runs that are, or not as it was made."""
    for place in sorted(root.secrets.glob(f"*/{INDEX}")):
        for name, digest in read_index(place)["files"].items():
            copy, original = place.parent / name, root.path / name
            is_purged = not copy.parent.exists() and not original.parent.exists()
            if not is_purged and (not copy.is_file() or hash_file(copy) != digest):
                yield copy


def now_of(root: Root) -> Mapping[str, str]:
    """Every key of earlier secrets, and what it is today; empty before the first rotation."""
    if not is_rotated(root):
        return {}
    keys = scan(folder_of(root, root.secret()) / KEYS).collect()
    return dict(keys.select("before", "now").iter_rows())


def same_keys(root: Root, key: str) -> tuple[str, ...]:
    """The key, and all that the same thing was or is called under other secrets."""
    now = now_of(root)
    todays = now.get(key, key)
    return tuple({key: 0, todays: 0, **{before: 0 for before, name in now.items() if name == todays}})


def rekey(con: duckdb.DuckDBPyConnection, root: Root, *tables: str) -> None:
    """Keys of earlier secrets in these tables become today's."""
    if not is_rotated(root):
        return
    con.register("todays_keys", scan(folder_of(root, root.secret()) / KEYS).collect())
    for table in tables:
        columns = {name for name, *_rest in con.execute(f"describe {table}").fetchall()}
        for column in KEY_COLUMNS:
            if column in columns:
                con.execute(f"update {table} set {column} = k.now from todays_keys as k where k.before = {column}")
    con.unregister("todays_keys")


def earlier_secrets(root: Root) -> dict[str, bytes]:
    """The secrets before today's that are still kept, by id."""
    kept = {place.parent.name: place.read_bytes() for place in sorted(root.secrets.glob(f"[0-9a-f]*/{SECRET}"))}
    return {name: secret for name, secret in kept.items() if secret != root.secret()}


def secret_of(root: Root, name: str) -> bytes:
    """The secret of that id, as a run's manifest tells it; "": the first. Raises PublishError when it is gone."""
    secrets = {id_of(root.secret()): root.secret(), **earlier_secrets(root)}
    first = next((known for known in secrets if previous_of(root, known) is None), "")
    if (name or first) not in secrets:
        problem = _("the secret that it was made with is no longer kept")
        raise PublishError(str(root.secrets), problem, _("restore it from a backup"))
    return secrets[name or first]


def previous_of(root: Root, name: str) -> str | None:
    """The id of the secret before that one; None for the first. Raises PublishError for a damaged index."""
    place = root.secrets / name / INDEX
    if not place.exists():
        return None
    previous: str = read_index(place)["previous"]
    return previous


def read_index(place: Path) -> dict[str, Any]:
    """What a rotation says of itself. Raises PublishError when it is damaged."""
    try:
        return unsealed(json.loads(place.read_bytes()))
    except (OSError, ValueError):
        raise PublishError(str(place), _("is damaged"), _("restore it from a backup")) from None

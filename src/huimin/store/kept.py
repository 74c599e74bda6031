"""What a night keeps for the next one in ``state/cache/``: rows under a name, and beside them an index.

The index is sealed, says under which name and key it is and knows the SHA-256 of the rows: what is damaged,
half-written, of another night's pair, under another name or another key was never kept, and is made again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.store.archive import hash_file
from huimin.store.encrypted import write_frame
from huimin.store.root import RESTRICTED_DIRECTORY, empty, write_json
from huimin.store.seal import sealed, unsealed
from huimin.tables.key import key_id, restricted_key
from huimin.tables.sql import literals, parquet

Make = Callable[[Sequence[str]], object]
"""Lays a table of the named parts alone; its column `part` says which one a row belongs to."""


def rows_file(name: str) -> str:
    """The file of the rows kept under that name."""
    return f"{name}.parquet"


def index_file(name: str) -> str:
    """The file of their index."""
    return f"{name}.json"


def told_of(name: str) -> Mapping[str, str | None]:
    """What an index says of itself: under which name it is, and by which key its rows are read."""
    key = restricted_key()
    return {"name": name, "key": key_id(key) if key else None}


def recalled(folder: Path, name: str) -> Mapping[str, Any] | None:
    """The index of the rows that an earlier night left; None where they are not there, or not as they were left."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        index: dict[str, Any] = unsealed(json.loads((folder / index_file(name)).read_bytes()))
        if index.pop("is") == told_of(name) and hash_file(folder / rows_file(name)) == index["digest"]:
            return index
    return None


def leave(leaves: Path, name: str, rows: pl.DataFrame, index: Mapping[str, object]) -> None:
    """The rows and their index wait in a folder of the night for `settle`."""
    leaves.mkdir(mode=RESTRICTED_DIRECTORY, exist_ok=True)
    empty(leaves, f".{name}.*.partial")
    write_frame(rows, leaves / rows_file(name))
    told = {**index, "is": told_of(name), "digest": hash_file(leaves / rows_file(name))}
    write_json(leaves / index_file(name), sealed(told))


def settle(leaves: Path, folder: Path) -> None:
    """What a night left is kept in the folder, in place of what was kept before; the same where it left nothing.

    Where that cannot be done, nothing is kept: the night is published, and the next one makes it again.
    """
    for index in sorted(leaves.glob("*.json")):
        with suppress(OSError):
            folder.mkdir(mode=RESTRICTED_DIRECTORY, exist_ok=True)
            for name in (rows_file(index.stem), index.name):
                (leaves / name).replace(folder / name)


def forget(folder: Path) -> None:
    """Forgets all that nights keep for the next one, which works everything out anew."""
    empty(folder)


class Parts:
    """Tables that are made of parts: here each night makes all of them."""

    def lay(self, con: duckdb.DuckDBPyConnection, table: str, parts: Mapping[str, Sequence[str]], make: Make) -> None:
        """The table holds all parts. `parts`: by what is written of everything that each is made from."""
        make([*parts])


ALL_PARTS = Parts()


class KeptParts(Parts):
    """Tables that are made of parts: those whose sources are as they were an earlier night are taken from there."""

    def __init__(self, folder: Path, leaves: Path) -> None:
        """`folder`: where earlier nights' parts are; `leaves`: where tonight's wait until the run is published."""
        self._folder, self._leaves = folder, leaves

    def lay(self, con: duckdb.DuckDBPyConnection, table: str, parts: Mapping[str, Sequence[str]], make: Make) -> None:
        """The table holds all parts, those known from earlier nights and those that are made now."""
        keys = {part: sha256("\n".join(sources).encode()).hexdigest() for part, sources in parts.items()}
        before = (recalled(self._folder, table) or {}).get("keys", {})
        known = [part for part, key in keys.items() if before.get(part) == key]
        missing = [part for part in keys if part not in known]
        if missing or not known:
            make(missing)
        if known:
            lay = f"insert into {table} by name" if missing else f"create or replace temp table {table} as"
            source = parquet(self._folder / rows_file(table))
            con.execute(f"{lay} select * from {source} where part in ({literals(known)})")
        if keys != before:
            leave(self._leaves, table, con.execute(f"from {table} order by all").pl(), {"keys": keys})

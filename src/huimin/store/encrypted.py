"""Parquet of the restricted side, written under the key where there is one, and read as each file says that it is.

DuckDB writes and reads the encrypted files: it is the engine over them, and cannot read those of pyarrow. It writes
them with OpenSSL, which its extension httpfs brings; that is a package of its own, and nothing is fetched.
"""

from functools import cache
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from huimin.store.root import whole
from huimin.tables.key import KEY_NAME, is_encrypted, restricted_key, unlocked
from huimin.tables.sql import literal, parquet

EXTENSION = "extensions/v*/httpfs.duckdb_extension"


def write_frame(frame: pl.DataFrame, place: Path) -> None:
    """The frame is a Parquet file of the restricted side, there only when whole."""
    if restricted_key():
        write_encrypted(frame, place)
    else:
        with whole(place) as partial:
            frame.write_parquet(partial)


def write_encrypted(rows: pl.DataFrame | pa.RecordBatchReader, place: Path) -> None:
    """The rows are an encrypted file, there only when whole. Needs the key."""
    with under_key() as con:
        con.register("rows_to_write", rows)
        _copy(con, "rows_to_write", place)


def encrypt(place: Path) -> None:
    """The plain file is an encrypted one of the same rows, if there is a key. A file without columns stays as it is."""
    if restricted_key() and is_plain(place):
        with under_key() as con:
            _copy(con, parquet(place), place)


def _copy(con: duckdb.DuckDBPyConnection, rows: str, place: Path) -> None:
    with whole(place) as partial:
        con.execute(
            f"""copy (from {rows}) to {literal(partial)}
            (format parquet, compression zstd, encryption_config {{footer_key: '{KEY_NAME}'}})"""
        )


def is_plain(place: Path) -> bool:
    """Whether anybody who gets hold of the Parquet file can read what is in it."""
    return not is_encrypted(place) and bool(pq.read_schema(place).names)


def scan(place: Path) -> pl.LazyFrame:
    """The rows of a file of the restricted side."""
    if not is_encrypted(place):
        return pl.scan_parquet(place, glob=False)
    return under_key().sql(f"from {parquet(place)}").pl(lazy=True)


def rows_in(place: Path) -> int:
    """How many rows a Parquet file of either side has."""
    if not is_encrypted(place):
        return int(pq.read_metadata(place).num_rows)
    count: int = scan(place).select(pl.len()).collect().item()
    return count


def under_key() -> duckdb.DuckDBPyConnection:
    """A connection that encrypts and decrypts. Needs the key."""
    return database_under(restricted_key()).cursor()


@cache
def database_under(_key: bytes | None) -> duckdb.DuckDBPyConnection:
    """An empty database for that: opened once a key, as it reads the extension from disk."""
    con = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "temp_directory": ""}
    )
    (extension,) = Path(duckdb_extension_httpfs.__path__[0]).glob(EXTENSION)
    con.execute(f"load {literal(extension)}")
    return unlocked(con)

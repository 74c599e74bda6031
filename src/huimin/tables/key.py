"""The key of the restricted side, which only the environment holds, and the connections that know it."""

import os
from base64 import b64decode, b64encode
from binascii import Error
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import duckdb

from huimin.errors import UsageError
from huimin.language import _

KEY = "HUIMIN_KEY"
"""The environment variable: 32 bytes in base64."""
KEY_BYTES = 32
KEY_NAME = "restricted"
"""What SQL calls the key, so that no statement, plan or error has the key itself."""
ENCRYPTED = b"PARE"
"""How an encrypted Parquet file begins and ends; a plain one with `PAR1`."""


def restricted_key() -> bytes | None:
    """The key by which the restricted side is read and written; None: it is plain.

    Raises UsageError for a value that is none. It is not quoted.
    """
    told = os.environ.get(KEY)
    if not told:
        return None
    with suppress(Error, ValueError):
        found = b64decode(told.strip(), validate=True)
        if len(found) == KEY_BYTES:
            return found
    raise UsageError(
        KEY, _("not {bytes} bytes in base64", bytes=KEY_BYTES), _("make one with `openssl rand -base64 32`")
    )


def key_id(key: bytes) -> str:
    """The hexadecimal characters by which a key is known, and that say nothing of it."""
    return sha256(key).hexdigest()[:12]


def unlocked(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, which reads encrypted files if the environment has the key."""
    if found := restricted_key():
        con.execute(f"pragma add_parquet_key('{KEY_NAME}', '{b64encode(found).decode()}')")
    return con


def is_encrypted(place: Path) -> bool:
    """Whether the Parquet file there is encrypted; what cannot be opened is not. Raises UsageError without a key."""
    try:
        with place.open("rb") as opened:
            found = opened.read(len(ENCRYPTED)) == ENCRYPTED
    except OSError:
        return False
    if found and restricted_key() is None:
        raise keyless(place)
    return found


def keyless(place: Path) -> UsageError:
    """The error for what cannot be read without the key."""
    return UsageError(
        str(place), _("is encrypted, and there is no key"), _("set {key} to the key of this root", key=KEY)
    )

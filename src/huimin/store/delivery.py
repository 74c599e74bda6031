"""A delivered file and what reading it gave."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

Outcome = Literal["accepted", "accepted_with_rejects", "refused"]
IN_FORCE = ("accepted", "accepted_with_rejects")
"""Published statuses of deliveries whose rows count."""


def delivery_id(roster: str | None, unit: str | None, file: str, digest: str) -> str:
    """16 hexadecimal characters that stand for (roster, unit, file, sha256) in every published file."""
    return sha256("\x1f".join((roster or "", unit or "", file, digest)).encode()).hexdigest()[:16]


READER = 4
"""Version of what reading a file leaves. What was left by another is read again."""


@dataclass(frozen=True)
class Delivery:
    """One delivered file, or one member of a delivered zip archive. Its bytes are in the archive under ``sha256``."""

    delivery: str
    roster: str | None
    unit: str | None
    path: str
    """Relative to the inbox, with ``/``; a zip member is ``…/archive.zip/member.csv``."""
    file: str
    """Base name; a zip member is ``archive.zip/member.csv``."""
    sha256: str
    received_at: datetime
    """Modification time of the file (of the zip), UTC; the run's own where that lay in its future."""
    size: int
    """Bytes."""
    problem: str | None = None
    """Why it is refused unread: an unknown folder, a file directly in the inbox, a broken archive."""
    fix: str = ""
    """What its department can do about the problem."""
    run: str = ""
    """The run that first saw its bytes; empty when that was before runs were remembered, so earlier than any."""

    @property
    def arrival(self) -> tuple[str, datetime]:
        """Orders deliveries by when they came: one that a later run first saw came later, however old its file."""
        return self.run, self.received_at


@dataclass(frozen=True)
class Share:
    """What one slot of a delivery gives to its standard table, as counted when it was read."""

    slot: str
    rows: int
    money: Mapping[str, str]
    """Yuan in each money column, as decimal text; nulls count as nothing."""
    persons: int | None = None
    """Different ID numbers; None for a roster without."""
    median: str | None = None
    """Yuan: the median of the amounts above 0, as decimal text; None without one."""


@dataclass(frozen=True)
class Receipt:
    """What reading one delivery gave. Written once beside its rows; a refused delivery counts 0 rows."""

    delivery: Delivery
    outcome: Outcome
    read_on: date
    """Date of the run that read it: birth dates later than this are rejected."""
    contract: str
    """Digest of the contract it was read by; empty when there was none."""
    slots: tuple[str, ...] = ()
    """Periods its accepted rows carry, ascending; for a register the one as-at date."""
    shares: tuple[Share, ...] = ()
    """What each of these slots gives."""
    last_row: int = 0
    """The greatest row number of an accepted row, in any sheet."""
    rows_in_file: int = 0
    rows_layout: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    problem: str | None = None
    """Chinese, for the department: why refused."""
    fix: str = ""
    """What it can do about it; empty where the problem says so itself."""
    columns: tuple[str, ...] = ()
    """Contract columns that a header names, in contract order."""
    left_out: tuple[str, ...] = ()
    """Contract columns that were not kept, as nobody read them: null in every standard row."""
    unknown_columns: tuple[str, ...] = ()
    nearly_known: tuple[tuple[str, str], ...] = ()
    """Those of them that nearly are a title of the contract, and that title."""
    read_as: str | None = None
    """What the file was read as, in words, where its ending says otherwise."""
    other_sheets: tuple[str, ...] = ()
    """Sheets whose header does not match: listed, not read."""
    records: int = 0
    """Accepted + rejected as read, also when the delivery was refused afterwards (the share the gate looks at)."""
    accepted: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    reader: int = READER

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; `from_json` reads it back."""
        value = asdict(self)
        value["delivery"]["received_at"] = self.delivery.received_at.isoformat()
        value["read_on"] = self.read_on.isoformat()
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Receipt":
        """The receipt that `as_json` wrote. Raises ValueError for one of another reader."""
        if value.get("reader") != READER:
            raise ValueError("written by another reader")
        inner = value["delivery"]
        delivery = Delivery(**{**inner, "received_at": datetime.fromisoformat(inner["received_at"])})
        tuples: dict[str, tuple[Any, ...]] = {
            key: tuple(value[key]) for key in ("slots", "unknown_columns", "other_sheets")
        }
        # a root of the version before has receipts without these
        tuples |= {key: tuple(value.get(key, ())) for key in ("columns", "left_out")}
        tuples["nearly_known"] = tuple(map(tuple, value.get("nearly_known", ())))
        tuples["shares"] = tuple(Share(**share) for share in value["shares"])
        return cls(**{**value, **tuples, "delivery": delivery, "read_on": date.fromisoformat(value["read_on"])})

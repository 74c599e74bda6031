"""What was decided: numbered records under ``state/verification/``, each whole or not at all, and never changed."""

import fcntl
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import polars as pl

from huimin.errors import BusyError, PublishError
from huimin.language import _
from huimin.store.archive import hash_file
from huimin.store.encrypted import write_frame
from huimin.store.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, Root, closed_to_others, sync, write_json
from huimin.store.rotated import under_todays_secret
from huimin.store.seal import sealed, unsealed

DecisionKind = Literal["ledger", "recheck", "cross", "spot", "visits", "draw", "close"]
RECEIPT, DECISIONS, ANSWER = "receipt.json", "decisions.parquet", "answer"
PATIENCE = 30.0
"""Seconds to wait for another import."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One row of a record: what people decided of a clue, a household or a person. None leaves what was known."""

    kind: DecisionKind
    plan: str | None = None
    clue_id: str | None = None
    target_key: str | None = None
    """Of a visit: household_key or person_key."""
    state: str | None = None
    """The state it leads to; None when it changes none."""
    outcome: str | None = None
    """With one, everything found before (but sums of money) is replaced by what this decision and later ones say."""
    cause: str | None = None
    methods: str | None = None
    """Joined with 、."""
    verifier: str | None = None
    verified_on: date | None = None
    handling: str | None = None
    recovered_amount: Decimal | None = None
    due_amount: Decimal | None = None
    deadline_on: date | None = None
    rectified_on: date | None = None
    note: str | None = None
    evidence_hash: str | None = None
    """Of the evidence that was seen."""
    sheet: str | None = None
    row: int | None = None


_DATES, _MONEY = pl.Date(), pl.Decimal(14, 2)
SCHEMA = pl.Schema(
    {
        "record": pl.String(),
        "sequence": pl.Int32(),
        **dict.fromkeys(("kind", "plan", "clue_id", "target_key", "state", "outcome", "cause"), pl.String()),
        **dict.fromkeys(("methods", "verifier"), pl.String()),
        "verified_on": _DATES,
        "handling": pl.String(),
        "recovered_amount": _MONEY,
        "due_amount": _MONEY,
        "deadline_on": _DATES,
        "rectified_on": _DATES,
        "note": pl.String(),
        "evidence_hash": pl.String(),
        "decided_at": pl.Datetime("us"),
        "file": pl.String(),
        "sha256": pl.String(),
        "sheet": pl.String(),
        "row": pl.Int32(),
    }
)
"""Of `decisions.parquet`; decided_at is UTC."""


@dataclass(frozen=True)
class Record:
    """One return, draw or closing as it was taken."""

    record: str
    """Its number in the order taken and 12 hexadecimal characters of what it holds: ``000001-0123456789ab``."""
    folder: Path
    receipt: Mapping[str, Any]
    todays: Path
    """Where its files with today's keys are, if the root's secret was replaced since it was taken."""

    @property
    def decisions(self) -> Path:
        """The decisions, by sequence."""
        return self.file(DECISIONS)

    def file(self, name: str) -> Path:
        """That file of the record, with today's keys."""
        copy = self.todays / name
        return copy if copy.exists() else self.folder / name

    @property
    def sha256(self) -> str | None:
        """Of the returned file; None when it came from none."""
        value: str | None = self.receipt["sha256"]
        return value

    def changed(self) -> list[Path]:
        """The files of the record that are gone, or not what was kept."""
        kept = {self.folder / name: digest for name, digest in self.receipt["files"].items()}
        return [place for place, digest in kept.items() if not place.is_file() or hash_file(place) != digest]

    def answers(self) -> list[Path]:
        """The answers to the returned file."""
        return sorted(self.folder.glob(f"{ANSWER}*.xlsx"))

    def refuse_damage(self) -> None:
        """Checks that decisions and draws are as they were kept (answers are not looked at). Raises PublishError."""
        for place in self.changed():
            if not place.name.startswith(ANSWER):
                raise damaged(place)


def damaged(place: Path) -> PublishError:
    """The error for a record that cannot be relied upon: what people decided is nowhere else."""
    return PublishError(str(place), _("this verification record is damaged"), _("restore it from a backup"))


def folder_of_records(root: Root) -> Path:
    """Where the records of a root are."""
    return root.state / "verification"


def records_of(root: Root) -> tuple[Record, ...]:
    """Every record of the root in the order taken. Raises PublishError for a damaged receipt."""
    found = folder_of_records(root).glob("[0-9]*-*")
    return tuple(read_record(root, name) for name in sorted(folder.name for folder in found if folder.is_dir()))


def read_record(root: Root, name: str) -> Record:
    """The record of that name. Raises PublishError when its receipt is not as it was sealed."""
    folder = folder_of_records(root) / name
    place = folder / RECEIPT
    try:
        receipt = unsealed(json.loads(place.read_bytes()))
        return Record(name, folder, receipt, under_todays_secret(root, folder))
    except (OSError, ValueError, KeyError):
        raise damaged(place) from None


@contextmanager
def held(root: Root, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the records of a root, apart from any run. Raises BusyError when another import holds them too long."""
    folder = folder_of_records(root)
    folder.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    until = time.monotonic() + patience
    with closed_to_others(folder / ".lock") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= until:
                    fix = _("wait until it has ended, then import again")
                    raise BusyError(str(folder), _("another import holds the verification records"), fix) from None
                time.sleep(0.05)
        for leftover in folder.glob(".*.partial"):
            shutil.rmtree(leftover)
        yield


def append(
    root: Root,
    decisions: Sequence[Decision],
    now: datetime,
    *,
    file: str | None = None,
    digest: str | None = None,
    files: Mapping[str, Path] | None = None,
    told: Mapping[str, Any] | None = None,
) -> Record:
    """The new record of these decisions, on disk when this returns. The caller is inside `held(root)`.

    `file` and `digest` (SHA-256): the returned file, if one. `files`: what the record keeps beside, by name (answers,
    a plan and who was drawn); they are moved in. `told`: JSON-ready, kept in the receipt. Decisions of a draw without
    a plan get the record's own name as theirs.
    """
    folder = folder_of_records(root)
    numbers = [int(place.name.split("-")[0]) for place in folder.glob("[0-9]*-*")]
    content = sha256(repr((list(decisions), digest, told, now)).encode()).hexdigest()[:12]
    name = f"{max(numbers, default=0) + 1:06d}-{content}"
    partial = folder / f".{name}.partial"
    partial.mkdir(mode=RESTRICTED_DIRECTORY)
    write_frame(frame(name, decisions, now, file, digest), partial / DECISIONS)
    for kept, place in (files or {}).items():
        shutil.move(place, partial / kept)
    for place in partial.iterdir():
        place.chmod(RESTRICTED_FILE)
        sync(place)
    receipt = {
        **(told or {}),
        "record": name,
        "decided_at": now.astimezone(UTC).isoformat(),
        "file": file,
        "sha256": digest,
        "decisions": len(decisions),
        "files": {place.name: hash_file(place) for place in sorted(partial.iterdir())},
    }
    write_json(partial / RECEIPT, sealed(receipt))
    partial.rename(folder / name)
    sync(folder)
    return read_record(root, name)


def frame(
    record: str, decisions: Sequence[Decision], now: datetime, file: str | None, digest: str | None
) -> pl.DataFrame:
    """The decisions as `decisions.parquet` holds them."""
    own = [
        replace(decision, plan=record) if decision.kind == "draw" and decision.plan is None else decision
        for decision in decisions
    ]
    shared = {"record": record, "decided_at": now.astimezone(UTC).replace(tzinfo=None), "file": file, "sha256": digest}
    rows = [{**asdict(decision), **shared, "sequence": place} for place, decision in enumerate(own, 1)]
    return pl.DataFrame(rows, schema=SCHEMA)

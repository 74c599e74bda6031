"""Which records a run goes on from, the ledger as it stands now, and the answers that a run hands out."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from huimin.errors import PublishError
from huimin.ledger.fold import apply_decisions, lay_previous
from huimin.ledger.records import ANSWER, RECEIPT, Record, damaged, read_record, records_of
from huimin.store.archive import hash_file
from huimin.store.manifest import UsedFile, read_manifest
from huimin.store.root import RESTRICTED_FILE, Root

LEDGER = "ledger.parquet"
ANSWERS = "workbooks/answers"
REFUSED = "退回的文件.txt"
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
"""What some file system refuses in a name, or a reader would not see."""
MOST_BYTES = 150
"""Of a file's name within the name of its answer; file systems end at 255."""


def latest_ledger(root: Root) -> UsedFile | None:
    """The ledger of the newest complete run, None before the first. Raises PublishError when it is gone."""
    run = root.latest()
    if run is None:
        return None
    place = root.published / run / LEDGER
    digest = hash_file(place) if place.is_file() else None
    if digest is None or digest not in {o.sha256 for o in read_manifest(place.parent).outputs if o.path == LEDGER}:
        fix = "restore the run's folder from a backup: what was verified is remembered in it"
        raise PublishError(str(place), "the latest run's ledger is gone or damaged", fix)
    return UsedFile(place.relative_to(root.path).as_posix(), digest, run)


def used_records(root: Root, run: str) -> tuple[UsedFile, ...]:
    """Every record of the root as the manifest of that run is to list it, in the order taken.

    Those that the latest run lists are in its ledger; the others are the run's own. Raises PublishError when a record
    is gone or damaged.
    """
    latest = root.latest()
    known = read_manifest(root.published / latest).facts.records if latest else ()
    seen_through(root, known)
    told = {used.path for used in known}
    found = {place_of(root, record): record for record in records_of(root)}
    new = {path: record for path, record in found.items() if path not in told}
    for record in new.values():
        record.refuse_damage()
    return (*known, *(UsedFile(path, hash_file(root.path / path), run) for path in new))


def place_of(root: Root, record: Record) -> str:
    """The record's receipt, which holds the hash of all else in it, relative to the root."""
    return (record.folder / RECEIPT).relative_to(root.path).as_posix()


def seen_through(root: Root, used: Iterable[UsedFile]) -> tuple[Record, ...]:
    """The records that a manifest lists, as they were. Raises PublishError for one that is gone or changed."""
    records = []
    for file in used:
        place = root.path / file.path
        if not place.is_file() or hash_file(place) != file.sha256:
            raise damaged(place)
        records.append(read_record(place.parent))
    return tuple(records)


def lay_current(con: duckdb.DuckDBPyConnection, root: Root) -> tuple[Record, ...]:
    """Every record of the root; the temporary table `previous_ledger` is the ledger with all of them in it.

    It is the latest run's, moved on by what was decided since. Raises PublishError before the first run, and when the
    ledger or a record is gone or damaged.
    """
    ledger = latest_ledger(root)
    if ledger is None:
        raise PublishError(str(root.path), "nothing is published here yet", "run `huimin run` first")
    lay_previous(con, root.path / ledger.path)
    used = used_records(root, "")
    records = seen_through(root, used)
    apply_decisions(con, [record.decisions for record, file in zip(records, used) if file.run == ""])
    return records


def write_answers(records: Iterable[Record], folder: Path) -> None:
    """The folder with the answers to the files that these records came from, and a list of those refused whole."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = []
    for record in records:
        if record.receipt.get("problem"):
            refused.append(f"{UNSAFE.sub('_', record.receipt['file'])}：{record.receipt['problem']}")
        hand_out(record, folder)
    if refused:
        (folder / REFUSED).write_text("\n".join(refused) + "\n", encoding="utf-8-sig")


def hand_out(record: Record, folder: Path) -> tuple[Path, ...]:
    """Copies of the record's answers in the folder, for their owner alone; one that somebody changed is left out."""
    changed = record.changed()
    copies = []
    for answer in record.answers():
        if answer not in changed:
            copies.append(Path(shutil.copyfile(answer, folder / answer_name(record, answer))))
            copies[-1].chmod(RESTRICTED_FILE)
    return tuple(copies)


def answer_name(record: Record, answer: Path) -> str:
    """The file name of an answer: which return it answers, in the order taken."""
    stem = UNSAFE.sub("_", Path(record.receipt["file"] or "").stem).encode()[:MOST_BYTES].decode(errors="ignore")
    part = answer.stem.removeprefix(ANSWER)
    return f"{record.record.split('-')[0]}_{stem}{part}.xlsx"

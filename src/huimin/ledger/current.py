"""Which records a run goes on from, the ledger as it stands now, and the answers that a run hands out."""

from collections.abc import Iterable

import duckdb

from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.fold import lay_previous
from huimin.ledger.records import RECEIPT, Record, damaged, read_record, records_of
from huimin.store.archive import hash_file
from huimin.store.manifest import UsedFile, read_manifest
from huimin.store.root import Root
from huimin.store.rotated import digests_of_copies, under_todays_secret

LEDGER = "ledger.parquet"


def latest_ledger(root: Root) -> UsedFile | None:
    """The ledger of the newest complete run, None before the first. Raises PublishError when it is gone."""
    run = root.latest()
    if run is None:
        return None
    written = root.published / run / LEDGER
    place = under_todays_secret(root, written)
    digest = hash_file(place) if place.is_file() else None
    told = {one.sha256 for one in read_manifest(written.parent).outputs if one.path == LEDGER}
    if digest is None or digest not in (told if place == written else digests_of_copies(root)):
        fix = _("restore the run's folder from a backup: what was verified is remembered in it")
        raise PublishError(str(place), _("the latest run's ledger is gone or damaged"), fix)
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
        records.append(read_record(root, place.parent.name))
    return tuple(records)


def lay_current(con: duckdb.DuckDBPyConnection, root: Root) -> tuple[Record, ...]:
    """Every record of the root; the temporary table `previous_ledger` is the ledger with all of them in it.

    It is the latest run's, moved on by what was decided since. Raises UsageError before the first run, PublishError
    when the ledger or a record is gone or damaged.
    """
    ledger = latest_ledger(root)
    if ledger is None:
        raise root.unpublished()
    used = used_records(root, "")
    records = seen_through(root, used)
    since = [record.decisions for record, file in zip(records, used) if file.run == ""]
    lay_previous(con, root.path / ledger.path, since)
    return records

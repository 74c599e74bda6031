"""What the root need not keep any longer, and its removal (PIPL 19: the shortest retention the purpose allows).

Kept whatever its age: the latest run, every delivery in force in a run that stays, the secret, the ledger's decisions
and plans, the audit log.
"""

import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from huimin.deliveries.standard import receipts
from huimin.matching.kept import forget
from huimin.store.archive import hash_lying
from huimin.store.audit import note
from huimin.store.delivery import IN_FORCE, Receipt
from huimin.store.inbox import walk
from huimin.store.names import readable, shown
from huimin.store.root import RUN_NAME, Root
from huimin.zone import HERE

HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Expired:
    """One thing that would go."""

    kind: str
    """run, delivery, file (of the archive) or workbooks (of a plan)."""
    name: str
    """Run id, delivery id, SHA-256 or the plan's name."""
    since: datetime
    places: tuple[Path, ...]
    bytes: int


def expired(root: Root, known: Collection[Receipt], cutoff: datetime) -> tuple[Expired, ...]:
    """What is older than the cutoff (aware) and no longer needed: runs, deliveries, archived files, plans' workbooks.

    A delivery goes once no run that stays has it in force, and not while its file lies in the inbox: the next run
    would take it in again. Its archived bytes go with the last delivery of that content.
    """
    runs = tuple(expired_runs(root, cutoff))
    gone = {run.name for run in runs}
    needed = in_force_anywhere(folder for folder in run_folders(root) if folder.name not in gone)
    lying = {shown(readable(str(found.inside))) for found in walk(root.inbox)}
    old, staying = [], set()
    for receipt in known:
        delivery = receipt.delivery
        if delivery.delivery in needed or delivery.received_at >= cutoff or delivered_still(delivery.path, lying):
            staying.add(delivery.sha256)
        else:
            old.append(receipt)
    deliveries = tuple(expired_delivery(root, receipt) for receipt in old)
    files = expired_files(root, staying | cited(root), cutoff)
    return (*runs, *deliveries, *files, *expired_forms(root, cutoff))


def keep_to(root: Root, older_than: int, remove: bool, now: datetime) -> tuple[Expired, ...]:
    """What is older than so many days and needed no longer; gone and in the audit log when `remove`.

    Raises BusyError while a run holds the root.
    """
    root.prepare()
    with root.hold():
        going = expired(root, receipts(root), now - timedelta(days=older_than))
        if remove:
            purge(root, going, now, older_than)
    return going


def run_folders(root: Root) -> list[Path]:
    """The published runs, oldest first."""
    return sorted(folder for folder in root.published.glob("*") if RUN_NAME.fullmatch(folder.name) and folder.is_dir())


def expired_runs(root: Root, cutoff: datetime) -> Iterator[Expired]:
    """Runs that began before the cutoff, but never the latest."""
    for folder in run_folders(root):
        began = datetime.strptime(folder.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=HERE)
        if began < cutoff and folder.name != root.latest():
            places = (folder, root.restricted / folder.name)
            yield Expired("run", folder.name, began, places, sum(map(size_of, places)))


def in_force_anywhere(runs: Iterator[Path]) -> set[str]:
    """Deliveries that were in force in one of the published runs."""
    needed: set[str] = set()
    for run in runs:
        listed = pl.scan_parquet(run / "deliveries.parquet", glob=False).filter(pl.col("status").is_in(IN_FORCE))
        needed.update(listed.select("delivery").collect()["delivery"])
    return needed


def delivered_still(path: str, lying: Collection[str]) -> bool:
    """Whether the delivery's file, or the zip it is a member of, is in the inbox."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in lying for length in range(1, len(parts) + 1))


def expired_delivery(root: Root, receipt: Receipt) -> Expired:
    """The delivery's folder of rows, rejects and findings."""
    delivery = receipt.delivery
    places = tuple(root.standard.glob(f"*/{delivery.delivery}"))
    return Expired("delivery", delivery.delivery, delivery.received_at, places, sum(map(size_of, places)))


def cited(root: Root) -> set[str]:
    """Hashes of files that a verification record or a plan came from."""
    return {digest for place in root.state.glob("verification/*/*.json") for digest in HASH.findall(place.read_text())}


def expired_files(root: Root, kept: Collection[str], cutoff: datetime) -> Iterator[Expired]:
    """Archived bytes that nothing refers to: those of expired deliveries, and zip archives long unpacked.

    Not while the same bytes lie in the inbox.
    """
    unused = [place for place in sorted(root.archive.glob("*/*")) if HASH.fullmatch(place.name)]
    unused = [place for place in unused if place.name not in kept and place.stat().st_mtime < cutoff.timestamp()]
    sizes = {place.stat().st_size for place in unused}
    found = walk(root.inbox) if unused else ()
    lying = {hash_lying(one) for one in found if one.facts.st_size in sizes}
    for place in unused:
        if place.name not in lying:
            facts = place.stat()
            since = datetime.fromtimestamp(facts.st_mtime, cutoff.tzinfo)
            yield Expired("file", place.name, since, (place,), facts.st_size)


def expired_forms(root: Root, cutoff: datetime) -> Iterator[Expired]:
    """The workbooks of plans, and answers handed out: both are written again from their record when asked for."""
    for place in sorted(place for kind in ("plans", "answers") for place in (root.restricted / kind).glob("*")):
        since = datetime.fromtimestamp(place.stat().st_mtime, cutoff.tzinfo)
        if since < cutoff:
            yield Expired("workbooks", place.name, since, (place,), size_of(place))


def size_of(place: Path) -> int:
    """Bytes of the file, or of every file below the folder."""
    return sum(path.stat().st_size for path in (place, *place.rglob("*")) if path.is_file())


def purge(root: Root, going: Collection[Expired], now: datetime, older_than: int) -> None:
    """Removes what `expired` found and writes each into the audit log first, so that none goes unrecorded.

    A published run goes before its restricted side: what a kill leaves between them the next run removes. What the
    rules found is forgotten first, so that nobody who is gone stays there.
    """
    if going:
        forget(root.cache)
    for thing in going:
        note(root, now, "purged", kind=thing.kind, name=thing.name, since=thing.since.isoformat(), days=older_than)
        for place in thing.places:
            if place.is_dir():
                hidden = place.with_name(f".{place.name}.purged.partial")
                place.rename(hidden)
                shutil.rmtree(hidden)
            else:
                place.unlink(missing_ok=True)

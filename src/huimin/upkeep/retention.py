"""What the root need not keep any longer, and its removal (PIPL 19: the shortest retention the purpose allows).

Kept whatever its age: the latest run, all that a run that stays needs to be replayed (what is in force in it, the bytes
of every file that it used, what it went on from), the secret, the ledger's decisions and plans, the audit log. A
delivery that somebody asks to be removed (PIPL 47) goes at once, and with it the replay of the runs that used it.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from huimin.deliveries.standard import receipts
from huimin.errors import UsageError
from huimin.language import _
from huimin.store.archive import Archive, hash_lying
from huimin.store.audit import note
from huimin.store.carried import carried_in_vain, carry
from huimin.store.delivery import IN_FORCE, Receipt
from huimin.store.inbox import walk
from huimin.store.kept import forget
from huimin.store.manifest import read_manifest
from huimin.store.names import readable, shown
from huimin.store.root import RUN_NAME, RUN_TIME, Root
from huimin.store.rotated import earlier_secrets, id_of, secret_of
from huimin.zone import HERE

HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Expired:
    """One thing that would go."""

    kind: str
    """run, delivery, file (of the archive), carried (of a run that is gone), workbooks (of a plan) or secret."""
    name: str
    """Run id, delivery id, SHA-256, the plan's name or the secret's id."""
    since: datetime
    places: tuple[Path, ...]
    bytes: int


def expired(root: Root, known: Collection[Receipt], cutoff: datetime) -> tuple[Expired, ...]:
    """What is older than the cutoff (aware) and no longer needed: runs, deliveries, archived files, plans' workbooks.

    A delivery goes once no run that stays has it in force, and not while its file lies in the inbox: the next run
    would take it in again. Its archived bytes go with the last delivery of that content and the last run that used it.
    """
    runs = tuple(expired_runs(root, cutoff))
    gone = {run.name for run in runs}
    staying_runs = [folder for folder in run_folders(root) if folder.name not in gone]
    needed = in_force_anywhere(staying_runs)
    lying = lying_in(root)
    old, staying = [], set()
    for receipt in known:
        delivery = receipt.delivery
        if delivery.delivery in needed or delivery.received_at >= cutoff or delivered_still(delivery.path, lying):
            staying.add(delivery.sha256)
        else:
            old.append(receipt)
    deliveries = tuple(expired_delivery(root, receipt) for receipt in old)
    files = expired_files(root, staying | used_by(staying_runs) | cited(root), cutoff)
    carried = (file_of("carried", place) for place in carried_in_vain(root, staying_runs))
    secrets = expired_secrets(root, staying_runs, cutoff)
    return (*runs, *deliveries, *files, *carried, *expired_forms(root, cutoff), *secrets)


def keep_to(root: Root, older_than: int, remove: bool, now: datetime) -> tuple[Expired, ...]:
    """What is older than so many days and needed no longer; gone and in the audit log when `remove`.

    Raises BusyError while a run holds the root.
    """
    root.prepare()
    with root.hold():
        going = expired(root, receipts(root), now - timedelta(days=older_than))
        if remove:
            purge(root, going, now, days=older_than)
    return going


@dataclass(frozen=True)
class Removal:
    """A delivery that is to be removed because somebody asks for it."""

    going: tuple[Expired, ...]
    ends_replay: tuple[str, ...]
    """Published runs that used it, and cannot be made again once it is gone."""


def remove_delivery(root: Root, delivery: str, remove: bool, now: datetime) -> Removal:
    """The delivery's rows and archived bytes, and what ends with them; gone and in the audit log when `remove`.

    Raises UsageError when there is no such delivery, it is in force or a night would take it in again; BusyError while
    a run holds the root.
    """
    root.prepare()
    with root.hold():
        known = {receipt.delivery.delivery: receipt for receipt in receipts(root)}
        receipt = known.get(delivery)
        if receipt is None:
            fix = _('`huimin query "select delivery, file from deliveries"` lists them')
            raise UsageError(delivery, _("no such delivery"), fix)
        latest = root.latest()
        if latest and delivery in in_force_anywhere([root.published / latest]):
            fix = _("`huimin withdraw {delivery} --why …`, a run, then this again", delivery=delivery)
            raise UsageError(delivery, _("it is in force"), fix)
        if delivered_still(receipt.delivery.path, lying_in(root)):
            fix = _("remove that file from the inbox first: the next run would take it in again")
            raise UsageError(receipt.delivery.path, _("it lies in the inbox"), fix)
        digest = receipt.delivery.sha256
        others = {other.delivery.sha256 for key, other in known.items() if key != delivery}
        place = Archive(root.archive).place(digest)
        alone = digest not in others | cited(root) and place.is_file()
        going = (expired_delivery(root, receipt), *((file_of("file", place),) if alone else ()))
        using = [run.name for run in run_folders(root) if digest in used_by([run])] if alone else []
        removal = Removal(going, tuple(using))
        if remove:
            purge(root, going, now, asked=True, ends_replay=using)
    return removal


def lying_in(root: Root) -> set[str]:
    """The files of the inbox, as deliveries name them."""
    return {shown(readable(str(found.inside))) for found in walk(root.inbox)}


def run_folders(root: Root) -> list[Path]:
    """The published runs, oldest first."""
    return sorted(folder for folder in root.published.glob("*") if RUN_NAME.fullmatch(folder.name) and folder.is_dir())


def expired_runs(root: Root, cutoff: datetime) -> Iterator[Expired]:
    """Runs that began before the cutoff, but never the latest.

    One that was named while the clock was ahead goes by when its folder was made.
    """
    for folder in run_folders(root):
        named = datetime.strptime(folder.name[:15], RUN_TIME).replace(tzinfo=HERE)
        began = min(named, datetime.fromtimestamp(folder.stat().st_mtime, HERE))
        if began < cutoff and folder.name != root.latest():
            places = (folder, root.restricted / folder.name, *root.secrets.glob(f"*/*/{folder.name}"))
            yield Expired("run", folder.name, began, places, sum(map(size_of, places)))


def in_force_anywhere(runs: Iterable[Path]) -> set[str]:
    """Deliveries that were in force in one of the published runs."""
    needed: set[str] = set()
    for run in runs:
        listed = pl.scan_parquet(run / "deliveries.parquet", glob=False).filter(pl.col("status").is_in(IN_FORCE))
        needed.update(listed.select("delivery").collect()["delivery"])
    return needed


def used_by(runs: Iterable[Path]) -> set[str]:
    """Hashes of every file that these published runs used, whatever became of it."""
    return {used.sha256 for run in runs for used in read_manifest(run).facts.deliveries}


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
            yield file_of("file", place)


def file_of(kind: str, place: Path) -> Expired:
    """A file that is named by its hash."""
    facts = place.stat()
    return Expired(kind, place.name, datetime.fromtimestamp(facts.st_mtime, HERE), (place,), facts.st_size)


def expired_forms(root: Root, cutoff: datetime) -> Iterator[Expired]:
    """The workbooks of plans, and answers handed out: both are written again from their record when asked for."""
    for place in sorted(place for kind in ("plans", "answers") for place in (root.restricted / kind).glob("*")):
        since = datetime.fromtimestamp(place.stat().st_mtime, cutoff.tzinfo)
        if since < cutoff:
            yield Expired("workbooks", place.name, since, (place,), size_of(place))


def expired_secrets(root: Root, staying: Iterable[Path], cutoff: datetime) -> Iterator[Expired]:
    """What belongs to earlier secrets that no run that stays was made with."""
    earlier = earlier_secrets(root)
    needed = {id_of(secret_of(root, read_manifest(run).facts.secret)) for run in staying} if earlier else set()
    for name in sorted(earlier.keys() - needed):
        place = root.secrets / name
        since = datetime.fromtimestamp(place.stat().st_mtime, HERE)
        if since < cutoff:
            yield Expired("secret", name, since, (place,), size_of(place))


def size_of(place: Path) -> int:
    """Bytes of the file, or of every file below the folder."""
    return sum(path.stat().st_size for path in (place, *place.rglob("*")) if path.is_file())


def purge(root: Root, going: Collection[Expired], now: datetime, **why: object) -> None:
    """Removes these things and writes each, and why, into the audit log first, so that none goes unrecorded.

    A published run goes before its restricted side: what a kill leaves between them the next run removes. What the
    rules found is forgotten first, so that nobody who is gone stays there; what a run that stays went on from is kept.
    """
    if going:
        forget(root.cache)
    if runs := {thing.name for thing in going if thing.kind == "run"}:
        carry(root, runs, [folder for folder in run_folders(root) if folder.name not in runs])
    for thing in going:
        note(root, now, "purged", kind=thing.kind, name=thing.name, since=thing.since.isoformat(), **why)
        for place in thing.places:
            if place.is_dir():
                hidden = place.with_name(f".{place.name}.purged.partial")
                place.rename(hidden)
                shutil.rmtree(hidden)
            else:
                place.unlink(missing_ok=True)

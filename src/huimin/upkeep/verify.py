"""A published run held against its manifest, the archive and its sums; and two runs held against each other."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from huimin.deliveries.standard import is_whole, read_receipt
from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.current import seen_through
from huimin.publishing.balance import FIGURES, GROUNDS, counted_in, imbalances, lay_received, lay_shares
from huimin.publishing.database import miscounted
from huimin.publishing.publish import DATABASE
from huimin.store.archive import Archive, hash_file
from huimin.store.audit import broken, notes
from huimin.store.delivery import Receipt
from huimin.store.encrypted import scan
from huimin.store.manifest import (
    MANIFEST,
    RESTRICTED,
    Counted,
    Manifest,
    differing,
    outputs_in,
    read_manifest,
    restricted_beside,
    without_timings,
)
from huimin.store.root import Root
from huimin.store.rotated import changed_copies
from huimin.tables.declared import TABLES
from huimin.tables.key import is_encrypted, unlocked
from huimin.tables.sql import literal, parquet, quoted


def verify(root: Path, run: str) -> tuple[str, ...]:
    """What is wrong with one published run of the data root, a line each; empty when all is well. Changes nothing.

    Raises UsageError when there is no such run, PublishError when its manifest cannot be read.
    """
    places = Root(root)
    published, restricted = places.published_run(run), places.restricted / run
    manifest = read_manifest(published)
    return (
        *differing(published, manifest.outputs, "published"),
        *differing(restricted, manifest.restricted, "restricted"),
        *open_to_others(restricted),
        *missing_from_archive(Archive(places.archive), manifest, {act["name"] for act in notes(places, "purged")}),
        *damaged_deliveries(places, manifest),
        *damaged_records(places, manifest),
        *damaged_copies(places),
        *unbalanced(places, run, manifest),
        *broken(places),
    )


def open_to_others(restricted: Path) -> Iterator[str]:
    """Each restricted place that somebody else may open."""
    for path in (restricted, *sorted(restricted.rglob("*"))):
        if path.exists() and path.stat().st_mode & 0o077:
            yield _("{place}: is open to others than its owner", place=path.relative_to(restricted.parent.parent))


def missing_from_archive(archive: Archive, manifest: Manifest, purged: set[str]) -> Iterator[str]:
    """Each delivery whose bytes the archive no longer holds as they came.

    Those refused unread may have none; those purged had their time.
    """
    for used in manifest.facts.deliveries:
        place = archive.place(used.sha256)
        if not place.is_file():
            if used.problem is None and used.delivery not in purged:
                yield _("archive: delivery {delivery} ({roster}) is gone", delivery=used.delivery, roster=used.roster)
        elif hash_file(place) != used.sha256:
            yield _(
                "archive: delivery {delivery} ({roster}) is not as it was delivered",
                delivery=used.delivery,
                roster=used.roster,
            )


def damaged_deliveries(root: Root, manifest: Manifest) -> Iterator[str]:
    """Each delivery in force in the run whose folder of rows is there and not whole."""
    for counted in manifest.facts.in_force:
        folder = root.standardised(counted.roster, counted.delivery)
        if folder.is_dir() and not is_whole(folder):
            yield _(
                "standard/{roster}/{delivery}: is damaged; the next run reads it again",
                roster=counted.roster,
                delivery=counted.delivery,
            )


def damaged_records(root: Root, manifest: Manifest) -> Iterator[str]:
    """Each verification record that the run used and that is gone or changed: what people decided is nowhere else."""
    for used in manifest.facts.records:
        try:
            changed = [place for record in seen_through(root, [used]) for place in record.changed()]
        except PublishError:
            changed = [root.path / used.path]
        yield from (
            _("{place}: is gone or not as it was taken", place=place.relative_to(root.path)) for place in changed
        )


def damaged_copies(root: Root) -> Iterator[str]:
    """Each file that a rotation of the secret left and that is gone or changed."""
    for copy in changed_copies(root):
        yield _("{place}: is gone or not as it was written", place=copy.relative_to(root.path))


def unbalanced(root: Root, run: str, manifest: Manifest) -> Iterator[str]:
    """Each sum that does not come out, over the published database, the archive and the rows that the run used.

    A delivery whose folder is gone, damaged or was read otherwise since then is not counted again.
    """
    place = root.published / run / DATABASE
    readings = {receipt.delivery.delivery: receipt for receipt in readings_of(root, manifest)}
    try:
        with unlocked(duckdb.connect(str(place), read_only=True, config={"temp_directory": ""})) as con:
            last_rows = {delivery: receipt.last_row for delivery, receipt in readings.items()}
            kept = {act["name"] for act in notes(root, "purged")}
            taken = [used for used in manifest.facts.deliveries if used.delivery not in kept]
            lay_received(con, Archive(root.archive), taken, last_rows)
            due = [counted for counted in manifest.facts.in_force if counted.delivery in readings]
            lay_shares(con, due, [held_now(con, root, counted) for counted in due])
            yield from (_("accounting: {figure}", figure=figure) for figure in imbalances(con, (*FIGURES, *GROUNDS)))
            yield from (
                _("published/{database}: {fault}", database=DATABASE, fault=fault)
                for fault in miscounted(con, manifest.row_counts)
            )
    except duckdb.Error as fault:
        yield _("published/{database}: cannot be read ({kind})", database=DATABASE, kind=type(fault).__name__)


def readings_of(root: Root, manifest: Manifest) -> Iterator[Receipt]:
    """The whole receipts of deliveries in force that still say what the run read, as of the same day."""
    used = {delivery.delivery: delivery for delivery in manifest.facts.deliveries}
    for counted in manifest.facts.in_force:
        folder = root.standardised(counted.roster, counted.delivery)
        receipt = read_receipt(folder) if is_whole(folder) else None
        if receipt is None or counted.delivery not in used:
            continue
        same_contract = receipt.contract == manifest.facts.contracts.get(counted.roster)
        if same_contract and receipt.read_on == used[counted.delivery].read_on:
            yield receipt


def held_now(con: duckdb.DuckDBPyConnection, root: Root, counted: Counted) -> Counted:
    """Rows and sums of a delivery as its files have them today, in the slots that the manifest counted."""
    rows = parquet(root.standardised(counted.roster, counted.delivery) / "rows.parquet")
    source = f"(select '{counted.delivery}' as delivery, * from {rows} where list_contains($slots, slot))"
    held = counted_in(con, counted.roster, tuple(counted.money), source, {"slots": list(counted.slots)})
    return held[0] if held else replace(counted, rows=0, money={})


def differences(first: Path, second: Path) -> tuple[str, ...]:
    """Each output of one published folder that the other does not have byte for byte; empty for a faithful replay.

    `clues.duckdb` and encrypted files are compared by their rows, the manifest without its timings.
    """
    left, right = ({output.path: output for output in outputs_in(folder)} for folder in (first, second))
    found = [
        path for path in sorted(left.keys() | right.keys()) if path != DATABASE and left.get(path) != right.get(path)
    ]
    found += [f"{DATABASE}: {table}" for table in differing_tables(first / DATABASE, second / DATABASE)]
    restricted = (restricted_beside(first), restricted_beside(second))
    encrypted = {place.name for side in restricted for place in side.glob("*.parquet") if is_encrypted(place)}
    found += [
        f"{RESTRICTED}/{name}" for name in sorted(encrypted) if rows_differ(*(side / name for side in restricted))
    ]
    manifests = [as_replayed(read_manifest(folder), encrypted) for folder in (first, second)]
    return (*found, *([MANIFEST] if manifests[0] != manifests[1] else []))


def as_replayed(manifest: Manifest, encrypted: Collection[str]) -> Manifest:
    """The manifest as every replay must give it: no seconds, no hash of the database and of encrypted files."""
    plain = without_timings(manifest)
    kept = tuple(output for output in plain.outputs if output.path != DATABASE)
    restricted = tuple(replace(one, sha256="") if one.path in encrypted else one for one in plain.restricted)
    return replace(plain, outputs=kept, restricted=restricted)


def rows_differ(first: Path, second: Path) -> bool:
    """Whether two files of the restricted side, plain or encrypted, have other rows or an other order of them."""
    return not (first.is_file() and second.is_file() and scan(first).collect().equals(scan(second).collect()))


def differing_tables(first: Path, second: Path) -> list[str]:
    """Names of the published tables whose rows differ between two databases."""
    with duckdb.connect(config={"threads": 2}) as con:
        for name, place in (("first", first), ("second", second)):
            con.execute(f"attach {literal(place)} as {name}_run (read_only)")
        return [table.name for table in TABLES if table_differs(con, quoted(table.name))]


def table_differs(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """True when a row, or the number of a row's repeats, is on one side only."""
    one, other = f"from first_run.{table}", f"from second_run.{table}"
    sql = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    return bool(con.execute(sql).fetchall()[0][0])

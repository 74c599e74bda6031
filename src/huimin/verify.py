"""A published run held against its manifest, the archive and its sums; and two runs held against each other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from huimin.accounting import imbalances
from huimin.archive import Archive, hash_file
from huimin.errors import UsageError
from huimin.manifest import MANIFEST, Manifest, Output, outputs_in, read_manifest, without_timings
from huimin.published import TABLES, quoted
from huimin.root import Root
from huimin.sql import literal

DATABASE = "clues.duckdb"


def verify(root: Path, run: str) -> tuple[str, ...]:
    """What is wrong with one published run of the data root, a line each; empty when all is well. Changes nothing.

    Raises UsageError when there is no such run, PublishError when its manifest cannot be read.
    """
    places = Root(root)
    published, restricted = places.published / run, places.restricted / run
    if Path(run).name != run or published.is_symlink() or not published.is_dir():
        raise UsageError(run, "there is no such published run", f"see the folders of {places.published}")
    manifest = read_manifest(published)
    return (
        *differing(published, manifest.outputs, "published"),
        *differing(restricted, manifest.restricted, "restricted"),
        *open_to_others(restricted),
        *missing_from_archive(Archive(places.archive), manifest),
        *unbalanced(published, manifest),
    )


def differing(folder: Path, expected: tuple[Output, ...], side: str) -> Iterator[str]:
    """Each file of the folder that is not as the manifest says."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    wanted = {output.path: output.sha256 for output in expected}
    for name in sorted((files.keys() | wanted.keys()) - {MANIFEST}):
        if name not in files:
            yield f"{side}/{name}: is gone"
        elif name not in wanted:
            yield f"{side}/{name}: is not in the manifest"
        elif hash_file(files[name]) != wanted[name]:
            yield f"{side}/{name}: is not the file that was published"


def open_to_others(restricted: Path) -> Iterator[str]:
    """Each restricted place that somebody else may open."""
    for path in (restricted, *sorted(restricted.rglob("*"))):
        if path.exists() and path.stat().st_mode & 0o077:
            yield f"{path.relative_to(restricted.parent.parent)}: is open to others than its owner"


def missing_from_archive(archive: Archive, manifest: Manifest) -> Iterator[str]:
    """Each delivery whose bytes the archive no longer holds as they came. Those refused unread may have none."""
    for used in manifest.facts.deliveries:
        place = archive.place(used.sha256)
        if not place.is_file():
            if used.problem is None:
                yield f"archive: delivery {used.delivery} ({used.roster}) is gone"
        elif hash_file(place) != used.sha256:
            yield f"archive: delivery {used.delivery} ({used.roster}) is not as it was delivered"


def unbalanced(published: Path, manifest: Manifest) -> Iterator[str]:
    """Each sum of the published database that does not come out, each table with other rows than the manifest says."""
    place = published / DATABASE
    try:
        with duckdb.connect(str(place), read_only=True, config={"temp_directory": ""}) as con:
            yield from (f"accounting: {figure}" for figure in imbalances(con))
            for table, rows in sorted(manifest.row_counts.items()):
                found = con.execute(f"select count(*) from {quoted(table)}").fetchall()[0][0]
                if found != rows:
                    yield f"published/{DATABASE}: {table} has {found} rows, the manifest says {rows}"
    except duckdb.Error as fault:
        yield f"published/{DATABASE}: cannot be read ({type(fault).__name__})"


def differences(first: Path, second: Path) -> tuple[str, ...]:
    """Each output of one published folder that the other does not have byte for byte; empty for a faithful replay.

    `clues.duckdb` is compared by its tables, the manifest without its timings.
    """
    left, right = ({output.path: output for output in outputs_in(folder)} for folder in (first, second))
    found = [
        path for path in sorted(left.keys() | right.keys()) if path != DATABASE and left.get(path) != right.get(path)
    ]
    found += [f"{DATABASE}: {table}" for table in differing_tables(first / DATABASE, second / DATABASE)]
    manifests = [without_outputs_of_database(read_manifest(folder)) for folder in (first, second)]
    return (*found, *([MANIFEST] if manifests[0] != manifests[1] else []))


def without_outputs_of_database(manifest: Manifest) -> Manifest:
    """The manifest as every replay must give it: no seconds, no hash of the database file."""
    plain = without_timings(manifest)
    kept = tuple(output for output in plain.outputs if output.path != DATABASE)
    return replace(plain, outputs=kept)


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

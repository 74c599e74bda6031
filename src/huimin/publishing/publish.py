"""A run's files, written aside and made visible whole: restricted folder, published folder, pointers."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huimin.errors import PublishError
from huimin.identity import mask_ids_in
from huimin.language import _
from huimin.ledger.states import EXEMPT
from huimin.publishing.balance import FIGURES, balanced, refuse_unbalanced
from huimin.publishing.database import miscounted, write_database
from huimin.store.access import analysts_of, give, give_to_analysts
from huimin.store.archive import hash_file
from huimin.store.disk import written_whole
from huimin.store.encrypted import write_encrypted
from huimin.store.manifest import MANIFEST, Manifest, Output, RunFacts, differing, outputs_in, shown
from huimin.store.root import LATEST, PUBLISHED_DIRECTORY, RESTRICTED_DIRECTORY, RESTRICTED_FILE, RUN_NAME, Root, sync
from huimin.tables.declared import (
    CLUES,
    RESTRICTED_TABLES,
    TABLES,
    PublishedColumn,
    PublishedTable,
    ordered_select,
)
from huimin.tables.key import restricted_key

Writer = Callable[[Path], None]
"""Writes one file or folder at the path it is given."""

ROW_GROUP = 122_880
DATABASE = "clues.duckdb"
NO_RULE = "__HIVE_DEFAULT_PARTITION__"
"""Hive's own name for a null partition: holds the typed, empty file of a run in which no rule ran."""


@dataclass(frozen=True)
class RunFolders:
    """The two folders that hold a folder a run: of the root, or elsewhere for a replay."""

    published: Path
    restricted: Path
    analysts: int | None = None
    """The group that reads what is published; None: the owner's own."""

    @classmethod
    def of(cls, root: Root) -> "RunFolders":
        """The folders of a root, and the group that its settings name for what is published. Raises ContractError."""
        return cls(root.published, root.restricted, analysts_of(root))


@dataclass(frozen=True)
class Pages:
    """What is written beside the tables, by name in the run's folder: the report, the quality pages."""

    published: Mapping[str, Writer] = field(default_factory=dict)
    restricted: Mapping[str, Writer] = field(default_factory=dict)


def publish(
    con: duckdb.DuckDBPyConnection, facts: RunFacts, places: RunFolders, pages: Pages, latest: bool = True
) -> Manifest:
    """The manifest of the run, whose folders are complete under their final names when this returns.

    `con` holds the published and restricted tables (`tables/declared.py`). With `latest`, ``restricted/latest`` and
    then ``published/latest`` point to the run. Raises PublishError, with nothing left half-visible: a figure that does
    not balance, a run that exists, a disk that is full or closed.
    """
    balanced(con, FIGURES)
    with whole_or_nothing(facts.run, places) as (published, restricted):
        for table in RESTRICTED_TABLES:
            write_restricted(con, table, restricted / f"{table.name}.parquet")
        write_pages(pages.restricted, restricted)
        row_counts = write_tables(con, published)
        write_pages(pages.published, published)
        manifest = Manifest(facts, row_counts, outputs_in(published), outputs_in(restricted), exemptions_used(con))
        (restricted / MANIFEST).write_text(manifest.as_json(), encoding="utf-8")
        (published / MANIFEST).write_text(shown(manifest, told_by(con)).as_json(), encoding="utf-8")
        give(restricted, RESTRICTED_DIRECTORY, RESTRICTED_FILE, None)
        give_to_analysts(published, places.analysts)
        for folder, outputs in ((published, manifest.outputs), (restricted, manifest.restricted)):
            share(folder, outputs)
        refuse_unbalanced(unlike_manifest(published, restricted, manifest))
    if latest:
        make_latest(facts.run, places)
    return manifest


def share(folder: Path, outputs: Iterable[Output]) -> None:
    """Files that the latest run has too, byte for byte, stand once on disk, under both names.

    Only files that the same people may read in the same way. Where the disk cannot do so, they stay two.
    """
    before = folder.parent / LATEST
    for output in outputs:
        new, old = folder / output.path, before / output.path
        with suppress(OSError):
            if not new.samefile(old) and access(new) == access(old) and hash_file(old) == output.sha256:
                shared = new.with_name(f".{new.name}.partial")
                shared.hardlink_to(old.resolve())
                shared.replace(new)


def access(file: Path) -> tuple[int, int, int, int]:
    """Mode, owner, group and size of a file. Raises OSError when there is none."""
    facts = file.lstat()
    return facts.st_mode, facts.st_uid, facts.st_gid, facts.st_size


def told_by(con: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """How a text is published, by `masked_texts`: what the macro `told` does, for single texts."""
    masked = dict(con.execute("select text, shown from masked_texts").fetchall())
    return lambda text: masked.get(text) or mask_ids_in(text)


def unlike_manifest(published: Path, restricted: Path, manifest: Manifest) -> Iterator[str]:
    """Each file or number of rows of the two folders that is not as the manifest says."""
    yield from differing(published, manifest.outputs, "published")
    yield from differing(restricted, manifest.restricted, "restricted")
    for table, rows in manifest.row_counts.items():
        written = sum(
            output.rows or 0
            for output in manifest.outputs
            if output.path == f"{table}.parquet" or output.path.startswith(f"{table}/")
        )
        if written != rows:
            yield f"{table}: {written} rows in files, the manifest says {rows}"
    with duckdb.connect(str(published / DATABASE), read_only=True, config={"temp_directory": ""}) as con:
        yield from (f"{DATABASE}: {fault}" for fault in miscounted(con, manifest.row_counts))


def make_latest(run: str, places: RunFolders) -> None:
    """Both pointers name the run, the restricted one first. Raises PublishError; then the run is gone again."""
    before = pointed(places.published)
    try:
        for side in (places.restricted, places.published):
            point(side, run)
    except PublishError:
        if pointed(places.published) == run:
            raise  # it is visible: only the folder's fsync failed
        with suppress(PublishError):
            if before:
                point(places.restricted, before)
        shutil.rmtree(places.published / run, ignore_errors=True)
        if pointed(places.restricted) != run:
            shutil.rmtree(places.restricted / run, ignore_errors=True)
        raise


def pointed(side: Path) -> str | None:
    """The run that the side's ``latest`` names; None without one."""
    with suppress(OSError):
        return (side / LATEST).readlink().name
    return None


@contextmanager
def whole_or_nothing(run: str, places: RunFolders) -> Iterator[tuple[Path, Path]]:
    """Two hidden folders to write into, renamed to the run's own (restricted first) when the block ends well.

    Leftovers of killed runs are removed first. However the block ends badly, neither folder of the run is left.
    """
    final = (places.published / run, places.restricted / run)
    partial = tuple(folder.with_name(f".{run}.partial") for folder in final)
    with written_whole(places.published):
        for side in (places.published, places.restricted):
            side.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
        if places.analysts is not None:
            shutil.chown(places.published, group=places.analysts)
        places.published.chmod(PUBLISHED_DIRECTORY)
        sweep(places)
        for folder in final:
            if folder.exists():
                raise PublishError(
                    str(folder), _("this run is published already"), _("start a run of its own: it gets a new id")
                )
        for folder in partial:
            folder.mkdir(mode=RESTRICTED_DIRECTORY)
        try:
            yield partial[0], partial[1]
            for folder in partial:
                sync_below(folder)
            partial[1].rename(final[1])
            sync(places.restricted)
            try:
                partial[0].rename(final[0])
            except OSError:
                shutil.rmtree(final[1], ignore_errors=True)
                raise
            sync(places.published)
        finally:
            for folder in partial:
                shutil.rmtree(folder, ignore_errors=True)


def sweep(places: RunFolders) -> None:
    """Removes what killed runs left: hidden partial folders and pointers, and restricted folders never published."""
    for side in (places.published, places.restricted):
        for leftover in side.glob(".*.partial"):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
    for folder in places.restricted.iterdir():
        if RUN_NAME.fullmatch(folder.name) and not (places.published / folder.name).exists():
            shutil.rmtree(folder)


def write_tables(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Rows of each published table, now in the folder as Parquet and in `clues.duckdb`."""
    rows = {
        table.name: write_parquet(con, table, folder / f"{table.name}.parquet")
        for table in TABLES
        if table is not CLUES
    }
    rows[CLUES.name] = write_partitions(con, folder / CLUES.name)
    write_database(folder, folder / DATABASE)
    return rows


def write_partitions(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Clues written, a Hive partition a rule; a rule that ran without one has an empty, typed file."""
    refuse_undeclared(con, CLUES)
    ran = con.execute("select rule from rules where status = 'ran'").fetchall()
    reader = con.execute(ordered_select(CLUES)).to_arrow_reader(ROW_GROUP)
    schema = described(reader.schema.remove(reader.schema.get_field_index("rule")), CLUES)
    written = {
        rule: write_rows(schema, (part for _, part in parts), partition(folder, rule))
        for rule, parts in groupby(parts_by_rule(reader), key=itemgetter(0))
    }
    without = {rule for (rule,) in ran} - written.keys()
    for rule in without or ((NO_RULE,) if not written else ()):
        write_rows(schema, (), partition(folder, rule))
    return sum(written.values())


def partition(folder: Path, rule: str) -> Path:
    """The one file of a rule's partition, in a folder that is there."""
    place = folder / f"rule={rule}" / "part-0.parquet"
    place.parent.mkdir(parents=True)
    return place


def parts_by_rule(reader: pa.RecordBatchReader) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of a batch that are of one rule, without it, for each batch and rule; the rows are in order of rules."""
    for batch in reader:
        runs = pc.run_end_encode(batch.column("rule"))  # type: ignore[attr-defined]  # not in the stubs
        rows, begin = batch.drop_columns("rule"), 0
        for rule, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist()):
            yield rule, rows.slice(begin, end - begin)
            begin = end


def write_parquet(con: duckdb.DuckDBPyConnection, table: PublishedTable, place: Path) -> int:
    """Rows of the table written to one Parquet file. Raises PublishError when its columns are not those declared."""
    refuse_undeclared(con, table)
    reader = con.execute(ordered_select(table)).to_arrow_reader(ROW_GROUP)
    return write_rows(described(reader.schema, table), reader, place)


def write_restricted(con: duckdb.DuckDBPyConnection, table: PublishedTable, place: Path) -> None:
    """Writes the table to one Parquet file of the restricted side. Raises PublishError as `write_parquet`."""
    if restricted_key() is None:
        write_parquet(con, table, place)
    else:
        refuse_undeclared(con, table)
        write_encrypted(con.execute(ordered_select(table)).to_arrow_reader(ROW_GROUP), place)


def described(schema: pa.Schema, table: PublishedTable) -> pa.Schema:
    """The schema with what the table and its columns mean: `comment` in Chinese, `description` in English if said."""
    columns = {column.name: column for column in table.columns}
    fields = [field.with_metadata(meaning(columns[field.name])) for field in schema]
    return pa.schema(fields, meaning(table))


def meaning(one: PublishedTable | PublishedColumn) -> dict[bytes | str, bytes | str]:
    """The metadata of a table or column."""
    return {"comment": one.comment, "description": one.english} if one.english else {"comment": one.comment}


def refuse_undeclared(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    """Raises PublishError when nobody made the table, or it has other columns than those declared."""
    named = con.execute("select column_name from duckdb_columns() where table_name = ?", [table.name]).fetchall()
    found = {name for (name,) in named}
    if not found:
        fix = _("write its maker, a function with @makes in a module of the conclusion, or take it out of TABLES")
        raise PublishError(table.name, _("declared, and nobody makes it"), fix)
    if unlike := {column.name for column in table.columns} ^ found:
        raise PublishError(
            table.name,
            _("columns other than declared: {columns}", columns=", ".join(sorted(unlike))),
            _("declare them in tables/declared.py, or correct the table"),
        )


def write_rows(schema: pa.Schema, batches: Iterable[pa.RecordBatch], place: Path) -> int:
    """Rows written, the same bytes for the same rows however they are batched: one writer, fixed row groups."""
    rows = 0
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        for group in row_groups(batches):
            writer.write_table(group, row_group_size=ROW_GROUP)
            rows += group.num_rows
    return rows


def row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows again in groups of exactly `ROW_GROUP`, the last one shorter, however the batches came."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        while sum(part.num_rows for part in waiting) >= ROW_GROUP:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, ROW_GROUP).combine_chunks()
            waiting = table.slice(ROW_GROUP).to_batches()
    if any(part.num_rows for part in waiting):
        yield pa.Table.from_batches(waiting).combine_chunks()


def exemptions_used(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The exemption rows by which some clue of the run is exempt, ascending."""
    rows = con.execute(
        f"""select distinct l.exemption from ledger as l semi join clues as c on c.clue_id = l.clue_id
           where l.state = '{EXEMPT}' and l.exemption is not null order by l.exemption"""
    )
    return tuple(exemption for (exemption,) in rows.fetchall())


def write_pages(pages: Mapping[str, Writer], folder: Path) -> None:
    """Each page at its name in the folder."""
    for name, write in pages.items():
        write(folder / name)


def point(side: Path, run: str) -> None:
    """``latest`` of one side names the run from now on, at once and for good. Raises PublishError."""
    partial = side / f".{LATEST}.partial"
    try:
        partial.unlink(missing_ok=True)
        partial.symlink_to(run, target_is_directory=True)
        partial.replace(side / LATEST)
        sync(side)
    except OSError as fault:
        raise PublishError(
            str(side / LATEST), _("could not be switched: {reason}", reason=fault.strerror), _("run again")
        ) from fault


def sync_below(folder: Path) -> None:
    """Returns once every file and folder below, and the folder, is on disk."""
    for path in (*folder.rglob("*"), folder):
        sync(path)

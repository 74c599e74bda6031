"""The root's secret replaced, and everything that the next night goes on from known again under the new one.

Nothing that stands is changed: a folder of the new secret holds it, which key became which, and copies with new keys
(`store/rotated.py`). It counts from one rename on; cut short before, the root is as it was, and the next try begins
anew.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl

from huimin.clues.evidence import fingerprint_sql
from huimin.clues.masks import lay_keyed
from huimin.contracts.contract import Contract
from huimin.ledger.current import LEDGER
from huimin.ledger.plans import DRAWN, POPULATION, open_plans
from huimin.ledger.records import DECISIONS, Record, held, records_of
from huimin.ledger.reopened import FACTS_FILE
from huimin.sampling.frame import lay_rosters
from huimin.store.archive import hash_file
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.encrypted import scan, write_frame
from huimin.store.root import (
    RESTRICTED_DIRECTORY,
    RESTRICTED_FILE,
    SECRET_BYTES,
    Root,
    sync,
    write_json,
    write_whole,
)
from huimin.store.rotated import (
    INDEX,
    KEYS,
    SECRET,
    folder_of,
    id_of,
    now_of,
    previous_of,
    under_todays_secret,
)
from huimin.store.seal import sealed
from huimin.tables.sql import literal, parquet, quoted
from huimin.tables.work import open_work
from huimin.upkeep.retention import run_folders
from huimin.workbooks.cards import CARDS_FILE

KEYED_FILES = (DECISIONS, POPULATION, DRAWN)
"""Files of a verification record that hold keys."""
SOURCES = {
    LEDGER: ("clue_id", "evidence_hash", "decided_evidence"),
    CARDS_FILE: ("clue_id", "household_key", "evidence_hash"),
    FACTS_FILE: ("clue_id", "evidence_hash"),
    DECISIONS: ("clue_id", "target_key", "evidence_hash"),
    POPULATION: ("target", "evidence"),
    DRAWN: ("target", "evidence"),
}
"""The columns of each kind of file that hold keys."""


@dataclass(frozen=True)
class Rotation:
    """What a rotation does, or would do."""

    secret: str
    """The id of the new secret."""
    replaces: str
    """That of the one before; it is kept for as long as a run that was made with it."""
    clues: int
    """Of the ledger: known again by the next night."""
    lost: int
    """Those among the clues of which nothing says any more what their key was made of: found again, they are new."""
    decisions: int
    """Decisions that go on to count for these clues and for what plans drew."""
    plans: int
    """Open plans, whose workbooks are taken as before."""
    runs: tuple[str, ...]
    """Published runs: they keep the keys that they have."""


def rotate(root: Root, contracts: Mapping[str, Contract], now: datetime, do: bool) -> Rotation:
    """What a new secret changes; it is the root's, and told in the audit log, when this returns, where `do` says so.

    Raises UsageError before the first run, BusyError while a run or an import holds the root, PublishError when the
    latest run, a record or a delivery in force is gone or damaged, or the disk takes no more.
    """
    run = root.newest()
    with written_whole(root.state), root.hold(), held(root), new_folder(root) as made:
        records = records_of(root)
        files = keyed_files(root, run, records)
        with tempfile.TemporaryDirectory(prefix="huimin-") as spill, closing(open_work(None, spill=Path(spill))) as con:
            lay_keys(con, root, run, contracts, files, made.secret)
            if do:
                write_copies(con, root, files, made)
            ledger = parquet(under_todays_secret(root, files[0]))
            ((clues, lost),) = con.execute(COUNTED.format(ledger=ledger)).fetchall()
            rotation = Rotation(
                id_of(made.secret),
                id_of(root.secret()),
                clues,
                lost,
                sum(record.receipt["decisions"] for record in records),
                len(open_plans(records)),
                tuple(folder.name for folder in run_folders(root)),
            )
        if do:
            commit(root, made, rotation, now)
    return rotation


@dataclass(frozen=True)
class NewSecret:
    """A secret that does not count yet, and the folder that is made for it."""

    secret: bytes
    folder: Path


@contextmanager
def new_folder(root: Root) -> Iterator[NewSecret]:
    """A secret and its folder under a hidden name, gone afterwards unless it was renamed.

    What rotations left that were cut short is removed first.
    """
    todays = id_of(root.secret())
    for place in root.secrets.glob("*"):
        if previous_of(root, place.name) == todays:
            shutil.rmtree(place)
    folder = root.state / ".secret.partial"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=RESTRICTED_DIRECTORY)
    try:
        yield NewSecret(secrets.token_bytes(SECRET_BYTES), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keyed_files(root: Root, run: str, records: tuple[Record, ...]) -> list[Path]:
    """Whatever with keys in it is read on, as it was written: of the latest run its ledger first, then of records."""
    own = (root.restricted / run / name for name in (CARDS_FILE, FACTS_FILE))
    kept = (record.folder / name for record in records for name in KEYED_FILES)
    return [root.published / run / LEDGER, *(place for place in (*own, *kept) if place.exists())]


def lay_keys(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    run: str,
    contracts: Mapping[str, Contract],
    files: list[Path],
    secret: bytes,
) -> None:
    """Table `rekeyed(before, now, is_known)`: every key in the files under today's secret and the new one.

    What a key was made of is tried from the cards, the facts kept and the rosters in force in the run: what gives the
    key is it. A key that nothing gives becomes another that nothing gives, the same wherever it stood.
    """
    lay_rosters(con, root, run, contracts)
    lay_keyed(con, "keyed_anew", secret)
    con.execute("create temp table carried_keys (key varchar)")
    for place in files:
        source = parquet(under_todays_secret(root, place))
        for column in SOURCES[place.name]:
            con.execute(f"insert into carried_keys select {column} from {source} where {column} is not null")
    con.execute("create temp table made_of (domain varchar, value varchar)")
    con.execute(PERSONS)
    for place in files:
        source = parquet(under_todays_secret(root, place))
        if place.name == CARDS_FILE:
            lay_made_of_clues(con, contracts, source)
        elif place.name == FACTS_FILE:
            lay_made_of_evidence(con, contracts, source)
        elif place.name == DRAWN:
            columns = {name for name, *_rest in con.execute(f"describe from {source}").fetchall()}
            if "id_number" in columns:
                con.execute(DRAWN_PERSONS.format(drawn=source))
    con.execute(REKEYED)


def lay_made_of_clues(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], cards: str) -> None:
    """Adds what the clues' keys may be made of: cards tell a roster by its title, and unknown items masked."""
    listed = [name for name, contract in contracts.items() if any(one.name == "item" for one in contract.columns)]
    items = " union ".join(f"select item from {quoted(name)} where item is not null" for name in listed)
    con.execute(
        MADE_OF_CLUES.format(cards=cards, items=items or "select null::varchar as item where false"),
        {"roster": list(contracts), "title": [contract.title for contract in contracts.values()]},
    )


def lay_made_of_evidence(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], facts: str) -> None:
    """Adds what the evidence's keys are made of: the fingerprints of its rows, by the contracts of today."""
    con.execute("create temp table prints (clue_id varchar, evidence_hash varchar, fingerprint varchar)")
    for (roster,) in con.execute(f"select distinct roster from {facts}").fetchall():
        if roster in contracts:
            print_of = fingerprint_sql(contracts[roster], "json_extract_string(whole, '$.{name}')")
            own = f"from {facts} where roster = {literal(roster)}"
            con.execute(f"insert into prints select clue_id, evidence_hash, {print_of} {own}")
    con.execute(MADE_OF_EVIDENCE)


def write_copies(con: duckdb.DuckDBPyConnection, root: Root, files: list[Path], made: NewSecret) -> None:
    """The folder of the new secret: a copy of each file with new keys, which key became which, and the index."""
    rekeyed = con.execute("select before, now from rekeyed").pl()
    earlier = pl.DataFrame([*now_of(root).items()], schema={"before": pl.String, "todays": pl.String}, orient="row")
    older = earlier.join(rekeyed, left_on="todays", right_on="before").select("before", "now")
    write_frame(pl.concat([rekeyed, older]).unique("before").sort("before"), made.folder / KEYS)
    write_whole(made.folder / SECRET, made.secret)
    for place in files:
        copy = made.folder / place.relative_to(root.path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        frame = scan(under_todays_secret(root, place)).collect()
        changed = [pl.col(name).replace(rekeyed["before"], rekeyed["now"]) for name in SOURCES[place.name]]
        write_frame(frame.with_columns(changed), copy)
    copies = [path for path in made.folder.rglob("*") if path.is_file()]
    listed = {path.relative_to(made.folder).as_posix(): hash_file(path) for path in sorted(copies)}
    write_json(made.folder / INDEX, sealed({"previous": id_of(root.secret()), "files": listed}))
    for path in (*made.folder.rglob("*"), made.folder):
        path.chmod(RESTRICTED_DIRECTORY if path.is_dir() else RESTRICTED_FILE)
        sync(path)


def commit(root: Root, made: NewSecret, rotation: Rotation, now: datetime) -> None:
    """The new secret is the root's; the one before is kept beside it. `Root.secret` ends what is cut short here."""
    before = root.secret()
    kept = folder_of(root, before)
    kept.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    write_whole(kept / SECRET, before)
    place = folder_of(root, made.secret)
    made.folder.rename(place)
    sync(root.secrets)
    note(root, now, "rotate", **{**asdict(rotation), "runs": len(rotation.runs)})
    write_whole(root.state / "secret.sha256", sha256(made.secret).hexdigest().encode())
    root.secret()


PERSONS = """
insert into made_of
select distinct 'person', id_number from population where id_number is not null
union select 'person', id_number from beneficiaries
union select 'household', household_number from population where household_number is not null
union select 'household', household from beneficiaries
union select 'household', id_number from population where id_number is not null
union select 'household', id_number from beneficiaries
"""

DRAWN_PERSONS = """
insert into made_of
select domain, id_number from {drawn}, (values ('person'), ('household')) as d (domain) where id_number is not null
"""

MADE_OF_CLUES = """
insert into made_of
with rosters as (select unnest($roster::varchar[]) as roster, unnest($title::varchar[]) as title),
told as (select * from {cards}),
subjects as (
    select clue_id, subject from told
    union select t.clue_id, r.roster from told as t join rosters as r on r.title = t.subject
),
named as (
    select clue_id, item from told
    union select t.clue_id, i.item from told as t, ({items}) as i where t.item not in (select roster from rosters)
)
select 'clue', concat_ws(
    chr(31), t.rule, coalesce(n.item, ''), coalesce(t.id_number, ''), coalesce(s.subject, '')
)
from told as t join subjects as s on s.clue_id = t.clue_id join named as n on n.clue_id = t.clue_id
union all
select 'household', id_number from told where id_number is not null
union all
select 'person', id_number from told where id_number is not null
"""

MADE_OF_EVIDENCE = """
insert into made_of
select distinct 'evidence', string_agg(fingerprint, '' order by fingerprint) from prints group by clue_id, evidence_hash
"""

REKEYED = """
create temp table rekeyed as
with known as (
    select keyed(domain, value) as before, any_value(keyed_anew(domain, value)) as now
    from made_of group by keyed(domain, value)
)
select c.key as before, coalesce(any_value(k.now), keyed_anew('unknown', c.key)) as now,
       any_value(k.now) is not null as is_known
from carried_keys as c left join known as k on k.before = c.key
group by c.key
"""

COUNTED = """
select count(*), count(*) filter (where not r.is_known)
from {ledger} as l join rekeyed as r on r.before = l.clue_id
"""

"""Nights that leave the root as it is: a plan, one file tried, a rule previewed, a run replayed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from huimin.clues import build_clues
from huimin.contracts.contract import Contract
from huimin.deliveries.damage import refuse_damaged_archive
from huimin.deliveries.receive import readable, returned_files
from huimin.deliveries.slots import Standing
from huimin.deliveries.standard import QUALITY_FILE, folders, sealed_files
from huimin.errors import DeliveryError, PublishError
from huimin.ledger.records import folder_of_records, records_of
from huimin.matching.match import missing
from huimin.nights.night import (
    Night,
    check_step,
    match_step,
    open_night,
    read_delivery,
    receive_step,
    standings_of,
)
from huimin.nights.publication import publish_step
from huimin.store.archive import Archive, LookOnly, hash_delivered, hash_file
from huimin.store.delivery import Receipt
from huimin.store.manifest import Manifest, UsedFile, read_manifest
from huimin.store.root import Root
from huimin.tables.work import open_work
from huimin.upkeep.verify import differences

TRIAL = "00000000T000000-000000"
"""Run id of a night that is never published."""


@contextmanager
def scratch_root(root: Root) -> Iterator[Root]:
    """A root in a temporary folder, gone afterwards, that sees the other's inbox, policy and deliveries."""
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        (scratch.path / "inbox").symlink_to(root.inbox)
        scratch.prepare()
        copy_settings(root, scratch)
        for source in folders(root):
            place = scratch.standard / source.relative_to(root.standard)
            place.parent.mkdir(parents=True, exist_ok=True)
            if QUALITY_FILE in sealed_files(source):
                place.symlink_to(source)
            else:
                shutil.copytree(source, place)
        yield scratch


def copy_settings(root: Root, scratch: Root) -> None:
    """The district's own policy values and limits hold in the scratch root too."""
    for place in (root.policy_override(), root.limits_override()):
        if place.exists():
            shutil.copy2(place, scratch.state / place.name)


@dataclass(frozen=True)
class Plan:
    """What a run would do."""

    new: tuple[Standing, ...]
    """Deliveries not read before, as they would stand."""
    superseded: tuple[tuple[str, str | None, str], ...]
    """Roster, unit and slot that would change hands."""
    skipped: tuple[tuple[str, str], ...]
    """Rule and why it would not run."""
    waiting: tuple[str, ...]
    """Files still being written."""
    returned: tuple[str, ...]
    """Returned ledgers that would be taken in."""


def plan_night(root: Root, project: Path, run_date: date, settle: float, now: datetime) -> Plan:
    """What a run would do now. Reads the new files in a scratch folder; the root stays as it is."""
    with scratch_root(root) as scratch:
        night = Night(scratch, project, TRIAL, run_date, settle)
        open_night(night)
        archive = LookOnly(root.archive)
        before = {s.receipt.delivery.delivery: s for s in standings_of(night, check_step(night))}
        received = receive_step(night, now, archive)
        for delivery in received.deliveries:
            read_delivery(night, delivery, archive)
        after = standings_of(night, check_step(night))
    held = {
        (s.receipt.delivery.roster or "", s.receipt.delivery.unit, slot)
        for s in after
        if s.receipt.delivery.delivery in before
        for slot in set(before[s.receipt.delivery.delivery].slots) - set(s.slots)
    }
    delivered = {s.receipt.delivery.roster or "" for s in after if s.slots}
    lacking = {name: missing(rule, delivered) for name, rule in night.rules.items()}
    skipped = {
        name: "disabled" if not rule.enabled else f"missing {', '.join(lacking[name])}"
        for name, rule in night.rules.items()
        if lacking[name] or not rule.enabled
    }
    new = tuple(s for s in after if s.receipt.delivery.delivery not in before)
    returned, writing = new_returns(root, settle, now)
    return Plan(new, tuple(sorted(held, key=str)), tuple(skipped.items()), (*received.waiting, *writing), returned)


def new_returns(root: Root, settle: float, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files in ``inbox/verification`` that were not taken before, and those still being written."""
    files, writing = returned_files(root.inbox, settle, now)
    taken = {record.sha256 for record in records_of(root)}
    return tuple(readable(file.name) for file in files if digest_of(file) not in taken), tuple(writing)


def digest_of(file: Path) -> str | None:
    """SHA-256 of a file in the inbox; None when it cannot be read."""
    with suppress(DeliveryError):
        return hash_delivered(file)
    return None


@dataclass(frozen=True)
class Tried:
    """What one file gave."""

    receipt: Receipt
    rejects: pl.DataFrame
    """sheet, row, column, reason: where and why, without the cells."""


def try_file(file: Path, contract: Contract, project: Path, read_on: date, now: datetime) -> list[Tried]:
    """What the file would give as a delivery of that roster, a zip archive one result a member. Nothing is stored."""
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        scratch.prepare()
        inbox = scratch.inbox / contract.roster
        inbox.mkdir()
        shutil.copy2(file, inbox / file.name)
        night = Night(scratch, project, TRIAL, read_on, 0.0)
        night.work.mkdir()
        tried = []
        for delivery in receive_step(night, now).deliveries:
            receipt = read_delivery(night, delivery)
            rejects = scratch.standardised(contract.roster, delivery.delivery) / "rejects.parquet"
            tried.append(Tried(receipt, pl.read_parquet(rejects, glob=False).drop("cells")))
        return tried


@dataclass(frozen=True)
class Replay:
    """How a run compares with itself made again."""

    files: int
    """Files compared, `clues.duckdb` by its tables."""
    different: tuple[str, ...]
    changed: tuple[str, ...]
    """Contracts, rules, policy or code that are no longer what the run was made with."""


def replay_run(root: Root, project: Path, run: str) -> Replay:
    """That run made again from its manifest and the archive, in a scratch folder. Raises PublishError."""
    manifest = read_manifest(root.published / run)
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        (scratch.path / "archive").symlink_to(root.archive)
        scratch.prepare()
        folder_of_records(scratch).symlink_to(folder_of_records(root))
        shutil.copy2(root.state / "secret", scratch.state / "secret")
        copy_settings(root, scratch)
        night = Night(scratch, project, run, manifest.facts.run_date, only=manifest.facts.only)
        open_night(night)
        refuse_damaged_archive(Archive(root.archive), manifest.facts.deliveries)
        for used in manifest.facts.deliveries:
            read_delivery(night, used)
        checked = check_step(night)
        match_step(night, checked)
        publish_step(night, checked, ledger_of(root, scratch, manifest), manifest.facts.records)
        different = differences(root.published / run, scratch.published / run)
        again = read_manifest(scratch.published / run)
    changed = [
        f"{kind} {name}"
        for kind in ("contracts", "rules", "policy")
        for name, digest in getattr(manifest.facts, kind).items()
        if getattr(again.facts, kind).get(name) != digest
    ]
    return Replay(len(manifest.outputs) + len(manifest.restricted), different, tuple(changed))


def ledger_of(root: Root, scratch: Root, manifest: Manifest) -> UsedFile | None:
    """The ledger that the run went on from; what stood beside it is seen from the scratch root. Raises PublishError."""
    facts = manifest.facts
    for used in (facts.previous_ledger, facts.previous_trend, facts.previous_cards):
        if used is not None:
            show(used, root, scratch)
    return facts.previous_ledger


def show(used: UsedFile, root: Root, scratch: Root) -> None:
    """The file is seen from the scratch root. Raises PublishError when it is not the one that the run used."""
    place = root.path / used.path
    if not place.exists() or hash_file(place) != used.sha256:
        problem = f"the {place.stem} this run went on from is gone or changed"
        raise PublishError(str(place), problem, "restore it from a backup")
    seen = scratch.path / used.path
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.symlink_to(place)


@dataclass(frozen=True)
class Preview:
    """What one rule would find."""

    rule: str
    clues: int
    population: int
    skipped: str | None
    """Why it would not run."""
    by_place: tuple[tuple[str, str | None, int, Decimal], ...]
    """Item, street, clues, money at risk."""
    overlap: tuple[tuple[str, int], ...]
    """Other rules, and how many of this rule's persons and items they name too."""


def preview_rule(root: Root, project: Path, rule: str, run_date: date) -> Preview:
    """What the rule would find on the data in force, also when it is switched off. Nothing is stored."""
    with scratch_root(root) as scratch:
        night = Night(scratch, project, TRIAL, run_date)
        open_night(night)
        rules = {**night.rules, rule: replace(night.rules[rule], enabled=True)}
        match_step(night, check_step(night), rules)
        with closing(open_work(night.database)) as con:
            build_clues(con, rules, night.contracts, bytes(32), run_date)
            return previewed(con, rule)


def previewed(con: duckdb.DuckDBPyConnection, rule: str) -> Preview:
    """The preview of a rule out of a work database with clues."""
    status, why, population = con.execute(
        "select status, why, population from rule_outcomes where rule = ?", [rule]
    ).fetchall()[0]
    by_place = con.execute(
        """
        select item, street, count(*), sum(amount_at_risk) from clues where rule = ? group by item, street
        order by item, street nulls last
        """,
        [rule],
    ).fetchall()
    overlap = con.execute(
        """
        select other.rule, count(distinct (mine.item, mine.person_key)) as shared
        from clues as mine join clues as other using (item, person_key)
        where mine.rule = ? and other.rule <> mine.rule group by other.rule order by shared desc, other.rule
        """,
        [rule],
    ).fetchall()
    return Preview(
        rule,
        sum(row[2] for row in by_place),
        population or 0,
        why if status == "skipped" else None,
        tuple(by_place),
        tuple(overlap),
    )

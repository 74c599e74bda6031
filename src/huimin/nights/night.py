"""One night as plain steps: what each reads from the root, what it leaves there, and the small receipt it returns.

`flows/` orders these steps with retries; a replay and the benchmark call them bare. State between steps is on disk.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import perf_counter

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.account import refused
from huimin.deliveries.calendar import RosterDue, load_calendar
from huimin.deliveries.damage import damaged_folders, refuse_damaged_archive, refuse_lost, remembered
from huimin.deliveries.hashes import Hashes
from huimin.deliveries.limits import digest_of_limits, load_limits
from huimin.deliveries.looks import Looks
from huimin.deliveries.reading import Order, judged_by, stand
from huimin.deliveries.receive import Received, receive
from huimin.deliveries.room import refuse_too_little_room
from huimin.deliveries.slots import InForce, Standing, resolve, rows_in_force
from huimin.deliveries.standard import finish_replacing, receipts
from huimin.errors import DeliveryError, PublishError, UsageError
from huimin.figures.column_use_known import known_use
from huimin.language import _
from huimin.matching.kept import NOTHING_KNOWN, KeptAnswers
from huimin.matching.match import match, unwatched
from huimin.matching.mount import mount
from huimin.matching.open_engine import DUCKDB, address_of, open_engine
from huimin.matching.policy import Policy
from huimin.matching.readings import Readings
from huimin.matching.rule import Rule
from huimin.nights.memory import machine_bytes
from huimin.project import Project
from huimin.quality.check import check
from huimin.quality.told import lay_told_deliveries
from huimin.returns.intake import Imported, import_inbox
from huimin.sheets import Limits
from huimin.store.access import analysts_of
from huimin.store.archive import Archive
from huimin.store.delivery import Delivery, Receipt
from huimin.store.disk import written_whole
from huimin.store.manifest import UsedDelivery
from huimin.store.opened import opened
from huimin.store.root import RESTRICTED_DIRECTORY, Root, empty, write_json
from huimin.store.rulings import Ruling, rulings_of, standing_rulings
from huimin.store.settings import ReadingPlace, Settings, load_settings
from huimin.tables.work import kept_whole, open_work

PEAKS = "peaks.jsonl"
"""The most MB of each step so far, in the run's work folder."""
RAN = "ran.json"
"""On which engine the rules ran, and for how many seconds each, in the run's work folder."""
KEPT = "kept"
"""What was found and made, in the run's work folder: kept for the next night once the run is published."""
READINGS = "readings.json"
"""The digests of all that the rules read, in the run's work folder: what is kept in parts is known by them."""


@dataclass(frozen=True)
class Night:
    """One run: where, when, by which contracts and rules. Small, so that it can pass between processes."""

    root: Root
    project: Project
    """The contracts, rules and views that it goes by."""
    run: str
    """`YYYYMMDDTHHMMSS-<6 hex>`."""
    run_date: date
    settle: float = 60.0
    """Seconds a file must have been left alone."""
    only: tuple[str, ...] = ()
    """Rules to run; a run of some rules never becomes latest."""
    engine: str = ""
    """The address of what runs the rules; empty: as the root settles it."""
    reading_place: ReadingPlace | None = None
    """Where deliveries are read; None: as the root settles it."""
    strict: bool | None = None
    """Whether columns that nobody reads are kept out of the standard rows; None: as the root settles it."""
    past: bool = False
    """Whether it is one of the past: what came later waits."""

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """Every contract by roster. Raises ContractError."""
        return self.project.contracts

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The whole catalogue by rule. Raises RuleError."""
        return self.project.rules

    @cached_property
    def policy(self) -> Policy:
        """The policy in force, with the root's own values. Raises RuleError."""
        return self.project.policy_of(self.root)

    @cached_property
    def limits(self) -> Limits:
        """How much a delivered file may ask for, by the root's own setting. Raises ContractError."""
        return load_limits(self.root.limits_override())

    @cached_property
    def calendar(self) -> Mapping[str, RosterDue]:
        """When every roster is due, by the root's own calendar. Raises ContractError."""
        return load_calendar(self.root.calendar(), self.contracts)

    @cached_property
    def settings(self) -> Settings:
        """What the root settles. Raises ContractError."""
        return load_settings(self.root)

    @property
    def reads_on_cluster(self) -> bool:
        """Whether deliveries are read by the engine's workers. Raises ContractError."""
        return (self.reading_place or self.settings.engine.reading_place) == "cluster"

    @property
    def is_strict(self) -> bool:
        """Whether columns that nobody reads are kept out of the standard rows. Raises ContractError."""
        return self.settings.strict_columns if self.strict is None else self.strict

    @cached_property
    def left_out(self) -> Mapping[str, frozenset[str]]:
        """By roster the columns that are kept out of its standard rows. Raises ContractError or RuleError."""
        if not self.is_strict:
            return {}
        use = known_use(self.project, self.root.cache)
        return {roster: use.unread(roster) for roster in self.contracts}

    @property
    def work(self) -> Path:
        """Scratch of this run."""
        return self.root.work / self.run

    @property
    def database(self) -> Path:
        """The work database."""
        return self.work / "work.duckdb"

    def open_work(self) -> duckdb.DuckDBPyConnection:
        """The work database, with as much memory and as many threads as the root's settings allow."""
        engine = self.settings.engine
        most = machine_bytes() // 2 if engine.memory_gib is None else engine.memory_gib * 1024**3
        return open_work(self.database, f"{most}B", engine.threads)


def open_night(night: Night) -> None:
    """Leaves the root ready for a run: places made, leftovers gone; contracts, rules and all that is settled, sound.

    Raises UsageError for a rule in `only` that the catalogue does not have.
    """
    night.root.prepare()
    opened(night.root)
    with written_whole(night.root.path):
        empty(night.root.work)
        for folder in (night.root.path, night.root.state):
            empty(folder, ".*.partial")
        Archive(night.root.archive).sweep()
        finish_replacing(night.root.standard)
        night.work.mkdir(mode=RESTRICTED_DIRECTORY)
    unknown = [rule for rule in night.only if rule not in night.rules]
    if unknown:
        raise UsageError(
            "--rules", _("no rule named {unknown}", unknown=", ".join(unknown)), _("see `huimin rules list`")
        )
    _read = night.contracts, night.rules, night.policy, night.limits, night.calendar, analysts_of(night.root)
    address = address_of(night.engine, night.settings.engine)
    if night.reads_on_cluster and address == DUCKDB:
        raise UsageError("--read-on", _("there is no cluster to read on"), _("give its address with --engine"))


def receive_step(night: Night, now: datetime, archive: Archive | None = None) -> Received:
    """The deliveries that are still to be read, archived.

    These are new ones, those read by another contract than today's or with other columns left out, those refused under
    other limits, and those whose folder was damaged. Raises PublishError when one to be read again is nowhere whole,
    and before anything is taken when the disk has too little room for what is new.
    """
    archive = archive or Archive(night.root.archive)
    with timed(night, "receive"):
        damaged = damaged_folders(night.root)
        known = {receipt.delivery.delivery: receipt for receipt in receipts(night.root, but=damaged)}
        first = {key: receipt.delivery for key, receipt in known.items()}
        refuse_too_little_room(night.root, first.values())
        place = night.root.looks("deliveries")
        looks = Looks.since(place, night.settle, now, night.past)
        hashes = Hashes.since(hashes_at(night.root))
        received = receive(
            night.root.inbox, archive, night.work, night.contracts.keys(), looks, night.run, night.limits, hashes
        )
        looks.remember(place)
        hashes.remember(hashes_at(night.root))
        found = {delivery.delivery: delivery for delivery in received.deliveries}
        again = remembered(night.root, damaged)
        refuse_lost(damaged, found.keys() | again.keys())
        unread = [
            delivery
            for key, delivery in {**found, **first, **again}.items()
            if key not in known or is_outdated(night, known[key])
        ]
        refuse_damaged_archive(archive, [delivery for delivery in unread if delivery.delivery not in found])
    return Received(tuple(unread), received.waiting, len(again) + len(archive.restored), received.found)


def hashes_at(root: Root) -> Path:
    """Where a run leaves to the next which bytes the files of the inbox have."""
    return root.cache / "inbox.json"


def verification_step(night: Night, now: datetime) -> tuple[tuple[Imported, ...], tuple[str, ...]]:
    """What became of the returned workbooks in the inbox, and the names of those that wait for the next run."""
    with timed(night, "verification"):
        return import_inbox(night.root, night.project, night.settle, now, night.past)


def is_outdated(night: Night, receipt: Receipt) -> bool:
    """Whether the delivery would be read otherwise today."""
    roster = receipt.delivery.roster
    if receipt.contract != digest_of(night, roster):
        return True
    if receipt.outcome == "refused":
        return bool(receipt.extra.get("limits") != digest_of_limits(night.limits))
    return {*receipt.left_out} != left_out_of(night, roster)


def left_out_of(night: Night, roster: str | None) -> frozenset[str]:
    """The columns of a roster that a strict night does not keep; none of a roster without a contract."""
    return night.left_out.get(roster or "", frozenset())


def digest_of(night: Night, roster: str | None) -> str:
    """Digest of the contract a roster is read by now; empty when there is none."""
    contract = night.contracts.get(roster or "")
    return contract.digest if contract else ""


def read_delivery(night: Night, delivery: Delivery, archive: Archive | None = None) -> Receipt:
    """The receipt of one archived delivery, whose rows, rejects and findings are in its folder when this returns.

    A file that brings out a fault of Huimin's own is refused and read again the next night; the others go on.
    """
    with timed(night, standardising(delivery)):
        return stand(wanted_of(night, delivery, archive), folder_of(night, delivery))


def standardising(delivery: Delivery) -> str:
    """The step under which the seconds of reading it are noted."""
    return f"standardise {delivery.roster}"


def folder_of(night: Night, delivery: Delivery) -> Path:
    """Where it stands once it is read."""
    contract = night.contracts.get(delivery.roster or "")
    return night.root.standardised(contract.roster if contract else None, delivery.delivery)


def wanted_of(night: Night, delivery: Delivery, archive: Archive | None = None) -> Order | Receipt:
    """What is to be read of an archived delivery; the refusal of one that is not read at all.

    One that a run used before is read as of the day that it was first read on, and so gives the same again. Raises
    PublishError when its bytes are gone.
    """
    archive = archive or Archive(night.root.archive)
    read_on = night.run_date
    if isinstance(delivery, UsedDelivery):
        read_on, delivery = delivery.read_on, delivery.plain()
    contract = night.contracts.get(delivery.roster or "")
    if delivery.problem or contract is None:
        advice = delivery.fix if delivery.problem else "放入 inbox/<roster>/ 文件夹"
        fault = DeliveryError(delivery.file, delivery.problem or "没有这个名册", advice)
        return judged_by(night.limits, refused(delivery, read_on, digest_of(night, delivery.roster), fault))
    place = archive.place(delivery.sha256)
    if not place.exists():
        raise PublishError(str(place), _("these archived bytes are gone"), _("restore the archive from a backup"))
    left_out = left_out_of(night, contract.roster)
    return Order(place.absolute(), delivery, contract, read_on, night.limits, left_out)


@dataclass(frozen=True)
class Checked:
    """What the gate decided."""

    kept_out: tuple[str, ...]
    """Deliveries that failed a critical expectation, by id."""
    rulings: tuple[Ruling, ...] = ()
    """What people had decided of deliveries when the night began to check, oldest first."""


def check_step(night: Night, rulings: tuple[Ruling, ...] | None = None) -> Checked:
    """Which deliveries are kept out; the expectations' results are in the work folder when this returns.

    `rulings`: by default all that the root has.
    """
    rulings = rulings_of(night.root) if rulings is None else rulings
    with timed(night, "check"):
        held = standing_rulings(rulings)
        judged = check(night.root, receipts(night.root), night.contracts, night.run_date, held)
        judged.leave(night.work)
    return Checked(tuple(sorted(judged.kept_out)), rulings)


def standings_of(night: Night, checked: Checked) -> tuple[Standing, ...]:
    """How every delivery stands after the gate."""
    return resolve(receipts(night.root), night.contracts, checked.kept_out, standing_rulings(checked.rulings))


def match_step(
    night: Night,
    checked: Checked,
    rules: Mapping[str, Rule] | None = None,
    reached: Callable[[float], None] = unwatched,
    policy: Policy | None = None,
) -> dict[str, int]:
    """Hits a rule; the work database holds them, and what is told of deliveries, when this returns.

    `rules`, `policy`: others than the catalogue's and those in force, for a trial; `reached` is called with the share
    of the rules that have run.
    """
    standings = standings_of(night, checked)
    night.database.unlink(missing_ok=True)
    with timed(night, "match"), closing(night.open_work()) as con, kept_whole(con):
        in_force = rows_in_force(night.root, standings, night.contracts)
        mount(con, night.contracts, in_force)
        settings, kept = night.settings.engine, night.work / "engine"
        with closing(open_engine(night.engine, settings, con, night.contracts, in_force, kept)) as engine:
            answers = known_answers(night, in_force, engine.version) if rules is None else NOTHING_KNOWN
            rules, views, only = rules or night.rules, night.project.views, night.only or None
            policy, most = policy or night.policy, settings.hits
            seconds = match(
                con, rules, views, policy, night.contracts, night.run_date, only, reached, answers, engine, most
            )
            write_json(night.work / RAN, {"engine": engine.version, "seconds": dict(seconds)})
        lay_told_deliveries(con, night.root, standings, night.work, night.contracts)
        return dict(con.execute("select rule, count(*) from hits group by rule order by rule").fetchall())


def known_answers(night: Night, in_force: Mapping[str, Sequence[InForce]], engine: str) -> KeptAnswers:
    """What the root's rules found before, as far as that engine would find it again."""
    readings = Readings.of(in_force, night.contracts, night.project.views, night.policy, night.run_date, engine)
    write_json(night.work / READINGS, dict(readings.digests))
    return KeptAnswers(night.root.cache, readings, in_force, night.work / KEPT)


def note_peak(night: Night, step: str, peak: float | None) -> None:
    """Notes the most MB that a step of the night had, for the manifest; of the last one nobody reads it any more."""
    if peak is not None and night.work.is_dir():
        with written_whole(night.root.path), (night.work / PEAKS).open("a") as notes:
            notes.write(json.dumps([step, round(peak)]) + "\n")


@contextmanager
def timed(night: Night, step: str) -> Iterator[None]:
    """Notes the seconds that the step took, for the manifest. Raises PublishError for a fault of the disk in it."""
    began = perf_counter()
    with written_whole(night.root.path):
        yield
        note_seconds(night, step, perf_counter() - began)


def note_seconds(night: Night, step: str, seconds: float) -> None:
    """Notes them for the manifest."""
    with (night.work / "seconds.jsonl").open("a") as notes:
        notes.write(json.dumps([step, round(seconds, 3)]) + "\n")

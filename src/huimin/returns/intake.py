"""Returned workbooks taken in: read, judged, recorded and answered, one file at a time, beside any run."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl

from huimin.deliveries.limits import digest_of_limits, load_limits
from huimin.deliveries.looks import Looks
from huimin.deliveries.receive import VERIFICATION, refuse_too_large
from huimin.errors import BusyError, DeliveryError, PublishError
from huimin.ledger.closing import close_finished
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_decisions
from huimin.ledger.records import Record, append, folder_of_records, held, records_of
from huimin.matching.rule import Rule
from huimin.project import Project
from huimin.returns.answer import write_answer
from huimin.returns.judge import BACK, BLANK, SAME, TAKEN
from huimin.returns.returned import ReturnedRow, read_returned
from huimin.returns.together import Bounds, bounds_of
from huimin.returns.verdicts import judge_rows
from huimin.sheets import Limits
from huimin.store.archive import Archive
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.inbox import Lying, lying_at, walk
from huimin.store.names import readable, shown
from huimin.store.root import Root
from huimin.tables.work import open_work
from huimin.zone import HERE

ReturnStatus = Literal["taken", "known", "refused"]


@dataclass(frozen=True)
class Imported:
    """What became of one returned file."""

    file: str
    sha256: str | None
    status: ReturnStatus
    """known: the same bytes came before, under this name or another."""
    record: str | None = None
    taken: int = 0
    unchanged: int = 0
    blank: int = 0
    sent_back: int = 0
    answers: tuple[Path, ...] = ()
    problem: str | None = None

    @property
    def is_usable(self) -> bool:
        """Whether something is taken now or was before, or there was nothing to take."""
        return self.problem is None and (self.taken + self.unchanged > 0 or not self.sent_back)


@dataclass(frozen=True)
class Desk:
    """Where returns are taken in, and by what they are judged there."""

    root: Root
    rules: Mapping[str, Rule]
    bounds: Bounds
    now: datetime

    @classmethod
    def of(cls, root: Root, project: Project, now: datetime) -> "Desk":
        """The desk of a root at that time. Raises RuleError for a wrong policy."""
        bounds = bounds_of(project.policy_of(root), now.astimezone(HERE).date())
        return cls(root, project.rules, bounds, now)


def import_file(root: Root, path: Path, project: Project, now: datetime) -> Imported:
    """What became of that file. Every decision is on disk, and told in the audit log, when this returns.

    Raises UsageError before the first run, BusyError when another import holds the records, RuleError for a wrong
    policy, PublishError when the root's disk takes no more or a record is damaged.
    """
    root.newest()
    desk = Desk.of(root, project, now)
    try:
        with lying_at(path, root.inbox) as lying:
            imported = taken_in(desk, lying)
    except DeliveryError as fault:
        imported = Imported(shown(readable(path.name)), None, "refused", problem=f"{fault.problem}。{fault.fix}")
    tell(root, now, imported)
    return imported


def import_inbox(
    root: Root, project: Project, settle: float, now: datetime, past: bool = False
) -> tuple[tuple[Imported, ...], tuple[str, ...]]:
    """What became of each settled file of ``inbox/verification`` that is new, and the names of those still waiting.

    A broken file stops nothing, and one that another import keeps out waits. Before the first run all wait. Plans that
    wait for nothing any more, because a drawn clue was exempted or an import was cut short, are closed. `past`: as
    `Night.past`. Raises RuleError for a wrong policy.
    """
    desk = Desk.of(root, project, now)
    place = root.looks(VERIFICATION)
    looks = Looks.since(place, settle, now, past)
    before = {record.record for record in records_of(root)}
    imported, waiting = [], []
    for lying in walk(root.inbox, VERIFICATION):
        one = None
        if root.latest() is not None and not looks.waits(lying):
            with suppress(BusyError):
                one = taken_or_refused(desk, lying)
        if one is None:
            waiting.append(shown(readable(str(lying.inside.relative_to(VERIFICATION)))))
        elif one.record not in before:
            tell(root, now, one)
            imported.append(one)
    looks.remember(place)
    if root.latest() is None:
        return (), tuple(waiting)
    with suppress(BusyError), written_whole(root.path), held(root):
        close_finished(root, now)
    return tuple(imported), tuple(waiting)


def taken_or_refused(desk: Desk, lying: Lying) -> Imported:
    """What became of the file, also when it brings out a fault of Huimin's own."""
    try:
        return taken_in(desk, lying)
    except (BusyError, PublishError, MemoryError):
        raise
    except (Exception, pl.exceptions.PanicException) as fault:
        problem = f"读取时程序出错（{type(fault).__name__}），请联系维护人员"
        return Imported(name_of(lying), None, "refused", problem=problem)


def name_of(lying: Lying) -> str:
    """The file's name as it is shown."""
    return shown(readable(lying.inside.name))


def tell(root: Root, now: datetime, imported: Imported) -> None:
    """One line of the audit log on what became of a file."""
    facts = {key: value for key, value in asdict(imported).items() if key != "answers"}
    note(root, now, "import", **facts)


def taken_in(desk: Desk, lying: Lying) -> Imported:
    """What became of a file, with its record on disk. The same bytes under another name get an answer of that name."""
    root = desk.root
    limits = load_limits(root.limits_override())
    file, digest = name_of(lying), None
    with written_whole(root.path):
        try:
            digest = archived(root, lying, file, limits)
            known = taken_before(records_of(root), digest, limits, file)
            if known:
                return told_of(known, "known")
            rows = read_returned(Archive(root.archive).place(digest), file, limits)
        except DeliveryError as fault:
            return refuse(root, file, digest, fault, limits, desk.now)
        with held(root):
            records = records_of(root)
            known = taken_before(records, digest, limits, file)
            if known:
                return told_of(known, "known")
            record = take(desk, file, digest, rows)
            close_finished(root, desk.now)
        imported = told_of(record, "taken")
        is_copy = taken_before(records, digest, limits) is not None and not imported.taken
        return replace(imported, status="known") if is_copy else imported


def archived(root: Root, lying: Lying, file: str, limits: Limits) -> str:
    """SHA-256 of the file's bytes, which are in the archive. Raises DeliveryError when they cannot be had."""
    refuse_too_large(lying.facts, limits)
    digest, source = None, lying.opened()
    if source is not None:
        with source:
            digest = Archive(root.archive).take(source)
    if digest is None:
        raise DeliveryError(file, "文件正在改动", "保存关闭后交回")
    return digest


def taken_before(records: Sequence[Record], digest: str, limits: Limits, file: str | None = None) -> Record | None:
    """The record of the same bytes, of that name if one is given.

    What was refused under other limits is looked at again.
    """
    own = digest_of_limits(limits)
    for record in records:
        is_named = file is None or record.receipt["file"] == file
        if record.sha256 == digest and is_named and record.receipt.get("limits", own) == own:
            return record
    return None


def refuse(root: Root, file: str, digest: str | None, fault: DeliveryError, limits: Limits, now: datetime) -> Imported:
    """What became of a file that cannot be read: it is remembered by its bytes, where those could be read."""
    problem = f"{fault.problem}。{fault.fix}"
    if digest is None:
        return Imported(file, None, "refused", problem=problem)
    with held(root):
        known = taken_before(records_of(root), digest, limits, file)
        judged_by = {"problem": problem, "limits": digest_of_limits(limits)}
        record = known or append(root, [], now, file=file, digest=digest, told=judged_by)
    return told_of(record, "known" if known else "refused")


def told_of(record: Record, status: ReturnStatus) -> Imported:
    """What a record says of the file that it came from; what was taken before is not taken now."""
    problem = record.receipt.get("problem")
    counts = Counter(record.receipt.get("rows", {}))
    taken = 0 if status == "known" else counts[TAKEN]
    unchanged = counts[SAME] + counts[TAKEN] - taken
    return Imported(
        record.receipt["file"], record.sha256, status, record.record, taken, unchanged, counts[BLANK], counts[BACK],
        tuple(record.answers()), problem,
    )  # fmt: skip


def take(desk: Desk, file: str, digest: str, rows: Sequence[ReturnedRow]) -> Record:
    """The new record of the return: its decisions and its answer. Inside `held`."""
    root = desk.root
    with closing(open_work(None)) as con:
        records = lay_current(con, root)
        lay_decisions(con, [record.decisions for record in records])
        answered = judge_rows(con, root, records, rows, desk.rules, desk.bounds)
    counts = Counter(one.judged.verdict for one in answered)
    decisions = [decision for one in answered for decision in one.judged.decisions]
    folder = Path(tempfile.mkdtemp(prefix=".answer", suffix=".partial", dir=folder_of_records(root)))
    try:
        answers = write_answer(folder, file, answered)
        files = {answer.name: answer for answer in answers}
        return append(root, decisions, desk.now, file=file, digest=digest, files=files, told={"rows": dict(counts)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)

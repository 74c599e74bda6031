"""Returned workbooks taken in: read, judged, recorded and answered, one file at a time, beside any run."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl

from huimin.deliveries.limits import digest_of_limits, load_limits
from huimin.deliveries.looks import Looks
from huimin.deliveries.receive import VERIFICATION, too_large
from huimin.errors import BusyError, DeliveryError, PublishError, UsageError
from huimin.ledger.closing import close_finished
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_decisions
from huimin.ledger.records import Record, append, folder_of_records, held, records_of
from huimin.matching.rule import Rule
from huimin.returns.answer import write_answer
from huimin.returns.judge import BACK, BLANK, SAME, TAKEN
from huimin.returns.returned import ReturnedRow, read_returned
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
    """known: the same bytes came before."""
    record: str | None = None
    taken: int = 0
    unchanged: int = 0
    blank: int = 0
    sent_back: int = 0
    answers: tuple[Path, ...] = ()
    problem: str | None = None

    @property
    def is_usable(self) -> bool:
        """Whether something was taken, or there was nothing new to take."""
        return self.problem is None and (self.taken > 0 or not self.sent_back)


def import_file(root: Root, path: Path, rules: Mapping[str, Rule], now: datetime) -> Imported:
    """What became of that file. Every decision is on disk, and told in the audit log, when this returns.

    Raises UsageError before the first run, BusyError when another import holds the records, PublishError when the
    root's disk takes no more or a record is damaged.
    """
    if root.latest() is None:
        raise UsageError(str(root.path), "nothing is published here yet", "run `huimin run` first")
    try:
        with lying_at(path, root.inbox) as lying:
            imported = taken_in(root, lying, rules, now)
    except DeliveryError as fault:
        imported = Imported(shown(readable(path.name)), None, "refused", problem=f"{fault.problem}。{fault.fix}")
    tell(root, now, imported)
    return imported


def import_inbox(
    root: Root, rules: Mapping[str, Rule], settle: float, now: datetime
) -> tuple[tuple[Imported, ...], tuple[str, ...]]:
    """What became of each settled file of ``inbox/verification`` that is new, and the names of those still waiting.

    A broken file stops nothing, and one that another import keeps out waits. Before the first run all wait. Plans that
    wait for nothing any more, because a drawn clue was exempted or an import was cut short, are closed.
    """
    place = root.looks(VERIFICATION)
    looks = Looks.since(place, settle, now)
    imported, waiting = [], []
    for lying in walk(root.inbox, VERIFICATION):
        one = None
        if root.latest() is not None and not looks.waits(lying):
            with suppress(BusyError):
                one = taken_or_refused(root, lying, rules, now)
        if one is None:
            waiting.append(shown(readable(str(lying.inside.relative_to(VERIFICATION)))))
        elif one.status != "known":
            tell(root, now, one)
            imported.append(one)
    looks.remember(place)
    if root.latest() is None:
        return (), tuple(waiting)
    with suppress(BusyError), written_whole(root.path), held(root):
        close_finished(root, now)
    return tuple(imported), tuple(waiting)


def taken_or_refused(root: Root, lying: Lying, rules: Mapping[str, Rule], now: datetime) -> Imported:
    """What became of the file, also when it brings out a fault of Huimin's own."""
    try:
        return taken_in(root, lying, rules, now)
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


def taken_in(root: Root, lying: Lying, rules: Mapping[str, Rule], now: datetime) -> Imported:
    """What became of a file, with its record on disk."""
    limits = load_limits(root.limits_override())
    file, digest = name_of(lying), None
    with written_whole(root.path):
        try:
            digest = archived(root, lying, file, limits)
            known = taken_before(records_of(root), digest, limits)
            if known:
                return told_of(known, "known")
            rows = read_returned(Archive(root.archive).place(digest), file, limits)
        except DeliveryError as fault:
            return refuse(root, file, digest, fault, limits, now)
        with held(root):
            known = taken_before(records_of(root), digest, limits)
            if known:
                return told_of(known, "known")
            record = take(root, file, digest, rows, rules, now)
            close_finished(root, now)
        return told_of(record, "taken")


def archived(root: Root, lying: Lying, file: str, limits: Limits) -> str:
    """SHA-256 of the file's bytes, which are in the archive. Raises DeliveryError when they cannot be had."""
    problem = lying.problem or too_large(lying.facts, limits)
    if problem:
        raise DeliveryError(file, problem, "重新保存后交回")
    digest, source = None, lying.opened()
    if source is not None:
        with source:
            digest = Archive(root.archive).take(source)
    if digest is None:
        raise DeliveryError(file, "文件正在改动", "保存关闭后交回")
    return digest


def taken_before(records: Sequence[Record], digest: str, limits: Limits) -> Record | None:
    """The record of the same bytes; what was refused under other limits is looked at again."""
    for record in records:
        if record.sha256 == digest and record.receipt.get("limits", digest_of_limits(limits)) == digest_of_limits(
            limits
        ):
            return record
    return None


def refuse(root: Root, file: str, digest: str | None, fault: DeliveryError, limits: Limits, now: datetime) -> Imported:
    """What became of a file that cannot be read: it is remembered by its bytes, where those could be read."""
    problem = f"{fault.problem}。{fault.fix}"
    if digest is None:
        return Imported(file, None, "refused", problem=problem)
    with held(root):
        known = taken_before(records_of(root), digest, limits)
        judged_by = {"problem": problem, "limits": digest_of_limits(limits)}
        record = known or append(root, [], now, file=file, digest=digest, told=judged_by)
    return told_of(record, "known" if known else "refused")


def told_of(record: Record, status: ReturnStatus) -> Imported:
    """What a record says of the file that it came from."""
    problem = record.receipt.get("problem")
    counts = Counter(record.receipt.get("rows", {}))
    return Imported(
        record.receipt["file"], record.sha256, status, record.record, counts[TAKEN], counts[SAME], counts[BLANK],
        counts[BACK], tuple(record.answers()), problem,
    )  # fmt: skip


def take(
    root: Root, file: str, digest: str, rows: Sequence[ReturnedRow], rules: Mapping[str, Rule], now: datetime
) -> Record:
    """The new record of the return: its decisions and its answer. Inside `held`."""
    today = now.astimezone(HERE).date()
    with closing(open_work(None)) as con:
        records = lay_current(con, root)
        lay_decisions(con, [record.decisions for record in records])
        answered = judge_rows(con, root, records, rows, rules, today)
    counts = Counter(one.judged.verdict for one in answered)
    decisions = [decision for one in answered for decision in one.judged.decisions]
    folder = Path(tempfile.mkdtemp(prefix=".answer", suffix=".partial", dir=folder_of_records(root)))
    try:
        answers = write_answer(folder, file, answered)
        files = {answer.name: answer for answer in answers}
        return append(root, decisions, now, file=file, digest=digest, files=files, told={"rows": dict(counts)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)

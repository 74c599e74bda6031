"""Returned workbooks taken in: read, judged, recorded and answered, one file at a time, beside any run."""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from huimin.archive import Archive
from huimin.audit import note
from huimin.disk import written_whole
from huimin.errors import BusyError, DeliveryError, PublishError, UsageError
from huimin.ledger import lay_decisions
from huimin.limits import digest_of_limits, load_limits
from huimin.receive import readable, returned_files, unread
from huimin.root import Root
from huimin.rule import Rule
from huimin.sheets import Limits
from huimin.verification.answer import Answered, locked_cells, write_answer
from huimin.verification.closing import close_finished
from huimin.verification.columns import CLUE_ID, FILLED, LOCKED, PLAN, PLAN_FILLED, SEAL, TARGET, seal
from huimin.verification.filled import Filled, read_filled
from huimin.verification.fold import lay_current
from huimin.verification.judge import BACK, BLANK, SAME, TAKEN, Judged, judge
from huimin.verification.known import known_clues
from huimin.verification.records import Record, append, folder_of_records, held, records_of
from huimin.verification.returned import ReturnedRow, read_returned
from huimin.verification.targets import drawn_targets, judge_target

Status = Literal["taken", "known", "refused"]
HERE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Imported:
    """What became of one returned file."""

    file: str
    status: Status
    """known: the same bytes were taken before."""
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
        return self.status != "refused" and (self.taken > 0 or not self.sent_back)


def import_file(root: Root, path: Path, rules: Mapping[str, Rule], now: datetime) -> Imported:
    """What became of that file. Every decision is on disk, and told in the audit log, when this returns.

    Raises UsageError before the first run, BusyError when another import holds the records, PublishError when the
    root's disk takes no more or a record is damaged.
    """
    if root.latest() is None:
        raise UsageError(str(root.path), "nothing is published here yet", "run `huimin run` first")
    limits = load_limits(root.limits_override())
    file, digest = readable(path.name), None
    with written_whole(root.path):
        try:
            problem = unread(path.lstat(), limits)
            if problem:
                raise DeliveryError(file, problem, "重新保存后交回")
            digest = Archive(root.archive).take(path)
            if digest is None:
                raise DeliveryError(file, "文件正在改动", "保存关闭后交回")
            known = taken_before(records_of(root), digest, limits)
            if known:
                return told(root, now, told_of(known, "known"), digest)
            rows = read_returned(Archive(root.archive).place(digest), file, limits)
        except DeliveryError as fault:
            return told(root, now, refuse(root, file, digest, fault, limits, now), digest)
        with held(root):
            known = taken_before(records_of(root), digest, limits)
            if known:
                return told(root, now, told_of(known, "known"), digest)
            record = take(root, file, digest, rows, rules, now)
            close_finished(root, now)
        return told(root, now, told_of(record, "taken"), digest)


def import_inbox(
    root: Root, rules: Mapping[str, Rule], settle: float, now: datetime
) -> tuple[tuple[Imported, ...], tuple[str, ...]]:
    """What became of each settled file of ``inbox/verification`` that is new, and the names of those still waiting.

    A broken file stops nothing, and one that another import keeps out waits. Before the first run all wait.
    """
    files, waiting = returned_files(root.inbox, settle, now)
    if root.latest() is None:
        return (), (*waiting, *(readable(file.name) for file in files))
    imported = []
    for file in files:
        try:
            one = import_file(root, file, rules, now)
        except BusyError:
            waiting.append(readable(file.name))
            continue
        except (PublishError, MemoryError):
            raise
        except (Exception, pl.exceptions.PanicException) as fault:
            problem = f"读取时程序出错（{type(fault).__name__}），请联系维护人员"
            one = told(root, now, Imported(readable(file.name), "refused", problem=problem), None)
        if one.status != "known":
            imported.append(one)
    return tuple(imported), tuple(waiting)


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
        return Imported(file, "refused", problem=problem)
    with held(root):
        known = taken_before(records_of(root), digest, limits)
        judged_by = {"problem": problem, "limits": digest_of_limits(limits)}
        record = known or append(root, [], now, file=file, digest=digest, told=judged_by)
    return told_of(record, "refused")


def told_of(record: Record, status: Status) -> Imported:
    """What a record says of the file that it came from."""
    problem = record.receipt.get("problem")
    counts = Counter(record.receipt.get("rows", {}))
    return Imported(
        record.receipt["file"], "refused" if problem else status, record.record, counts[TAKEN], counts[SAME],
        counts[BLANK], counts[BACK], tuple(sorted(record.folder.glob("answer*.xlsx"))), problem,
    )  # fmt: skip


def told(root: Root, now: datetime, imported: Imported, digest: str | None) -> Imported:
    """The same, once it stands in the audit log."""
    counts = {name: getattr(imported, name) for name in ("taken", "unchanged", "blank", "sent_back")}
    facts = {"file": imported.file, "sha256": digest, "status": imported.status, "record": imported.record}
    note(root, now, "import", **facts, **counts, problem=imported.problem)
    return imported


def take(
    root: Root, file: str, digest: str, rows: Sequence[ReturnedRow], rules: Mapping[str, Rule], now: datetime
) -> Record:
    """The new record of the return: its decisions and its answer. Inside `held`."""
    today = now.astimezone(HERE).date()
    with closing(duckdb.connect(config={"threads": 2})) as con:
        records = lay_current(con, root)
        lay_decisions(con, [record.decisions for record in records])
        answered = {
            **judge_ledger(con, root, records, rows, rules, today),
            **judge_plans(records, rows, today),
        }
    ordered = [answered[place] for place in range(len(rows))]
    counts = Counter(one.judged.verdict for one in ordered)
    decisions = [decision for one in ordered for decision in one.judged.decisions]
    folder = Path(tempfile.mkdtemp(prefix=".answer", suffix=".partial", dir=folder_of_records(root)))
    try:
        answers = write_answer(folder, file, ordered)
        files = {answer.name: answer for answer in answers}
        return append(root, decisions, now, file=file, digest=digest, files=files, told={"rows": dict(counts)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judge_ledger(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    records: Sequence[Record],
    rows: Sequence[ReturnedRow],
    rules: Mapping[str, Rule],
    today: date,
) -> dict[int, Answered]:
    """The rows of ledger sheets by their place among all rows, each with its verdict."""
    own = {place: row for place, row in enumerate(rows) if row.form == "ledger"}
    filled = dict(zip(own, read_filled([row.cells for row in own.values()], FILLED)))
    known = known_clues(con, records, {row.text(CLUE_ID) for row in own.values()})
    secret = root.secret()
    sealed = {place: is_sealed(secret, row) for place, row in own.items()}
    unlike = unlike_rows(own, filled)
    judged = {
        place: judge(row, filled[place], known.get(row.text(CLUE_ID)), sealed[place], today, unlike.get(place))
        for place, row in own.items()
    }
    judged |= dict(once(own, filled, judged))
    torn = sorted({row.text(CLUE_ID) for place, row in own.items() if not sealed[place]} & known.keys())
    restored = locked_cells(con, root, rules, torn)
    return {
        place: Answered(row, filled[place], judged[place], None if sealed[place] else restored.get(row.text(CLUE_ID)))
        for place, row in own.items()
    }


def is_sealed(secret: bytes, row: ReturnedRow) -> bool:
    """Whether nothing but the cells to fill in was changed."""
    return row.text(SEAL) == seal(secret, {column.title: row.cells.get(column.title) for column in LOCKED})


def unlike_rows(rows: Mapping[int, ReturnedRow], filled: Mapping[int, Filled]) -> dict[int, str]:
    """By place, what to say of each row whose clue or target stands in another row too, filled in otherwise."""
    said: dict[int, str] = {}
    for places in twins(rows, filled):
        if any(filled[place] != filled[places[0]] for place in places):
            lines = "、".join(str(rows[place].row) for place in places)
            reason = f"同一编号有几行，填得不一样（第 {lines} 行），都没有收：请只留一行"
            said |= dict.fromkeys(places, reason)
    return said


def once(
    rows: Mapping[int, ReturnedRow], filled: Mapping[int, Filled], judged: Mapping[int, Judged]
) -> Iterator[tuple[int, Judged]]:
    """New verdicts over rows that say again what another row of the file says."""
    for places in twins(rows, filled):
        for place in places[1:]:
            if judged[place].verdict == TAKEN:
                again = f"与第 {rows[places[0]].row} 行相同，只收一次"
                yield place, replace(judged[place], verdict=SAME, reasons=(again,), decisions=())


def twins(rows: Mapping[int, ReturnedRow], filled: Mapping[int, Filled]) -> Iterator[list[int]]:
    """The places of rows about one clue or target, where more than one is filled in."""
    by_key: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in rows.items():
        key = tuple(row.text(title) for title in (CLUE_ID, PLAN, TARGET))
        if any(key) and (filled[place].values or filled[place].faults):
            by_key[key].append(place)
    yield from (places for places in by_key.values() if len(places) > 1)


def judge_plans(records: Sequence[Record], rows: Sequence[ReturnedRow], today: date) -> dict[int, Answered]:
    """The rows of plans' sheets by their place among all rows, each with its verdict."""
    own = {place: row for place, row in enumerate(rows) if row.form == "plan"}
    if not own:
        return {}
    filled = dict(zip(own, read_filled([row.cells for row in own.values()], PLAN_FILLED)))
    drawn = drawn_targets(records, {row.text(PLAN) for row in own.values()})
    targets = {place: drawn.get((row.text(PLAN), row.text(TARGET))) for place, row in own.items()}
    unlike = unlike_rows(own, filled)
    judged = {
        place: judge_target(row, filled[place], targets[place], today, unlike.get(place)) for place, row in own.items()
    }
    judged |= dict(once(own, filled, judged))
    return {
        place: Answered(row, filled[place], judged[place], target.locked if (target := targets[place]) else None)
        for place, row in own.items()
    }

"""Whether a row of a spot check or of visits is taken: a household, person or clue that a plan drew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import polars as pl

from huimin.ledger.plans import UNFOUNDED_KINDS, PlanResult, plan_results
from huimin.ledger.records import Decision, DecisionKind, Record
from huimin.returns.filled import FilledCells, Value
from huimin.returns.judge import BLANK, SAME, TAKEN, JudgedRow, sent_back
from huimin.returns.returned import ReturnedRow
from huimin.returns.together import Fault
from huimin.sampling.forms import cells_of
from huimin.store.encrypted import scan
from huimin.workbooks.columns import PLAN, PLAN_FILLED, PLAN_LOCKED, RESULT, TARGET

TITLES = {column.name: column.title for column in PLAN_FILLED}
FOUND = tuple(TITLES)


@dataclass(frozen=True)
class DrawnTarget:
    """One target of a plan, and what was found there."""

    result: PlanResult
    is_clue: bool
    locked: Mapping[str, str | None]
    """By title, as it was handed out."""
    found: Mapping[str, Value]
    told_by: str


def drawn_targets(records: Sequence[Record], plans: set[str]) -> dict[tuple[str, str], DrawnTarget]:
    """Who the plans of these names drew for spot checks and visits, by plan and target."""
    results = results_by_target(records, plans)
    return {
        (result.plan.plan, row["target"]): DrawnTarget(
            result,
            row["sort"] == "clue",
            cells_of(result.plan, row),
            *results.get((result.plan.plan, row["target"]), ({}, "")),
        )
        for result in plan_results(records)
        if result.plan.plan in plans and result.plan.kind not in UNFOUNDED_KINDS
        for row in result.plan.targets().iter_rows(named=True)
    }


def results_by_target(
    records: Sequence[Record], plans: set[str]
) -> dict[tuple[str, str], tuple[dict[str, Value], str]]:
    """What was found of each target by plan and target, and who found it in which file."""
    found: dict[tuple[str, str], tuple[dict[str, Value], str]] = {}
    for record in records:
        decisions = scan(record.decisions).filter(pl.col("plan").is_in(list(plans)))
        for row in decisions.collect().iter_rows(named=True):
            key = (row["plan"], row["clue_id"] or row["target_key"])
            before, told_by = found.get(key, ({}, ""))
            own = {name: row[name] for name in FOUND if row[name] is not None}
            by = f"核查人 {row['verifier']}，{row['file']}" if row["outcome"] else told_by
            found[key] = ({**before, **own}, by)
    return found


def judge_target(
    row: ReturnedRow, filled: FilledCells, drawn: DrawnTarget | None, today: date, unlike: str | None = None
) -> JudgedRow:
    """The verdict over a row of a plan's sheet, with every fault of it, and the decision that it amounts to."""
    if row.broken:
        return sent_back([("", "这一行读不出来（内容过长或有损坏的字符），请从原件重填")], None)
    if drawn is None:
        return sent_back([(TARGET, f"“{PLAN}”“{TARGET}”不认识：不要改动编号，请在下发的抽查表上填写")], None)
    faults: list[Fault] = [(TARGET, unlike)] if unlike else []
    faults += [*edited(row, drawn), *filled.faults.items()]
    changed = {name: value for name, value in filled.values.items() if drawn.found.get(name) != value}
    if not changed and not faults:
        return JudgedRow(SAME if filled.values else BLANK)
    faults.extend(target_faults({**drawn.found, **filled.values}, changed, drawn, today))
    if faults:
        return sent_back(faults, None)
    said: dict[str, Any] = dict(changed)
    plan = drawn.result.plan
    key: dict[str, Any] = {"clue_id" if drawn.is_clue else "target_key": row.text(TARGET)}
    kind = cast(DecisionKind, plan.kind)
    return JudgedRow(
        TAKEN, decisions=(Decision(kind=kind, plan=plan.plan, sheet=row.sheet, row=row.row, **key, **said),)
    )


def edited(row: ReturnedRow, drawn: DrawnTarget) -> Iterator[Fault]:
    """The locked cells that are not as they were handed out."""
    titles = [
        column.title
        for column in PLAN_LOCKED
        if column.title in row.cells and plainly(row.cells[column.title]) != plainly(drawn.locked.get(column.title))
    ]
    for title in titles:
        yield title, f"“{title}”被改动过：只能改填写列，已按原样恢复，请核对后在本回执上填写交回"


def plainly(text: str | None) -> str:
    """The text without blanks and line ends."""
    return "".join((text or "").split())


def target_faults(
    found: Mapping[str, Any], changed: Mapping[str, Value], drawn: DrawnTarget, today: date
) -> Iterator[Fault]:
    """Why the finding about the target cannot be taken: what is missing, and what does not fit the plan or the day."""
    status = {"closed": "已结束", "withdrawn": "已撤回"}.get(drawn.result.status)
    if status:
        yield PLAN, f"这个抽查计划{status}，不再收结果"
    if "outcome" not in found:
        yield RESULT, f"“{RESULT}”没有填，其他各列就不能收"
    if "outcome" in changed and "outcome" in drawn.found:
        first = f"已收到结果“{drawn.found['outcome']}”（{drawn.told_by}）"
        yield RESULT, f"{first}，与本行“{changed['outcome']}”不同：请双方核对，以先收的为准"
    for name in ("verifier", "verified_on"):
        if name not in found:
            yield TITLES[name], f"填了“{RESULT}”，请填“{TITLES[name]}”"
    if "verified_on" in found and found["verified_on"] > today:
        yield TITLES["verified_on"], f"“{TITLES['verified_on']}”晚于今天（{today}），请改正"

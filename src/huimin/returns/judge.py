"""Whether a returned row is taken: what it says against where the clue stands, every fault in words to act upon."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from huimin.ledger.records import Decision
from huimin.ledger.states import (
    CLOSED,
    CONFIRMED,
    EXEMPT,
    GONE,
    OPEN,
    OUTCOMES,
    OVERTURNED,
    PARTLY,
    PENDING,
    RECHECK_OUTCOMES,
    RECHECKING,
    RECTIFYING,
    UNFOUNDED,
    UPHELD,
)
from huimin.returns.filled import FilledCells, Value
from huimin.returns.returned import ReturnedRow
from huimin.workbooks.columns import CLUE_ID, EVIDENCE_HASH, FILLED, OUTCOME

TAKEN, SAME, BLANK, BACK = "已收", "未变", "未填", "退回"
FOUND_TRUE = (CONFIRMED, PARTLY, OVERTURNED)
FOUND_NOTHING = (UNFOUNDED, UPHELD)
PROGRESS, PROGRESS_NAME = "整改进展", "progress"
TITLES = {column.name: column.title for column in FILLED}
LONGEST_NAME = 100
"""Characters of 核查人, several persons included."""
TOTALS = ("recovered_amount", "due_amount")
"""Sums over all that was ever found of the clue: they are kept when it opens again."""


@dataclass(frozen=True)
class Known:
    """Where a clue stands before a returned row is judged."""

    clue_id: str
    state: str
    plan: str | None = None
    plan_kind: str | None = None
    found: Mapping[str, Value] = field(default_factory=dict)
    """What was found and still stands, by the decision's column, and `progress`."""
    history: tuple[tuple[str | None, Mapping[str, Value]], ...] = ()
    """After every return: the evidence that was seen, and all that had been found by then."""
    told_by: str = ""
    """Who found it, in which file: for whoever found something else."""


@dataclass(frozen=True)
class JudgedRow:
    """What becomes of one returned row."""

    verdict: str
    reasons: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()
    """Titles of the cells that the reasons are about."""
    decisions: tuple[Decision, ...] = ()
    state: str = OPEN
    """Where the clue stands afterwards."""


Fault = tuple[str, str]
"""Title of a cell, and what is wrong with it."""


def judge(
    row: ReturnedRow, filled: FilledCells, known: Known | None, is_sealed: bool, today: date, unlike: str | None = None
) -> JudgedRow:
    """The verdict over a row of a ledger sheet, with every fault of it, and the decisions that it amounts to.

    `is_sealed`: nothing but the cells to fill in was changed. Days after `today` (Asia/Shanghai) are in the future.
    `unlike`: what to say when another row of the file says something else of the clue.
    """
    faults: list[Fault] = [(CLUE_ID, unlike)] if unlike else []
    if row.broken:
        return sent_back([("", "这一行读不出来（内容过长或有损坏的字符），请从台账原件重填")], known)
    if known is None:
        faults.append((CLUE_ID, "线索编号不认识：不要改动编号，请在下发的台账上填写"))
    if not is_sealed:
        faults.append(("", "填写列以外的单元格被改动过，或者行错了位：已按原样恢复，请核对后在本回执上填写交回"))
    faults.extend(filled.faults.items())
    if known is None:
        return sent_back(faults, known)
    changed = {name: value for name, value in filled.values.items() if known.found.get(name) != value}
    if not changed and not faults:
        return JudgedRow(SAME if filled.values else BLANK, state=known.state)
    if not faults and already_told(row, filled, known):
        return JudgedRow(SAME, (again(known),), state=known.state)
    if changed:
        faults.extend(transition_faults(filled.values, changed, known))
    if changed and known.state not in (CLOSED, EXEMPT):
        content = content_faults(merged(filled.values, known), changed, known, today)
        faults.extend(fault for fault in content if fault[0] not in filled.faults)
    return sent_back(faults, known) if faults else taken(row, filled.values, changed, known)


def sent_back(faults: list[Fault], known: Known | None) -> JudgedRow:
    """The verdict over a row with faults, each once."""
    reasons = tuple(dict.fromkeys(reason for _, reason in faults))
    return JudgedRow(
        BACK, reasons, frozenset(title for title, _ in faults if title), state=known.state if known else OPEN
    )


def already_told(row: ReturnedRow, filled: FilledCells, known: Known) -> bool:
    """Whether an earlier return said all this of the same evidence: an old copy that comes once more."""
    seen = row.text(EVIDENCE_HASH) or None
    return any(
        seen == evidence and all(found.get(name) == value for name, value in filled.values.items())
        for evidence, found in known.history
    )


def again(known: Known) -> str:
    """What to say of an old copy."""
    if known.state in (OPEN, GONE):
        return "这一行的认定此前已收；后来证据有变化，线索已重新打开，请在新台账上核查填写"
    if known.state == RECHECKING:
        return f"这一行的认定此前已收；线索正在复核，复核结果请填 {'或 '.join(RECHECK_OUTCOMES)}"
    return f"与此前收过的一份相同，线索后来已有更新（现在是“{known.state}”），旧表不再收；确要改回的，请在说明中写明"


def is_new_round(outcome: Value | None, known: Known) -> bool:
    """Whether the row finds anew, rather than adding to what was found."""
    return outcome is not None and (known.state in (OPEN, GONE, RECHECKING) or outcome != known.found.get("outcome"))


def merged(values: Mapping[str, Value], known: Known) -> dict[str, Any]:
    """All that is found once the row is taken."""
    if is_new_round(values.get("outcome"), known):
        return {name: value for name, value in known.found.items() if name in TOTALS} | dict(values)
    return {**known.found, **values}


def transition_faults(values: Mapping[str, Value], changed: Mapping[str, Value], known: Known) -> Iterator[Fault]:
    """Why the state of the clue does not allow what the row says."""
    outcome, stated = values.get("outcome"), changed.get("outcome")
    if known.state == CLOSED:
        yield "", f"线索已销号（{known.told_by}），不能再改" if known.told_by else "线索已销号，不能再改"
    elif known.state == EXEMPT:
        yield "", "线索有豁免备案，不需要核查；备案有误的，请先更正备案"
    elif known.state in (OPEN, GONE, PENDING):
        if outcome is None and known.state != PENDING:
            yield OUTCOME, f"“{OUTCOME}”没有填，其他各列就不能收"
        elif outcome in RECHECK_OUTCOMES:
            yield OUTCOME, f"线索没有抽中复核，“{OUTCOME}”只能填：{'、'.join(OUTCOMES)}"
    elif known.state == RECHECKING:
        if outcome not in RECHECK_OUTCOMES:
            yield OUTCOME, f"线索正在复核，“{OUTCOME}”只能填：{'、'.join(RECHECK_OUTCOMES)}"
    elif stated is not None:
        remedy = "查否的要改判，须抽中复核" if known.state == UNFOUNDED else "以先收的为准，有误的报请更正"
        first = f"已认定为“{known.found.get('outcome')}”（{known.told_by}）"
        yield OUTCOME, f"{first}，与本行“{stated}”不同：请双方核对；{remedy}"
    if PROGRESS_NAME in changed and merged(values, known).get("outcome") not in FOUND_TRUE:
        yield PROGRESS, f"“{PROGRESS}”只在查实、部分查实、改判查实以后填"


def content_faults(
    found: Mapping[str, Any], changed: Mapping[str, Value], known: Known, today: date
) -> Iterator[Fault]:
    """What is missing from, or does not fit into, all that would be found."""
    outcome, verified_on = found.get("outcome"), found.get("verified_on")
    if outcome is not None:
        for name in ("verifier", "verified_on"):
            if name not in found:
                yield TITLES[name], f"填了“{OUTCOME}”，请填“{TITLES[name]}”"
    if outcome in FOUND_TRUE and "handling" not in found:
        yield TITLES["handling"], f"“{OUTCOME}”是{outcome}，请填“{TITLES['handling']}”"
    if outcome in FOUND_NOTHING and "cause" not in found:
        yield TITLES["cause"], f"“{OUTCOME}”是{outcome}，请填“{TITLES['cause']}”"
    for name in ("verified_on", "rectified_on"):
        if name in found and found[name] > today:
            yield TITLES[name], f"“{TITLES[name]}”晚于今天（{today}），请改正"
    if len(found.get("verifier", "")) > LONGEST_NAME:
        yield TITLES["verifier"], f"“{TITLES['verifier']}”太长，只填姓名，情况写在说明里"
    deadline = found.get("deadline_on")
    if deadline is not None and verified_on is not None and deadline < verified_on:
        yield TITLES["deadline_on"], f"“{TITLES['deadline_on']}”早于“{TITLES['verified_on']}”，请改正"
    yield from money_faults(found)
    progress = changed.get(PROGRESS_NAME)
    if progress == RECTIFYING and deadline is None:
        yield TITLES["deadline_on"], f"“{PROGRESS}”是{RECTIFYING}，请填“{TITLES['deadline_on']}”"
    if progress == CLOSED:
        if "rectified_on" not in found:
            yield TITLES["rectified_on"], f"“{PROGRESS}”是{CLOSED}，请填“{TITLES['rectified_on']}”"
        if found.get("recovered_amount", Decimal(0)) < found.get("due_amount", Decimal(0)):
            title = TITLES["recovered_amount"]
            yield title, f"“{title}”还少于“{TITLES['due_amount']}”，追缴到位后才能销号"


def money_faults(found: Mapping[str, Any]) -> Iterator[Fault]:
    """Sums below zero, and more recovered than is due."""
    for name in TOTALS:
        if found.get(name, Decimal(0)) < 0:
            yield TITLES[name], f"“{TITLES[name]}”不能是负数"
    recovered, due = (found.get(name) for name in TOTALS)
    if recovered is not None and due is not None and recovered > due:
        yield TITLES["recovered_amount"], f"“{TITLES['recovered_amount']}”多于“{TITLES['due_amount']}”，请核对两个金额"


def taken(row: ReturnedRow, values: Mapping[str, Value], changed: Mapping[str, Value], known: Known) -> JudgedRow:
    """The verdict over a sound row, and what it decides, a decision a state that it passes."""
    anew = is_new_round(values.get("outcome"), known)
    steps = [str(values["outcome"])] if anew else []
    progress = changed.get(PROGRESS_NAME)
    if progress == CLOSED and known.state != RECTIFYING:
        steps.append(RECTIFYING)
    if progress is not None:
        steps.append(str(progress))
    said: dict[str, Any] = dict(values if anew else changed)
    said.pop(PROGRESS_NAME, None)
    is_recheck = known.state == RECHECKING
    shared: dict[str, Any] = {
        "kind": known.plan_kind if is_recheck else "ledger",
        "plan": known.plan if is_recheck else None,
        "clue_id": known.clue_id,
        "evidence_hash": row.text(EVIDENCE_HASH) or None,
        "sheet": row.sheet,
        "row": row.row,
    }
    first = Decision(**shared, **said, state=steps[0] if steps else None)
    rest = tuple(Decision(**shared, state=state) for state in steps[1:])
    return JudgedRow(TAKEN, decisions=(first, *rest), state=steps[-1] if steps else known.state)

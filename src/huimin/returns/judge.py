"""Whether a returned row is taken: what it says against where the clue stands, every fault in words to act upon."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huimin.ledger.records import Decision
from huimin.ledger.states import (
    CLOSED,
    EXEMPT,
    FOUND_TRUE,
    GONE,
    OPEN,
    OUTCOMES,
    PENDING,
    RECHECK_OUTCOMES,
    RECHECKING,
    RECTIFYING,
    UNFOUNDED,
)
from huimin.returns.filled import PROGRESS, PROGRESS_NAME, TOTALS, FilledCells, Value
from huimin.returns.known import Known
from huimin.returns.returned import ReturnedRow
from huimin.returns.together import Bounds, Fault, RowFinding, content_faults
from huimin.workbooks.columns import CLUE_ID, EVIDENCE_HASH, OUTCOME

TORN = (
    "填写列以外的单元格被改动过，或者行错了位，或者台账下发太早（其后换过密钥）无法核对："
    "已按原样恢复，请核对后在本回执上填写交回"
)
"""What to say of a row whose seal does not hold."""
TAKEN, SAME, BLANK, BACK = "已收", "未变", "未填", "退回"


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


def judge(
    row: ReturnedRow,
    filled: FilledCells,
    known: Known | None,
    is_sealed: bool,
    bounds: Bounds,
    unlike: str | None = None,
) -> JudgedRow:
    """The verdict over a row of a ledger sheet, with every fault of it, and the decisions that it amounts to.

    `is_sealed`: nothing but the cells to fill in was changed.
    `unlike`: what to say when another row of the file says something else of the clue.
    """
    faults: list[Fault] = [(CLUE_ID, unlike)] if unlike else []
    if row.broken:
        return sent_back([("", "这一行读不出来（内容过长或有损坏的字符），请从台账原件重填")], known)
    if known is None:
        faults.append((CLUE_ID, "线索编号不认识：不要改动编号，请在下发的台账上填写"))
    if not is_sealed:
        faults.append(("", TORN))
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
        anew = is_new_round(filled.values.get("outcome"), known)
        content = content_faults(RowFinding(merged(filled.values, known), changed, anew), known, bounds)
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

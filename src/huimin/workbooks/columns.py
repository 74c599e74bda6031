"""The columns of a ledger workbook: what its reader may see, what may be filled in, and the seal over the rest."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Literal

from huimin.ledger.states import CAUSES, CHECKED_OUTCOMES, CLOSED, HANDLINGS, METHODS, OUTCOMES, RECTIFYING


@dataclass(frozen=True)
class LockedColumn:
    """A column that is written and may not be changed."""

    title: str
    kind: Literal["text", "id", "integer", "money"] = "text"
    """An id is text that a spreadsheet must not take for a number."""
    width: int = 12
    hidden: bool = False
    sealed: bool = True


@dataclass(frozen=True)
class FilledColumn:
    """A column to fill in."""

    title: str
    name: str
    """Of the decision's column."""
    kind: Literal["choice", "choices", "text", "date", "money"]
    choices: tuple[str, ...] = ()
    width: int = 12
    is_past: bool = False
    """Whether a day after today is not taken."""
    needed: str = ""
    """The spreadsheet's condition, over other columns by their titles, on which an empty cell is still to be filled."""


CLUE_ID, SEAL, EVIDENCE_HASH = "线索编号", "校验码", "证据代码"
LOCKED = (
    LockedColumn("户序", "integer", 5, sealed=False),
    LockedColumn("姓名", width=8),
    LockedColumn("身份证号", "id", 19),
    LockedColumn("街道", width=8),
    LockedColumn("社区", width=8),
    LockedColumn("项目名称", width=10),
    LockedColumn("责任部门", width=8),
    LockedColumn("规则", width=10),
    LockedColumn("等级", width=7),
    LockedColumn("标的", "id", 11),
    LockedColumn("起止期间", width=10),
    LockedColumn("期数", "integer", 5),
    LockedColumn("涉及金额", "money", 11),
    LockedColumn("疑点概述", width=24),
    LockedColumn("证据", width=41),
    LockedColumn("上门核实", width=15),
    LockedColumn("可能误判", width=12),
    LockedColumn("政策依据", width=12),
    LockedColumn("提示", width=15),
    LockedColumn("当前状态", width=7),
    LockedColumn(CLUE_ID, "id", 17),
    LockedColumn(EVIDENCE_HASH, "id", hidden=True),
    LockedColumn(SEAL, "id", hidden=True, sealed=False),
)
"""What one needs at the door comes first: who, then what, then how it stands."""
OUTCOME = "核查结果"
_FOUND = '{核查结果}<>""'
_CONFIRMED = 'OR({核查结果}="查实",{核查结果}="部分查实",{核查结果}="改判查实")'
_UNFOUNDED = 'OR({核查结果}="查否",{核查结果}="查否维持")'
_TOLD = f'OR(AND({_UNFOUNDED},{{原因}}="其他"),AND({_CONFIRMED},{{处理方式}}="无需处理"))'
FILLED = (
    FilledColumn(OUTCOME, "outcome", "choice", OUTCOMES, 10),
    FilledColumn("原因", "cause", "choice", CAUSES, 10, needed=_UNFOUNDED),
    FilledColumn("核查方式", "methods", "choices", METHODS, 13),
    FilledColumn("核查人", "verifier", "text", width=10, needed=_FOUND),
    FilledColumn("核查日期", "verified_on", "date", width=11, is_past=True, needed=_FOUND),
    FilledColumn("处理方式", "handling", "choice", HANDLINGS, 12, needed=_CONFIRMED),
    FilledColumn("追缴金额", "recovered_amount", "money", width=11),
    FilledColumn("应追缴金额", "due_amount", "money", width=11, needed='{追缴金额}<>""'),
    FilledColumn("整改期限", "deadline_on", "date", width=11, needed=f'{{整改进展}}="{RECTIFYING}"'),
    FilledColumn("说明", "note", "text", width=22, needed=_TOLD),
    FilledColumn("整改进展", "progress", "choice", (RECTIFYING, CLOSED), 9),
    FilledColumn("整改完成日期", "rectified_on", "date", width=11, is_past=True, needed=f'{{整改进展}}="{CLOSED}"'),
)
"""The district's ten columns, and two by which a confirmed clue is rectified and closed."""
PLAN, TARGET, RESULT = "计划编号", "对象编号", "检查结果"
PLAN_LOCKED = (
    LockedColumn("姓名", width=10),
    LockedColumn("身份证号", "id", 19),
    LockedColumn("对象类型", width=10),
    LockedColumn("街道", width=12),
    LockedColumn("社区", width=12),
    LockedColumn("检查内容", width=44),
    LockedColumn(PLAN, "id", 23),
    LockedColumn(TARGET, "id", 18),
)
"""The sheet of a spot check or of visits; PLAN and TARGET say which drawn household, person or clue a row is."""
_CHECKED = '{检查结果}<>""'
PLAN_FILLED = (
    FilledColumn(RESULT, "outcome", "choice", CHECKED_OUTCOMES),
    FilledColumn("核查人", "verifier", "text", width=10, needed=_CHECKED),
    FilledColumn("核查日期", "verified_on", "date", is_past=True, needed=_CHECKED),
    FilledColumn("说明", "note", "text", width=30, needed='{检查结果}="发现问题"'),
)
"""What is filled in there. Drawn 查否 clues (recheck, cross) have the ledger's columns instead."""
VERDICT, REASON = "收件结果", "退回原因"
"""Columns of an answer: taken, unchanged, empty or sent back, and why."""


def seal(secret: bytes, cells: Mapping[str, str | None]) -> str:
    """16 hexadecimal characters over the sealed cells of a row, by title: known again however the file was saved.

    Line ends, outer spaces and the spelling of numbers do not count; an empty cell is None or "".
    """
    parts = [f"{column.title}={settled(column, cells.get(column.title))}" for column in LOCKED if column.sealed]
    return hmac.new(secret, ("ledger row:" + "\x1f".join(parts)).encode(), sha256).hexdigest()[:16]


def settled(column: LockedColumn, cell: str | None) -> str:
    """The cell's text as the seal takes it."""
    text = "\n".join(line.strip() for line in (cell or "").replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    text = text.strip()
    if column.kind in ("integer", "money") and text:
        try:
            return f"{Decimal(text.replace(',', '')):.2f}"
        except InvalidOperation:
            return text
    return text

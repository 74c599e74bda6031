"""The words that a ledger is kept in: states, outcomes, causes, methods, handlings, and which of them go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OPEN, GONE, EXEMPT = "待核查", "自然消除", "豁免"

CONFIRMED, PARTLY, UNFOUNDED, PENDING = "查实", "部分查实", "查否", "待定"

RECHECKING, UPHELD, OVERTURNED = "复核中", "查否维持", "改判查实"

FOUND_TRUE, FOUND_UNTRUE = (CONFIRMED, PARTLY, OVERTURNED), (UNFOUNDED, UPHELD)

RECTIFYING, CLOSED = "整改中", "已销号"

OUTCOMES = (CONFIRMED, PARTLY, UNFOUNDED, PENDING)
"""What a verification may find."""

RECHECK_OUTCOMES = (UPHELD, OVERTURNED)
"""What a re-check may find."""

OTHER_CAUSE = "其他"
CAUSES = ("数据错误", "规则误报", "政策例外", "违规享受", "工作失误", OTHER_CAUSE)

METHODS = ("听对象陈述", "查原始资料", "看实际现场", "问经手经办", "访左邻右舍")

NOTHING_TO_DO = "无需处理"
HANDLINGS = ("移送纪检监察", "整改纠正", "建章立制", NOTHING_TO_DO)

NO_MISTAKE = ("数据错误", "政策例外")
"""Causes by which a clue that was found true confirms nothing."""

FOUND_NOTHING, FOUND_SOMETHING = "未发现问题", "发现问题"
CHECKED_OUTCOMES = (FOUND_NOTHING, FOUND_SOMETHING)
"""What a visit to a household may find."""


@dataclass(frozen=True)
class Companions:
    """What may stand beside an outcome; an empty cell always may, where nothing else asks for it."""

    causes: tuple[str, ...]
    handlings: tuple[str, ...]
    money: bool
    """Whether there may be something to recover."""


_TRUE = Companions(("违规享受", "工作失误", OTHER_CAUSE), HANDLINGS, money=True)
_UNTRUE = Companions(("数据错误", "规则误报", "政策例外", OTHER_CAUSE), (NOTHING_TO_DO, "建章立制"), money=False)
GO_TOGETHER: Mapping[str, Companions] = MappingProxyType(
    {
        CONFIRMED: _TRUE,
        OVERTURNED: _TRUE,
        PARTLY: Companions(CAUSES, HANDLINGS, money=True),
        UNFOUNDED: _UNTRUE,
        UPHELD: _UNTRUE,
        PENDING: Companions(CAUSES, (), money=False),
    }
)
"""Outcome to what it goes with. What was found true was no false alarm, and what was found untrue recovers nothing."""

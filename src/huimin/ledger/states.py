"""The words that a ledger is kept in: states, outcomes, causes, methods, handlings."""

OPEN, GONE, EXEMPT = "待核查", "自然消除", "豁免"

CONFIRMED, PARTLY, UNFOUNDED, PENDING = "查实", "部分查实", "查否", "待定"

RECHECKING, UPHELD, OVERTURNED = "复核中", "查否维持", "改判查实"

RECTIFYING, CLOSED = "整改中", "已销号"

OUTCOMES = (CONFIRMED, PARTLY, UNFOUNDED, PENDING)
"""What a verification may find."""

RECHECK_OUTCOMES = (UPHELD, OVERTURNED)
"""What a re-check may find."""

CAUSES = ("数据错误", "规则误报", "政策例外", "违规享受", "工作失误", "其他")

METHODS = ("听对象陈述", "查原始资料", "看实际现场", "问经手经办", "访左邻右舍")

HANDLINGS = ("移送纪检监察", "整改纠正", "建章立制", "无需处理")

NO_MISTAKE = ("数据错误", "政策例外")
"""Causes by which a clue that was found true confirms nothing."""

FOUND_NOTHING, FOUND_SOMETHING = "未发现问题", "发现问题"
CHECKED_OUTCOMES = (FOUND_NOTHING, FOUND_SOMETHING)
"""What a visit to a household may find."""

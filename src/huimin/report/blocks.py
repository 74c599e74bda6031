"""The tables of the report's workbook, sheet by sheet: which figures stand where, under which headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huimin.ledger.states import (
    CLOSED,
    CONFIRMED,
    FOUND_SOMETHING,
    OPEN,
    OVERTURNED,
    PENDING,
    RECHECKING,
    RECTIFYING,
    UNFOUNDED,
)
from huimin.report.content import Content, Records
from huimin.report.month import Edition

ColumnKind = Literal["text", "count", "money", "percent", "share"]


@dataclass(frozen=True)
class ReportColumn:
    """One column of a sheet."""

    title: str
    name: str
    """Of the record's field."""
    kind: ColumnKind = "text"
    width: int = 12


@dataclass(frozen=True)
class ReportBlock:
    """One table of a sheet, under its own title. A record with `is_total` set stands out."""

    title: str
    columns: tuple[ReportColumn, ...]
    rows: Sequence[Mapping[str, Any]]
    empty: str = "没有"


def sheets(content: Content, edition: Edition | None) -> dict[str, list[ReportBlock]]:
    """The blocks of each sheet by its name, in order."""
    return {
        "进度": [*month_blocks(edition), *progress_blocks(content)],
        "零报送": [zero_block(content, edition)],
        "数据质量": quality_blocks(content),
        "交付": delivery_blocks(content),
        "交付看板": [
            ReportBlock(f"各单位名册：在用与应交（{content.run_date}）", BOARD, content.board, "没有在用或应交的名册")
        ],
        "查实率": rate_blocks(content),
        "变化": change_blocks(content),
        "趋势": [ReportBlock("历次运行（每天最后一次）", TREND, content.trend)],
        "涉及金额": money_blocks(content),
        "规则": rule_blocks(content),
    }


def month_blocks(edition: Edition | None) -> list[ReportBlock]:
    """What the month brought, and what it adds up to."""
    if edition is None:
        return []
    columns = (ReportColumn("指标", "title", width=24), ReportColumn("本月", "month"), ReportColumn("累计", "ever"))
    lines = [{"title": line.title, "month": line.month, "ever": line.ever} for line in edition.lines]
    return [ReportBlock(f"{edition.title}进展", columns, lines)]


def progress_blocks(content: Content) -> list[ReportBlock]:
    """How far the ledger is worked off."""
    whole = {**content.standing, "unit": "合计", "is_total": True}
    nothing = "台账上没有需要核查的线索"

    def block(title: str, head: str, rows: Records) -> ReportBlock:
        return ReportBlock(
            title, (ReportColumn(head, "unit", width=24), *PROGRESS), [*rows, whole] if rows else [], nothing
        )

    return [block("按街道", "街道", content.streets), block("按部门", "责任部门", content.departments)]


def zero_block(content: Content, edition: Edition | None) -> ReportBlock:
    """Who sent nothing."""
    kinds = {"street": "街道", "department": "部门"}
    entries = edition.zero if edition else content.zero
    rows = [
        {"unit": entry.unit, "kind": kinds[entry.kind], "finding": entry.finding, "told": entry.told}
        for entry in entries
    ]
    columns = (
        ReportColumn("街道、部门", "unit", width=24),
        ReportColumn("类别", "kind"),
        ReportColumn("情形", "finding"),
        ReportColumn("说明", "told", width=60),
    )
    return ReportBlock(
        f"零报送清单{f'（{edition.title}）' if edition else ''}", columns, rows, "没有零报送的街道和部门"
    )


def quality_blocks(content: Content) -> list[ReportBlock]:
    """What came from each department, and what it must correct."""
    cards = [{**row, "share": None if row["share"] is None else row["share"] / 100} for row in content.cards]
    return [
        ReportBlock("数据质量", CARDS, cards, "没有任何交付"),
        ReportBlock(
            f"待改正的行（见 restricted/{content.run}/workbooks/待改_部门.xlsx）", TO_CORRECT, content.to_correct
        ),
    ]


def delivery_blocks(content: Content) -> list[ReportBlock]:
    """What was sent back, what is stale, what never came, and what is doubtful in the rest."""
    absent = [{"title": title} for title in content.absent]
    return [
        ReportBlock("退回的交付", (*DELIVERY, TO_DO), content.refused),
        ReportBlock("陈旧的交付", DELIVERY, content.stale),
        ReportBlock("从未交付的名册", (ReportColumn("名册", "title", width=30),), absent),
        ReportBlock("主要质量问题", FAILED, content.failed),
    ]


def rate_blocks(content: Content) -> list[ReportBlock]:
    """What verification has shown so far."""

    def block(title: str, rows: Records, checked: str, positive: str, rate: str) -> ReportBlock:
        columns = (
            ReportColumn("范围", "title", width=30),
            ReportColumn(checked, "checked", "count"),
            ReportColumn(positive, "positive", "count"),
            ReportColumn(rate, "rate", "percent"),
            ReportColumn("区间下限", "low", "percent"),
            ReportColumn("区间上限", "high", "percent"),
            ReportColumn("提请复审", "asks"),
        )
        told = [{**row, "asks": "是" if row["review"] else None, "is_total": row["by"] == "all"} for row in rows]
        return ReportBlock(title, columns, told, "尚无核查结果")

    return [
        block("查实率（Wilson 95% 区间）", content.hits, "已核查", CONFIRMED, "查实率"),
        block("复核改判率", content.overturns, "已复核", OVERTURNED, "改判率"),
        block("抽查发现问题率", content.spots, "已抽查", FOUND_SOMETHING, "问题率"),
    ]


def change_blocks(content: Content) -> list[ReportBlock]:
    """New, changed and vanished clues since the run before."""
    counts = (
        ReportColumn("新增", "added", "count"),
        ReportColumn("变化", "changed", "count"),
        ReportColumn("消失", "vanished", "count"),
    )
    whole = {name: sum(row[name] for row in content.changes) for name in ("added", "changed", "vanished")}
    total = {**whole, "title": "合计", "street": "合计", "is_total": True}
    by_rule = [*content.changes, total] if content.changes else []
    by_street = [*content.changes_by_street, total] if content.changes else []
    return [
        ReportBlock("按规则", (ReportColumn("规则", "title", width=30), *counts), by_rule, "没有变化"),
        ReportBlock("按街道", (ReportColumn("街道", "street", width=24), *counts), by_street, "没有变化"),
    ]


def money_blocks(content: Content) -> list[ReportBlock]:
    """Money at risk, each yuan once."""
    amount = ReportColumn("涉及金额（元）", "amount", "money", 18)
    return [
        ReportBlock("按街道", (ReportColumn("街道", "label", width=24), amount), content.money_by_street),
        ReportBlock("按项目", (ReportColumn("项目", "label", width=36), amount), content.money_by_item),
    ]


def rule_blocks(content: Content) -> list[ReportBlock]:
    """Clues by rule, and the rules that did not run or did not see everything."""
    tier = ReportColumn("等级", "tier", "count")
    head = ReportColumn("规则", "title", width=30)
    rate = ReportColumn("采用的查实率", "hit_rate", "percent")
    why = (head, ReportColumn("原因", "told", width=40))
    return [
        ReportBlock("线索", (head, tier, ReportColumn("线索", "clues", "count"), rate), content.by_rule),
        ReportBlock("没有运行的规则", why, content.skipped),
        ReportBlock("使用了陈旧数据的规则", why, content.on_stale),
        ReportBlock("没有判断的期间", (head, ReportColumn("期间数", "periods_not_judged", "count")), content.unjudged),
    ]  # fmt: skip


PROGRESS = (
    ReportColumn("线索", "clues", "count"),
    ReportColumn(OPEN, "open", "count"),
    ReportColumn("逾期", "overdue", "count"),
    ReportColumn(PENDING, "pending", "count"),
    ReportColumn(CONFIRMED, "confirmed", "count"),
    ReportColumn(UNFOUNDED, "unfounded", "count"),
    ReportColumn(RECHECKING, "rechecking", "count"),
    ReportColumn(RECTIFYING, "mending", "count"),
    ReportColumn(CLOSED, "closed", "count"),
    ReportColumn("应追缴（元）", "due_amount", "money", 14),
    ReportColumn("已追缴（元）", "recovered_amount", "money", 14),
)
CARDS = (
    ReportColumn("部门", "department", width=24),
    ReportColumn("交付文件", "files", "count"),
    ReportColumn("接收行", "accepted", "count"),
    ReportColumn("待改正行", "rejected", "count"),
    ReportColumn("待改正率", "share", "share"),
    ReportColumn("已改正行", "mended", "count"),
    ReportColumn("重交仍错", "again", "count"),
    ReportColumn("重交未见", "gone", "count"),
    ReportColumn("退回文件", "refused", "count"),
    ReportColumn("陈旧文件", "stale", "count"),
)
TO_CORRECT = (
    ReportColumn("部门", "department", width=24),
    ReportColumn("名册", "roster", width=20),
    ReportColumn("列", "column"),
    ReportColumn("原因", "reason", width=24),
    ReportColumn("次数", "count", "count"),
)
DELIVERY = (
    ReportColumn("名册", "title", width=30),
    ReportColumn("单位", "unit", width=30),
    ReportColumn("文件", "file", width=30),
    ReportColumn("说明", "problem", width=60),
)
TO_DO = ReportColumn("怎样改", "fix", width=40)
BOARD = (
    ReportColumn("名册", "title", width=28),
    ReportColumn("单位", "unit", width=18),
    ReportColumn("部门", "department", width=16),
    ReportColumn("最近一期", "newest"),
    ReportColumn("距期末天数", "age_days", "count"),
    ReportColumn("下一期", "period"),
    ReportColumn("截止日", "due_on"),
    ReportColumn("逾期天数", "days_overdue", "count"),
    ReportColumn("说明", "told", width=24),
)
FAILED = (
    ReportColumn("名册", "roster", width=30),
    ReportColumn("期望", "promise", width=30),
    ReportColumn("程度", "severity"),
    ReportColumn("不满足行", "unexpected", "count"),
)
TREND = (
    ReportColumn("运行日", "run_date", width=24),
    ReportColumn("线索", "clues", "count"),
    ReportColumn(OPEN, "open", "count"),
    ReportColumn(CONFIRMED, "confirmed", "count"),
    ReportColumn(UNFOUNDED, "unfounded", "count"),
    ReportColumn(CLOSED, "closed", "count"),
    ReportColumn("涉及金额（元）", "amount_at_risk", "money", 18),
    ReportColumn("发放（元）", "paid", "money", 18),
    ReportColumn("已追缴（元）", "recovered_amount", "money", 14),
    ReportColumn("退回文件", "refused", "count"),
    ReportColumn("待改正行", "rows_rejected", "count"),
    ReportColumn("运行编号", "run", width=24),
)

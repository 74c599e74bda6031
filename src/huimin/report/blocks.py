"""The tables of the report's workbook, sheet by sheet: which figures stand where, under which headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huimin.report.content import Content, Records
from huimin.report.month import Edition

Kind = Literal["text", "count", "money", "percent", "share"]


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    title: str
    name: str
    """Of the record's field."""
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True)
class Block:
    """One table of a sheet, under its own title. A record with `is_total` set stands out."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    empty: str = "没有"


def sheets(content: Content, edition: Edition | None) -> dict[str, list[Block]]:
    """The blocks of each sheet by its name, in order."""
    return {
        "进度": [*month_blocks(edition), *progress_blocks(content)],
        "零报送": [zero_block(content, edition)],
        "数据质量": quality_blocks(content),
        "交付": delivery_blocks(content),
        "查实率": rate_blocks(content),
        "变化": change_blocks(content),
        "趋势": [Block("历次运行（每天最后一次）", TREND, content.trend)],
        "涉及金额": money_blocks(content),
        "规则": rule_blocks(content),
    }


def month_blocks(edition: Edition | None) -> list[Block]:
    """What the month brought, and what it adds up to."""
    if edition is None:
        return []
    columns = (Column("指标", "title", width=24), Column("本月", "month"), Column("累计", "ever"))
    lines = [{"title": line.title, "month": line.month, "ever": line.ever} for line in edition.lines]
    return [Block(f"{edition.title}进展", columns, lines)]


def progress_blocks(content: Content) -> list[Block]:
    """How far the ledger is worked off."""
    whole = {**content.standing, "unit": "合计", "is_total": True}
    nothing = "台账上没有需要核查的线索"

    def block(title: str, head: str, rows: Records) -> Block:
        return Block(title, (Column(head, "unit", width=24), *PROGRESS), [*rows, whole] if rows else [], nothing)

    return [block("按街道", "街道", content.streets), block("按部门", "责任部门", content.departments)]


def zero_block(content: Content, edition: Edition | None) -> Block:
    """Who sent nothing."""
    kinds = {"street": "街道", "department": "部门"}
    entries = edition.zero if edition else content.zero
    rows = [
        {"unit": entry.unit, "kind": kinds[entry.kind], "finding": entry.finding, "told": entry.told}
        for entry in entries
    ]
    columns = (
        Column("街道、部门", "unit", width=24),
        Column("类别", "kind"),
        Column("情形", "finding"),
        Column("说明", "told", width=60),
    )
    return Block(f"零报送清单{f'（{edition.title}）' if edition else ''}", columns, rows, "没有零报送的街道和部门")


def quality_blocks(content: Content) -> list[Block]:
    """What came from each department, and what it must mend."""
    cards = [{**row, "share": None if row["share"] is None else row["share"] / 100} for row in content.cards]
    return [
        Block("数据质量", CARDS, cards, "没有任何交付"),
        Block(f"待改正的行（见 restricted/{content.run}/workbooks/待改_部门.xlsx）", TO_MEND, content.to_mend),
    ]


def delivery_blocks(content: Content) -> list[Block]:
    """What was sent back, what is stale, what never came, and what is doubtful in the rest."""
    absent = [{"title": title} for title in content.absent]
    return [
        Block("退回的交付", DELIVERY, content.refused),
        Block("陈旧的交付", DELIVERY, content.stale),
        Block("从未交付的名册", (Column("名册", "title", width=30),), absent),
        Block("主要质量问题", FAILED, content.failed),
    ]


def rate_blocks(content: Content) -> list[Block]:
    """What verification has shown so far."""

    def block(title: str, rows: Records, checked: str, positive: str, rate: str) -> Block:
        columns = (
            Column("范围", "title", width=30),
            Column(checked, "checked", "count"),
            Column(positive, "positive", "count"),
            Column(rate, "rate", "percent"),
            Column("区间下限", "low", "percent"),
            Column("区间上限", "high", "percent"),
            Column("提请复审", "asks"),
        )
        told = [{**row, "asks": "是" if row["review"] else None, "is_total": row["by"] == "all"} for row in rows]
        return Block(title, columns, told, "尚无核查结果")

    return [
        block("查实率（Wilson 95% 区间）", content.hits, "已核查", "查实", "查实率"),
        block("复核改判率", content.overturns, "已复核", "改判查实", "改判率"),
        block("抽查发现问题率", content.spots, "已抽查", "发现问题", "问题率"),
    ]


def change_blocks(content: Content) -> list[Block]:
    """New, changed and vanished clues since the run before."""
    counts = (Column("新增", "added", "count"), Column("变化", "changed", "count"), Column("消失", "vanished", "count"))
    whole = {name: sum(row[name] for row in content.changes) for name in ("added", "changed", "vanished")}
    total = {**whole, "title": "合计", "street": "合计", "is_total": True}
    by_rule = [*content.changes, total] if content.changes else []
    by_street = [*content.changes_by_street, total] if content.changes else []
    return [
        Block("按规则", (Column("规则", "title", width=30), *counts), by_rule, "没有变化"),
        Block("按街道", (Column("街道", "street", width=24), *counts), by_street, "没有变化"),
    ]


def money_blocks(content: Content) -> list[Block]:
    """Money at risk, each yuan once."""
    amount = Column("涉及金额（元）", "amount", "money", 18)
    return [
        Block("按街道", (Column("街道", "label", width=24), amount), content.money_by_street),
        Block("按项目", (Column("项目", "label", width=36), amount), content.money_by_item),
    ]


def rule_blocks(content: Content) -> list[Block]:
    """Clues by rule, and the rules that did not run or did not see everything."""
    tiers = tuple(Column(f"{tier} 级", f"tier_{tier}", "count") for tier in (1, 2, 3, 0))
    head = Column("规则", "title", width=30)
    why = (head, Column("原因", "told", width=40))
    return [
        Block("线索", (head, Column("线索", "clues", "count"), *tiers, Column("采用的查实率", "hit_rate", "percent")),
              content.by_rule),
        Block("没有运行的规则", why, content.skipped),
        Block("使用了陈旧数据的规则", why, content.on_stale),
        Block("没有判断的期间", (head, Column("期间数", "periods_not_judged", "count")), content.unjudged),
    ]  # fmt: skip


PROGRESS = (
    Column("线索", "clues", "count"),
    Column("待核查", "open", "count"),
    Column("逾期", "overdue", "count"),
    Column("待定", "pending", "count"),
    Column("查实", "confirmed", "count"),
    Column("查否", "unfounded", "count"),
    Column("复核中", "rechecking", "count"),
    Column("整改中", "mending", "count"),
    Column("已销号", "closed", "count"),
    Column("应追缴（元）", "due_amount", "money", 14),
    Column("已追缴（元）", "recovered_amount", "money", 14),
)
CARDS = (
    Column("部门", "department", width=24),
    Column("交付文件", "files", "count"),
    Column("接收行", "accepted", "count"),
    Column("待改正行", "rejected", "count"),
    Column("待改正率", "share", "share"),
    Column("已改正行", "mended", "count"),
    Column("重交仍错", "again", "count"),
    Column("重交未见", "gone", "count"),
    Column("退回文件", "refused", "count"),
    Column("陈旧文件", "stale", "count"),
)
TO_MEND = (
    Column("部门", "department", width=24),
    Column("名册", "roster", width=20),
    Column("列", "column"),
    Column("原因", "reason", width=24),
    Column("次数", "count", "count"),
)
DELIVERY = (
    Column("名册", "title", width=30),
    Column("单位", "unit", width=30),
    Column("文件", "file", width=30),
    Column("说明", "problem", width=60),
)
FAILED = (
    Column("名册", "roster", width=30),
    Column("期望", "promise", width=30),
    Column("程度", "severity"),
    Column("不满足行", "unexpected", "count"),
)
TREND = (
    Column("运行日", "run_date", width=24),
    Column("线索", "clues", "count"),
    Column("待核查", "open", "count"),
    Column("查实", "confirmed", "count"),
    Column("查否", "unfounded", "count"),
    Column("已销号", "closed", "count"),
    Column("涉及金额（元）", "amount_at_risk", "money", 18),
    Column("已追缴（元）", "recovered_amount", "money", 14),
    Column("退回文件", "refused", "count"),
    Column("待改正行", "rows_rejected", "count"),
    Column("运行编号", "run", width=24),
)

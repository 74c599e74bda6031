"""What a report says, gathered once from the published tables: page and workbook show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.calendar import RosterDue
from huimin.feedback.workbook import in_words
from huimin.figures.brake import Held
from huimin.ledger.states import OPEN
from huimin.matching.rule import Rule
from huimin.report import figures, scorecard
from huimin.report.board import board, board_by_roster, board_records
from huimin.report.charts import Curve, curve
from huimin.report.form import FormTable, statistics_parts
from huimin.report.zero import ZeroReport, zero_reports
from huimin.tables.declared import STATISTICS, ordered_select
from huimin.tables.sql import rows_of

NO_STREET = "（未填街道）"
NO_DEPARTMENT = "（未知部门）"
LAST_RUNS = 60
"""Days that a curve shows."""
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Content:
    """Everything that a report says of a run. Records have the columns of the query or table named."""

    run: str
    run_date: date
    parts: tuple[FormTable, ...]
    totals: Mapping[str, Any]
    """Of `clues`, money, rules; is_later: another run came before."""
    standing: Mapping[str, Any]
    """The row of `progress` that counts all."""
    streets: Records
    departments: Records
    zero: tuple[ZeroReport, ...]
    trend: Records
    """Oldest first, the last run of each day."""
    hits: Records
    overturns: Records
    spots: Records
    by_rule: Records
    money_by_street: Records
    """label and amount, the largest first."""
    money_by_item: Records
    cards: Records
    to_correct: Records
    refused: Records
    stale: Records
    failed: Records
    board: Records
    """Of each unit's roster what is in force and what is due on the run date, the longest overdue first."""
    board_by_roster: Records
    absent: tuple[str, ...]
    """Titles of rosters never delivered."""
    skipped: Records
    on_stale: Records
    """Rules that ran on stale rosters."""
    unjudged: Records
    changes: Records
    changes_by_street: Records
    held: Held | None = None
    """Why the run is held; titles in the place of rule and item ids."""

    @property
    def verified(self) -> int:
        """Clues that somebody verified."""
        return int(self.standing["confirmed"] + self.standing["unfounded"] + self.standing["pending"])

    @property
    def overdue(self) -> list[Mapping[str, Any]]:
        """The lines of the board that are overdue."""
        return [row for row in self.board if row["days_overdue"]]

    @property
    def review(self) -> list[Mapping[str, Any]]:
        """The rules, by tier, whose hit rate asks for a review."""
        return [row for row in self.hits if row["by"] == "rule" and row["review"]]

    @property
    def curves(self) -> list[Curve]:
        """How the figures moved; none before the second day."""
        if len(self.trend) < 2:
            return []
        return [moved(self.trend, name, title, unit) for name, title, unit in CURVES]


CURVES = (
    ("open", OPEN, "条"),
    ("closed", "已销号（累计）", "条"),
    ("amount_at_risk", "涉及金额", "万元"),
    ("recovered_amount", "追缴到位（累计）", "万元"),
    ("confirmed", "查实（累计）", "条"),
    ("rows_rejected", "待改正的行", "行"),
)


def gather_content(
    con: duckdb.DuckDBPyConnection,
    run: str,
    run_date: date,
    contracts: Mapping[str, Contract],
    rules: Mapping[str, Rule],
    calendar: Mapping[str, RosterDue],
    held: Held | None = None,
) -> Content:
    """What is to be said of the run whose published tables the connection holds; titles instead of ids.

    `contracts` and `rules` give rosters, departments and rules their Chinese titles; without them their ids are shown.
    `calendar` says when these contracts' rosters are due: the board is as of the run date, and so is a replay's.
    """
    lines = board(con, calendar, run_date)
    titles = {name: contract.title for name, contract in contracts.items()}
    deliveries = rows_of(con, scorecard.DELIVERIES_SQL)
    delivered = {row["roster"] for row in deliveries}

    def of_rules(sql: str) -> Records:
        rows = rows_of(con, sql)
        return [{**row, "title": rules[row["rule"]].title if row["rule"] in rules else row["rule"]} for row in rows]

    def rates(measure: str) -> Records:
        rows = rows_of(con, figures.RATES_SQL, measure=measure)
        return [{**row, "title": rate_title(row, rules)} for row in rows]

    def listed(status: str) -> Records:
        rows = (row for row in deliveries if (row["stale"] if status == "stale" else row["status"] == status))
        return [
            {
                **row,
                "title": scorecard.title_of(row["roster"], contracts),
                "problem": in_words(row["problem"] or "", contracts.get(row["roster"] or "")),
            }
            for row in rows
        ]

    return Content(
        run=run,
        run_date=run_date,
        parts=statistics_parts(rows_of(con, ordered_select(STATISTICS))),
        totals=rows_of(con, figures.TOTALS_SQL, run=run, run_date=run_date)[0],
        standing=rows_of(con, figures.PROGRESS_SQL, by="all")[0],
        streets=named(rows_of(con, figures.PROGRESS_SQL, by="street"), NO_STREET),
        departments=named(rows_of(con, figures.PROGRESS_SQL, by="department"), NO_DEPARTMENT),
        zero=zero_reports(con, contracts),
        trend=rows_of(con, figures.TREND_SQL, most=LAST_RUNS)[::-1],
        hits=rates("hit"),
        overturns=rates("overturn"),
        spots=rates("spot"),
        by_rule=rows_of(con, figures.BY_RULE_SQL),
        money_by_street=money(rows_of(con, figures.BY_STREET_SQL), {None: NO_STREET}),
        money_by_item=money(rows_of(con, figures.BY_ITEM_SQL), titles),
        cards=scorecard.scorecard(con, deliveries, contracts),
        to_correct=scorecard.rows_to_correct(con, contracts),
        refused=listed("refused"),
        stale=listed("stale"),
        failed=scorecard.failed_expectations(con, contracts),
        board=board_records(lines, contracts),
        board_by_roster=board_by_roster(lines, contracts),
        absent=tuple(title for name, title in titles.items() if name not in delivered),
        skipped=[{**row, "told": reason_text(row["why"], titles)} for row in of_rules(figures.SKIPPED_SQL)],
        on_stale=[{**row, "told": reason_text(row["why"], titles)} for row in of_rules(figures.STALE_RULES_SQL)],
        unjudged=of_rules(figures.UNJUDGED_SQL),
        changes=of_rules(figures.CHANGES_SQL),
        changes_by_street=[
            {**row, "street": row["street"] or NO_STREET} for row in rows_of(con, figures.CHANGES_BY_STREET_SQL)
        ],
        held=held and titled(held, titles, {name: rule.title for name, rule in rules.items()}),
    )


def titled(held: Held, rosters: Mapping[str, str], rules: Mapping[str, str]) -> Held:
    """The same with titles in the place of ids."""
    jumps = [
        replace(jump, value=(rules if jump.by == "rule" else rosters).get(jump.value, jump.value))
        for jump in held.jumps
    ]
    arrived = [(rosters.get(roster, roster), file, delivery) for roster, file, delivery in held.arrived]
    return replace(held, jumps=tuple(jumps), arrived=tuple(arrived))


def named(rows: Records, nameless: str) -> Records:
    """Rows of units, each with a name."""
    return [{**row, "unit": row["unit"] or nameless} for row in rows]


def money(rows: Records, titles: Mapping[Any, str]) -> Records:
    """Rows of label and amount, labels by their titles."""
    return [{**row, "label": titles.get(row["label"], row["label"])} for row in rows]


def wan(amount: Decimal) -> str:
    """Yuan as ten thousands with two decimals, rounded half up."""
    return f"{(Decimal(amount) / 10_000).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def moved(trend: Records, name: str, title: str, unit: str) -> Curve:
    """The curve of one column of the trend."""
    sizes = [row[name] for row in trend]
    texts = [f"{wan(size) if unit == '万元' else format(size, ',')} {unit}" for size in sizes]
    before, after = sizes[0], sizes[-1]
    step = wan(abs(after - before)) if unit == "万元" else format(abs(after - before), ",")
    change = f"{'增加' if after > before else '减少'} {step} {unit}" if after != before else ""
    return curve(title, [float(size) for size in sizes], texts, change)


def rate_title(row: Mapping[str, Any], rules: Mapping[str, Rule]) -> str:
    """What a rate is of, in Chinese."""
    value = row["value"]
    if row["by"] == "all":
        return "合计"
    if row["by"] == "rule":
        title = rules[value].title if value in rules else value
        return title if row["tier"] is None else f"{title}（{row['tier']} 级）"
    if row["by"] == "tier":
        return f"{value} 级线索"
    if row["by"] == "identity":
        return f"身份把握 {value}" if value else "不涉及个人"
    return value or NO_STREET


def reason_text(why: str | None, titles: Mapping[str, str]) -> str:
    """Why a rule did not run, rosters by their titles."""
    kind, _, rosters = (why or "").partition(" ")
    words = {"missing": "缺少", "stale": "使用了陈旧数据"}.get(kind)
    if words is None:
        return "已停用" if why == "disabled" else why or ""
    return f"{words}：" + "、".join(titles.get(name.strip(), name.strip()) for name in rosters.split(","))

"""The figures of a run's report: what is counted in the published tables, and bars and cards made of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import duckdb

from huimin.contract import Contract
from huimin.reasons import REASONS

NO_ROSTER = "（放错位置）"
IN_FORCE = ("accepted", "accepted_with_rejects")
TERMS = {
    **REASONS,
    "unique": "不重复",
    "not_null": "不为空",
    "category": "在清单内",
    "between": "取值范围",
    "length": "长度",
    "at_least": "不小于（不早于）",
    "max_value": "至多",
    "min_value": "至少",
    "delivery": "交付",
    "age_days": "距运行日天数",
    "accepted_share": "接收比例",
    "register_share": "在户籍库的比例",
    "volume_ratio": "与上次行数之比",
}
"""The terms of an expectation's name."""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its label, its figure as text and its length in thousandths of the longest."""

    label: str
    text: str
    length: int


def records(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[dict[str, Any]]:
    """The rows of the query, by column."""
    result = con.execute(sql, values) if values else con.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row)) for row in result.fetchall()]


def bars(
    rows: Sequence[Mapping[str, Any]], nameless: str, titles: Mapping[str, str] = MappingProxyType({})
) -> list[Bar]:
    """A chart of money: rows of label and amount, largest first."""
    longest = max((row["amount"] for row in rows), default=0) or 1
    return [
        Bar(
            titles.get(row["label"], row["label"] or nameless),
            f"{row['amount'] / 10_000:,.2f} 万元",
            int(max(row["amount"], 0) * 1000 / longest),
        )
        for row in rows
    ]


def in_titles(name: str, contract: Contract | None) -> str:
    """The name of a column or an expectation in Chinese, columns by their titles; unknown words stay."""
    titles = {column.name: column.titles[0] for column in contract.columns if column.titles} if contract else {}
    place = re.compile("[a-z][a-z_0-9]*")
    subject, dot, promise = name.partition(".")
    told = place.sub(lambda word: titles.get(word[0], TERMS.get(word[0], word[0])), subject)
    return told + dot + place.sub(lambda word: TERMS.get(word[0], titles.get(word[0], word[0])), promise)


def scorecard(deliveries: Sequence[Mapping[str, Any]], contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """Figures of delivery and quality by department, in catalogue order; files of no roster come last."""
    listed = list(dict.fromkeys(contract.department_title for contract in contracts.values()))
    cards: dict[str, dict[str, Any]] = {}
    for row in deliveries:
        contract = contracts.get(row["roster"] or "")
        name = contract.department_title if contract else NO_ROSTER
        card = cards.setdefault(name, dict.fromkeys(("files", "accepted", "rejected", "refused", "stale"), 0))
        card["files"] += 1
        card["refused"] += row["status"] == "refused"
        card["stale"] += bool(row["stale"])
        if row["status"] in IN_FORCE:
            card["accepted"] += row["rows_accepted"]
            card["rejected"] += row["rows_rejected"]
    for card in cards.values():
        rows = card["accepted"] + card["rejected"]
        card["share"] = f"{Decimal(100 * card['rejected']) / rows:.2f}%" if rows else "—"
    return [
        {"department": name, **cards[name]}
        for name in sorted(cards, key=lambda name: (listed.index(name) if name in listed else len(listed), name))
    ]


TOTALS_SQL = """
select count(*) filter (where state <> '豁免') as clues,
       count(*) filter (where state = '待核查') as waiting,
       count(*) filter (where state = '豁免') as exempted,
       count(distinct household_key) filter (where state = '待核查') as households,
       (select coalesce(sum(amount), 0) from exposure) as amount,
       (select count(*) from rules where status = 'ran') as ran,
       (select count(*) from rules where status = 'skipped') as skipped
from clues
"""
BY_RULE_SQL = """
select rule, rule_title as title, count(*) as clues, count(*) filter (where tier = 1) as tier_1,
       count(*) filter (where tier = 2) as tier_2, count(*) filter (where tier = 3) as tier_3,
       count(*) filter (where tier = 0) as tier_0, max(hit_rate) as hit_rate
from clues where state <> '豁免' group by rule, rule_title order by clues desc, rule
"""
BY_STREET_SQL = """
select street as label, sum(amount) as amount from exposure group by street order by amount desc, street nulls last
"""
BY_ITEM_SQL = "select item as label, sum(amount) as amount from exposure group by item order by amount desc, item"
DELIVERIES_SQL = """
select roster, unit, file, status, problem, rows_accepted, rows_rejected, stale
from deliveries order by roster nulls last, unit nulls first, file, delivery
"""
REASONS_SQL = """
select d.roster, r."column", r.reason, sum(r."count")::bigint as rows
from reject_reasons as r join deliveries as d on d.delivery = r.delivery
group by d.roster, r."column", r.reason order by rows desc, d.roster, r."column", r.reason limit 15
"""
FAILED_SQL = """
select roster, "column", expectation, severity, sum(unexpected_count)::bigint as unexpected, count(*) as deliveries
from quality where not success and severity <> 'info' group by roster, "column", expectation, severity
order by severity, unexpected desc nulls last, roster, "column", expectation limit 15
"""
CHANGES_SQL = """
select rule, count(*) filter (where change = 'new') as added, count(*) filter (where change = 'changed') as changed,
       count(*) filter (where change = 'vanished') as vanished
from changes group by rule order by added desc, vanished desc, changed desc, rule
"""

"""The data-quality scorecard: what each department delivered, what it must correct, and what it has corrected."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from huimin.cells.reasons import chinese_reasons
from huimin.contracts.contract import Contract
from huimin.store.delivery import IN_FORCE
from huimin.tables.sql import rows_of

NO_ROSTER = "（放错位置）"
SEVERITIES = {"critical": "关键", "warning": "提醒"}
TERMS = {
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
    "previous_share": "与所替换行数之比",
    "persons_share": "所替换人员仍在的比例",
    "persons_again": "所替换人员仍在的人数",
    "small_previous_share": "与所替换行数之比（小名单）",
    "small_persons_share": "所替换人员仍在的比例（小名单）",
    "overlap_share": "与其他单位相同的比例（20 人以上）",
    "overlap_part": "与其他单位相同的比例",
    "overlap_persons": "与其他单位相同的人数",
    "amount_factor": "金额中位数与所替换者相差倍数",
    "amount_factor_beside": "金额中位数与其他各期相差倍数",
    "amount_factor_few": "金额中位数与其他一两期相差倍数",
    "volume_ratio": "与上次行数之比",
}
"""The terms of an expectation's name, beside the reasons."""


def in_titles(name: str, contract: Contract | None) -> str:
    """The name of a column or an expectation in Chinese, columns by their titles; unknown words stay."""
    titles = {column.name: column.titles[0] for column in contract.columns if column.titles} if contract else {}
    place, terms = re.compile("[a-z][a-z_0-9]*"), {**chinese_reasons(), **TERMS}
    subject, dot, promise = name.partition(".")
    told = place.sub(lambda word: titles.get(word[0], terms.get(word[0], word[0])), subject)
    return told + dot + place.sub(lambda word: terms.get(word[0], titles.get(word[0], word[0])), promise)


def scorecard(
    con: duckdb.DuckDBPyConnection, deliveries: Sequence[Mapping[str, Any]], contracts: Mapping[str, Contract]
) -> list[dict[str, Any]]:
    """Figures of delivery, rejects and corrected rows by department, in catalogue order; files of no roster come last.

    Rows are those of deliveries in force: what is rejected there is still to be corrected. mended, gone and again are
    the rejected rows of deliveries that a later one replaced: accepted there, left out, or rejected once more.
    """
    figures = ("files", "accepted", "rejected", "refused", "stale", "mended", "again", "gone")
    cards: dict[str, dict[str, Any]] = {}
    for row in deliveries:
        card = cards.setdefault(department_of(row["roster"], contracts), dict.fromkeys(figures, 0))
        card["files"] += 1
        card["refused"] += row["status"] == "refused"
        card["stale"] += bool(row["stale"])
        if row["status"] in IN_FORCE:
            card["accepted"] += row["rows_accepted"]
            card["rejected"] += row["rows_rejected"]
    for row in rows_of(con, CORRECTED_SQL):
        card = cards.setdefault(department_of(row["roster"], contracts), dict.fromkeys(figures, 0))
        for name in ("mended", "again", "gone"):
            card[name] += row[name]
    for card in cards.values():
        rows = card["accepted"] + card["rejected"]
        card["share"] = Decimal(100 * card["rejected"]) / rows if rows else None
    return [{"department": name, **cards[name]} for name in sorted(cards, key=placed(contracts))]


def rows_to_correct(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """What each department must correct: department, roster, column and reason in its own words, count; most first."""
    rows = [
        {
            "department": department_of(row["roster"], contracts),
            "roster": title_of(row["roster"], contracts),
            "column": in_titles(row["column"] or "", contracts.get(row["roster"] or "")),
            "reason": chinese_reasons().get(row["reason"], row["reason"]),
            "count": row["count"],
        }
        for row in rows_of(con, TO_CORRECT_SQL)
    ]
    place = placed(contracts)
    return sorted(rows, key=lambda row: place(row["department"]))


def failed_expectations(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """The expectations that failed most: roster, what was expected, severity, rows that do not fit."""
    return [
        {
            **row,
            "roster": title_of(row["roster"], contracts),
            "promise": in_titles(row["expectation"], contracts.get(row["roster"] or "")),
            "severity": SEVERITIES.get(row["severity"], row["severity"]),
        }
        for row in rows_of(con, FAILED_SQL)
    ]


def department_of(roster: str | None, contracts: Mapping[str, Contract]) -> str:
    """The title of the department that delivers the roster."""
    contract = contracts.get(roster or "")
    return contract.department_title if contract else NO_ROSTER


def title_of(roster: str | None, contracts: Mapping[str, Contract]) -> str:
    """The roster's title; its id when it has no contract."""
    contract = contracts.get(roster or "")
    return contract.title if contract else roster or NO_ROSTER


def placed(contracts: Mapping[str, Contract]) -> Callable[[str], tuple[int, str]]:
    """The order of departments: that of their first roster in the catalogue, unknown ones last."""
    listed = list(dict.fromkeys(contract.department_title for contract in contracts.values()))
    return lambda name: (listed.index(name) if name in listed else len(listed), name)


CORRECTED_SQL = """
select roster, sum(mended)::bigint as mended, sum(rejected_again)::bigint as again, sum(gone)::bigint as gone
from mends group by roster order by roster
"""
TO_CORRECT_SQL = """
select d.roster, r."column", r.reason, sum(r."count")::bigint as "count"
from reject_reasons as r join deliveries as d on d.delivery = r.delivery
where d.status in ('accepted', 'accepted_with_rejects')
group by d.roster, r."column", r.reason order by "count" desc, d.roster, r."column", r.reason
"""
DELIVERIES_SQL = """
select roster, unit, file, status, problem, fix, rows_accepted, rows_rejected, stale
from deliveries order by roster nulls last, unit nulls first, file, delivery
"""
FAILED_SQL = """
select roster, "column", expectation, severity, sum(unexpected_count)::bigint as unexpected, count(*) as deliveries
from quality where not success and severity <> 'info' group by roster, "column", expectation, severity
order by severity, unexpected desc nulls last, roster, "column", expectation limit 15
"""

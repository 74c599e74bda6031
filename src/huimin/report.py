"""The run for people: one HTML page in Chinese, and the statistics table for the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
from rich.table import Table

from huimin.contract import Contract
from huimin.published import STATISTICS, ordered_select
from huimin.reasons import REASONS
from huimin.rule import Rule

PARTS = {
    "main": "疑点线索统计表",
    "data": "数据疑错统计表（先请数据提供方核对）",
    "entitlement": "应享未享统计表",
    "funds": "资金与监督统计表",
}
HEADINGS = ("序号", "责任部门", "项目名称", "条数", "部门总条数", "占比")
NO_STREET = "（未填街道）"
NO_ROSTER = "（放错位置）"


@dataclass(frozen=True)
class Line:
    """One row of a statistics table. `span` rows share its department cell; 0: an earlier row's covers it."""

    position: int
    department: str
    span: int
    item_title: str
    clues: int
    department_clues: int
    share: Decimal


@dataclass(frozen=True)
class Part:
    """One statistics table, as the district's form."""

    part: str
    title: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """Clues in all."""
        return sum(line.clues for line in self.lines)

    @property
    def departments(self) -> list[Line]:
        """The first line of each department, in the form's order."""
        return [line for line in self.lines if line.span]


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its label, its figure as text and its length in thousandths of the longest."""

    label: str
    text: str
    length: int


def statistics_parts(rows: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The statistics tables, the main one always, the others when they have a row."""
    listed = [row for row in rows if row["item"] is not None]
    parts = []
    for part, title in PARTS.items():
        lines: list[Line] = []
        for department, group in groupby(
            (row for row in listed if row["part"] == part), key=lambda row: row["department"]
        ):
            members = list(group)
            for place, row in enumerate(members):
                span = 0 if place else len(members)
                figures = (row["item_title"] or row["item"], row["clues"], row["department_clues"], row["share"])
                lines.append(Line(len(lines) + 1, department or "（未知部门）", span, *figures))
        if lines or part == "main":
            parts.append(Part(part, title, tuple(lines)))
    return tuple(parts)


def statistics_table(published: Path) -> Table:
    """The main statistics table of a published run for the terminal, as the district's form."""
    with duckdb.connect() as con:
        rows = records(
            con, ordered_select(STATISTICS, "read_parquet($place)"), place=str(published / "statistics.parquet")
        )
    part = statistics_parts(rows)[0]
    table = Table(*HEADINGS, title=part.title)
    for place in (0, 3, 4, 5):
        table.columns[place].justify = "right"
    for line in part.lines:
        shared = (str(line.department_clues), f"{line.share:.2f}%") if line.span else ("", "")
        department = line.department if line.span else ""
        table.add_row(str(line.position), department, line.item_title, str(line.clues), *shared)
    table.add_section()
    table.add_row("", "总计", "", str(part.total), str(part.total), "100.00%" if part.total else "")
    return table


def write_report(
    con: duckdb.DuckDBPyConnection,
    place: Path,
    run: str,
    run_date: date,
    contracts: Mapping[str, Contract] = MappingProxyType({}),
    rules: Mapping[str, Rule] = MappingProxyType({}),
) -> None:
    """Writes the page of the run whose published tables the connection holds: one file, the same bytes each time.

    `contracts` and `rules` give rosters, departments and rules their Chinese titles; without them their ids are shown.
    """
    place.write_text(report_page(con, run, run_date, contracts, rules), encoding="utf-8")


def report_page(
    con: duckdb.DuckDBPyConnection,
    run: str,
    run_date: date,
    contracts: Mapping[str, Contract],
    rules: Mapping[str, Rule],
) -> str:
    """The page as HTML: no script, no outside resource, every cell escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("huimin"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    titles = {name: contract.title for name, contract in contracts.items()}
    parts = statistics_parts(records(con, ordered_select(STATISTICS)))
    deliveries = records(con, DELIVERIES_SQL)
    page: str = environment.get_template("report.html.j2").render(
        run=run,
        run_date=run_date,
        parts=parts,
        headings=HEADINGS,
        totals=records(con, TOTALS_SQL)[0],
        by_rule=records(con, BY_RULE_SQL),
        streets=bars(records(con, BY_STREET_SQL), NO_STREET),
        items=bars(records(con, BY_ITEM_SQL), "", titles),
        departments=bars_of_departments(parts[0]),
        scorecard=scorecard(deliveries, contracts),
        refused=[row for row in deliveries if row["status"] == "refused"],
        stale=[row for row in deliveries if row["stale"]],
        reasons=records(con, REASONS_SQL),
        reason_words=REASONS,
        failed=records(con, FAILED_SQL),
        skipped=records(con, "select rule, why from rules where status = 'skipped' order by rule"),
        unjudged=records(con, "select rule, periods_not_judged from rules where periods_not_judged > 0 order by rule"),
        absent=[title for name, title in titles.items() if name not in {row["roster"] for row in deliveries}],
        changes=records(con, CHANGES_SQL),
        roster_title=lambda name: titles.get(name, name or NO_ROSTER),
        rule_title=lambda name: rules[name].title if name in rules else name,
        reason_text=lambda why: reason_text(why, titles),
    )
    return page.strip() + "\n"


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


def bars_of_departments(part: Part) -> list[Bar]:
    """A chart of clues by department, in the form's order."""
    longest = max((line.department_clues for line in part.departments), default=0) or 1
    return [
        Bar(line.department, f"{line.department_clues} 条 · {line.share:.2f}%", line.department_clues * 1000 // longest)
        for line in part.departments
    ]


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
        if row["status"] in ("accepted", "accepted_with_rejects"):
            card["accepted"] += row["rows_accepted"]
            card["rejected"] += row["rows_rejected"]
    for card in cards.values():
        rows = card["accepted"] + card["rejected"]
        card["share"] = f"{Decimal(100 * card['rejected']) / rows:.2f}%" if rows else "—"
    return [
        {"department": name, **cards[name]}
        for name in sorted(cards, key=lambda name: (listed.index(name) if name in listed else len(listed), name))
    ]


def reason_text(why: str | None, titles: Mapping[str, str]) -> str:
    """Why a rule did not run, rosters by their titles."""
    kind, _, rosters = (why or "").partition(" ")
    words = {"missing": "缺少", "stale": "使用了陈旧数据"}.get(kind)
    if words is None:
        return why or ""
    return f"{words}：" + "、".join(titles.get(name.strip(), name.strip()) for name in rosters.split(","))


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

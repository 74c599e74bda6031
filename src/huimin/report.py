"""The run for people: one HTML page in Chinese, and the statistics table for the terminal."""

from collections.abc import Iterable, Mapping
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
from huimin.figures import (
    BY_ITEM_SQL,
    BY_RULE_SQL,
    BY_STREET_SQL,
    CHANGES_SQL,
    DELIVERIES_SQL,
    FAILED_SQL,
    NO_ROSTER,
    REASONS_SQL,
    TOTALS_SQL,
    Bar,
    bars,
    in_titles,
    records,
    scorecard,
)
from huimin.published import STATISTICS, ordered_select
from huimin.reasons import REASONS
from huimin.rule import Rule
from huimin.sql import parquet

PARTS = {
    "main": "疑点线索统计表",
    "data": "数据疑错统计表（先请数据提供方核对）",
    "entitlement": "应享未享统计表",
    "funds": "资金与监督统计表",
}
HEADINGS = ("序号", "责任部门", "项目名称", "条数", "部门总条数", "占比")
NO_STREET = "（未填街道）"


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
        rows = records(con, ordered_select(STATISTICS, parquet(published / "statistics.parquet")))
    part = statistics_parts(rows)[0]
    table = Table(title=part.title)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
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
        column_title=lambda roster, name: in_titles(name or "", contracts.get(roster)),
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


def bars_of_departments(part: Part) -> list[Bar]:
    """A chart of clues by department, in the form's order."""
    longest = max((line.department_clues for line in part.departments), default=0) or 1
    return [
        Bar(line.department, f"{line.department_clues} 条 · {line.share:.2f}%", line.department_clues * 1000 // longest)
        for line in part.departments
    ]


def reason_text(why: str | None, titles: Mapping[str, str]) -> str:
    """Why a rule did not run, rosters by their titles."""
    kind, _, rosters = (why or "").partition(" ")
    words = {"missing": "缺少", "stale": "使用了陈旧数据"}.get(kind)
    if words is None:
        return why or ""
    return f"{words}：" + "、".join(titles.get(name.strip(), name.strip()) for name in rosters.split(","))

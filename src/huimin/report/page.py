"""The page."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb

from huimin.contract import Contract
from huimin.published import STATISTICS, ordered_select
from huimin.reasons import REASONS
from huimin.report.figures import (
    BY_ITEM_SQL, BY_RULE_SQL, BY_STREET_SQL, CHANGES_SQL, DELIVERIES_SQL, FAILED_SQL, NO_ROSTER, REASONS_SQL,
    TOTALS_SQL, Bar, bars, in_titles, records, scorecard,
)
from huimin.report.form import HEADINGS, Part, statistics_parts
from huimin.rule import Rule

NO_STREET = "（未填街道）"


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

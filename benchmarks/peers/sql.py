"""The rules' own SQL and what it stands on, as SELECTs in the order in which they can be made: for dbt and Spark."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from benchmarks.peers.exam import Exam
from huimin.contracts.contract import Contract
from huimin.district import RUN_DATE
from huimin.matching.match import needed_views
from huimin.matching.mount import PERIOD_SQL, benefit_rows_sql
from huimin.matching.policy import SQL_TYPES
from huimin.matching.rule import Rule


@dataclass(frozen=True)
class Relation:
    """A named SELECT."""

    name: str
    sql: str
    kept: bool
    """Whether it is worth making once."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables that it names."""
        tree = sqlglot.parse_one(self.sql, dialect="duckdb")
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        return tuple(sorted({table.name for table in tree.find_all(exp.Table)} - ctes))


def relations(exam: Exam) -> Iterator[Relation]:
    """What the ten rules read beside the rosters."""
    contracts = exam.project.contracts.values()
    items = [(c.roster, c.title, c.period) for c in contracts if c.kind != "register"]
    yield Relation("run", values({"run_date": "date"}, [(RUN_DATE,)]), True)
    yield Relation("items", values(dict.fromkeys(("item", "title", "period"), "varchar"), items), True)
    for parameter in exam.project.policy.parameters.values():
        kinds = {"from_on": "date", "to_on": "date", **{name: SQL_TYPES[kind] for name, kind in parameter.columns}}
        yield Relation(f"policy_{parameter.key}", values(kinds, parameter.rows), True)
    yield Relation("delivered", " union all ".join(delivered_sql(one) for one in exam.delivered.values()), True)
    yield Relation("benefit_rows", benefit_rows_sql(exam.benefits), False)
    needed = needed_views(exam.rules.values(), exam.project.views)
    for name, view in exam.project.views.items():
        if name in needed:
            yield Relation(name, view.sql, view.kept != ())


def hits_sql(rule: Rule) -> str:
    """A rule's hits: item, id_number, subject, starts_on, ends_on, amount."""
    subject = "cast(subject as varchar)" if "subject" in rule.columns else "cast(null as varchar)"
    columns = f"'{rule.rule}' as rule, item, id_number, {subject} as subject, starts_on, ends_on, amount"
    return f"select {columns} from ({rule.sql}) as found"


def delivered_sql(contract: Contract) -> str:
    """Which periods of a roster came."""
    starts, ends = f"date '{RUN_DATE}'", f"date '{RUN_DATE}'"
    if contract.period == "event":
        starts, ends = "date_trunc('month', {0})", "last_day({0})"
    elif contract.period_column:
        starts, ends = PERIOD_SQL[contract.period]
    starts, ends = (f"cast({sql.format(contract.period_column)} as date)" for sql in (starts, ends))
    roster = contract.roster
    return f"select distinct '{roster}' as roster, {starts} as starts_on, {ends} as ends_on from {roster}"


CLUES = """
select rule, item, id_number, subject, min(starts_on) as first_period, max(starts_on) as last_period,
       count(distinct starts_on) as periods, sum(amount) as amount
from hits group by rule, item, id_number, subject
"""
ANSWERS = "select distinct rule, item, cast(substr(id_number, 1, 17) as bigint) as id_number, starts_on from hits"


def values(kinds: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> str:
    """The rows as a SELECT."""
    selects = [", ".join(f"cast({literal(cell)} as {kind}) as {name}" for cell, (name, kind) in zip(row, kinds.items()))
               for row in rows]  # fmt: skip
    return " union all ".join(f"select {select}" for select in selects)


def literal(value: str | int | Decimal | date) -> str:
    """The value in SQL."""
    return str(value) if isinstance(value, int | Decimal) else f"'{value}'"

"""The figures that Great Expectations judges by, under its own names: those of all checks from one aggregate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from huimin.contracts.expectation import Expectation
from huimin.quality.judge import Check, Figures
from huimin.tables.sql import quoted


@dataclass(frozen=True)
class AggregateSql:
    """An SQL expression, or an aggregate, with the values that stand in it as `?`."""

    sql: str
    values: tuple[Any, ...] = ()


ROWS = AggregateSql("count(*)")
NOTHING = AggregateSql("null")
SIGNS = {("min_value", False): ">=", ("min_value", True): ">", ("max_value", False): "<=", ("max_value", True): "<"}


def measure(
    con: duckdb.DuckDBPyConnection, table: str, checks: Sequence[Check], index: str | None = None
) -> list[tuple[Check, Figures]]:
    """The checks, each with the figures of the table that Great Expectations asks for to judge it.

    `index` names the column whose values tell which rows fail, of expectations of each cell.

    Raises:
        duckdb.Error: one of them cannot be worked out.
    """
    wanted = [figures_of(check.expectation, index) for check in checks]
    figures = list(dict.fromkeys(figure for one in wanted for figure in one.values())) or [ROWS]
    values = [value for figure in figures for value in figure.values]
    found = con.execute(f"select {', '.join(figure.sql for figure in figures)} from {table}", values).fetchone() or ()
    known = {
        figure: float(value) if isinstance(value, Decimal) else value
        for figure, value in zip(figures, found, strict=True)
    }
    return [
        (check, {name: known[figure] for name, figure in one.items()})
        for check, one in zip(checks, wanted, strict=True)
    ]


def figures_of(stated: Expectation, index: str | None = None) -> Mapping[str, AggregateSql]:
    """By the name of the metric: what the expectation is judged by."""
    arguments, cell = dict(stated.kwargs), quoted(stated.column or "")
    if stated.type == "expect_table_row_count_to_be_between":
        return {"table.row_count": ROWS}
    if stated.type == "expect_column_sum_to_be_between":
        return {"column.sum": AggregateSql(f"sum({cell})")}
    if stated.type == "expect_column_unique_value_count_to_be_between":
        return {"column.distinct_values.count": AggregateSql(f"count(distinct {cell})")}
    if stated.type == "expect_column_pair_values_a_to_be_greater_than_b":
        return of_pairs(arguments)
    missing = counted(f"{cell} is null")
    counts: dict[str, AggregateSql] = {"table.row_count": ROWS, "column_values.nonnull.unexpected_count": missing}
    if stated.type == "expect_column_values_to_not_be_null":
        return counts | unlisted("column_values.nonnull")
    metric, expected = CELLS[stated.type]
    holds = expected(cell, arguments)
    odd = counted(f"not ({holds.sql})", holds.values)
    found = counts | unlisted(metric) | {f"{metric}.unexpected_count": odd}
    if index is None:
        return found
    listed = AggregateSql(f"coalesce(list({quoted(index)}) filter (not ({holds.sql})), [])", holds.values)
    return found | {f"{metric}.unexpected_index_list": listed}


def counted(what: str, values: tuple[Any, ...] = ()) -> AggregateSql:
    """How many of the rows are so; null without any row, as Great Expectations itself has it."""
    return AggregateSql(f"case when count(*) > 0 then count(*) filter ({what}) end", values)


def unlisted(metric: str) -> dict[str, AggregateSql]:
    """Which cells or rows are not as expected, and a query for them: nothing, for no result shows it."""
    return {
        f"{metric}.{name}": NOTHING for name in ("unexpected_values", "unexpected_index_list", "unexpected_index_query")
    }


def of_pairs(arguments: Mapping[str, Any]) -> Mapping[str, AggregateSql]:
    """The figures of the rows that have both columns."""
    one, other = quoted(arguments["column_A"]), quoted(arguments["column_B"])
    both = f"{one} is not null and {other} is not null"
    sign = ">=" if arguments.get("or_equal") else ">"
    metric = "column_pair_values.a_greater_than_b"
    return {
        "table.row_count": ROWS,
        f"{metric}.filtered_row_count": AggregateSql(f"count(*) filter ({both})"),
        f"{metric}.unexpected_count": AggregateSql(f"count(*) filter ({both} and not ({one} {sign} {other}))"),
        **unlisted(metric),
    }


def between(value: str, arguments: Mapping[str, Any]) -> AggregateSql:
    """Whether the value lies between the bounds."""
    bounds = [
        (f"{value} {SIGNS[bound, bool(arguments.get(strict))]} ?", arguments[bound])
        for bound, strict in (("min_value", "strict_min"), ("max_value", "strict_max"))
        if arguments.get(bound) is not None
    ]
    return AggregateSql(" and ".join(sql for sql, _ in bounds), tuple(limit for _, limit in bounds))


def in_set(value: str, arguments: Mapping[str, Any]) -> AggregateSql:
    """Whether the value is one of those listed."""
    values = tuple(arguments["value_set"])
    return AggregateSql(f"{value} in ({', '.join('?' * len(values))})", values)


CELLS: Mapping[str, tuple[str, Callable[[str, Mapping[str, Any]], AggregateSql]]] = {
    "expect_column_values_to_be_between": ("column_values.between", between),
    "expect_column_values_to_be_in_set": ("column_values.in_set", in_set),
    "expect_column_values_to_match_regex": (
        "column_values.match_regex",
        lambda cell, arguments: AggregateSql(f"regexp_matches({cell}, ?)", (arguments["regex"],)),
    ),
    "expect_column_value_lengths_to_be_between": (
        "column_values.value_length.between",
        lambda cell, arguments: between(f"length({cell})", arguments),
    ),
}
"""Of expectations of each cell: the metric, and what holds of a cell that is as expected."""

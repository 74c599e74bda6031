"""Great Expectations by itself on DuckDB, working out its own figures: what ours are held against.

It has a process of its own, because what it needs for that is not there where Huimin has imported it.
"""

import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from huimin.quality.judge import Check
from nights import CHECKOUT

Asked = tuple[str, Sequence[Check], str | None]
"""A query for rows, what is expected of them, and the column whose values tell which rows fail."""


def alone(asked: Sequence[Asked]) -> list[dict[str, tuple[bool, dict[str, Any]]]]:
    """What Great Expectations says of each check, by its name: its success and its result."""
    command = [sys.executable, "-m", "unit.great_expectations_alone"]
    told = subprocess.run(
        command, input=pickle.dumps(asked), stdout=subprocess.PIPE, check=True, cwd=CHECKOUT / "tests"
    )
    return json.loads(told.stdout.splitlines()[-1])


class _Dialect(str):
    """A dialect name that is its own ``value``, as the members of Great Expectations' enumeration are."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


def results_alone(rows: str, checks: Sequence[Check], index: str | None) -> dict[str, tuple[bool, dict[str, Any]]]:
    """Success and result of each check of the table for which a query is given, by name; in whatever order."""
    import great_expectations as gx

    settle()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("deliveries", connection_string="duckdb:///:memory:")
    batch = source.add_query_asset("rows", query=rows).add_batch_definition_whole_table("whole").get_batch()
    suite = gx.ExpectationSuite(name="rows", expectations=[*map(built, checks)])
    listed = {"unexpected_index_column_names": [index]} if index else {}
    form = {"result_format": "COMPLETE" if index else "BASIC", "exclude_unexpected_values": True, **listed}
    try:
        found = batch.validate(suite, result_format=form)
        return {
            entry.expectation_config.meta["name"]: (entry.success, entry.to_json_dict()["result"])
            for entry in found.results
        }
    finally:
        source.get_execution_engine().close()


def built(check: Check) -> Any:
    from great_expectations.expectations.registry import get_expectation_impl

    stated = check.expectation
    arguments: dict[str, Any] = {key: list(v) if isinstance(v, tuple) else v for key, v in stated.kwargs}
    if stated.column is not None:
        arguments["column"] = stated.column
    return get_expectation_impl(stated.type)(**arguments, severity=stated.severity, meta={"name": check.name})


def settle() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engines

    # Without a persisted connection Great Expectations closes it before it fetches, and every metric fails.
    if "duckdb" not in engines._PERSISTED_CONNECTION_DIALECTS:
        engines._PERSISTED_CONNECTION_DIALECTS = (*engines._PERSISTED_CONNECTION_DIALECTS, _Dialect("duckdb"))
        match_regex_in_duckdb()


def match_regex_in_duckdb() -> None:
    import sqlalchemy
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.metrics.map_metric_provider import (
        ColumnMapMetricProvider,
        column_condition_partial,
    )

    class ColumnValuesMatchRegexInDuckDB(ColumnMapMetricProvider):
        """Great Expectations has no form of this condition for DuckDB."""

        condition_metric_name = "column_values.match_regex"
        condition_value_keys = ("regex",)

        @column_condition_partial(engine=SqlAlchemyExecutionEngine)
        def _sqlalchemy(cls, column, regex, **_):  # noqa: N805
            return sqlalchemy.func.regexp_matches(column, regex)


if __name__ == "__main__":
    given: Sequence[Asked] = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  it comes from `alone`
    sys.stdout.write(json.dumps([results_alone(*one) for one in given]))

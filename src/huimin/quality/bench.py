"""Great Expectations on an in-memory DuckDB: one ephemeral context for any number of tables.

Great Expectations is imported only when a bench is opened: it takes seconds.
"""
# ruff: noqa: ANN401 - Great Expectations' own objects, which we do not type

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import polars as pl

from huimin.contracts.expectation import Expectation
from huimin.errors import QualityError
from huimin.tables.sql import literal

RESULTS = {
    "expectation": pl.String,
    "type": pl.String,
    "column": pl.String,
    "severity": pl.String,
    "success": pl.Boolean,
    "observed": pl.String,
    "unexpected_count": pl.Int64,
    "element_count": pl.Int64,
}
"""Columns of a table of results. Never a personal value."""


@dataclass(frozen=True)
class Check:
    """An expectation of one table, under the readable name that its result is published by."""

    name: str
    expectation: Expectation
    rosters: tuple[str, ...] = ()
    """Only for rows of these rosters (the gate's table); all when empty."""


@dataclass(frozen=True)
class CheckResult:
    """What Great Expectations says of one check."""

    success: bool
    observed: str | None
    unexpected_count: int
    element_count: int | None
    unexpected: frozenset[str]
    """The index values of the rows that fail; empty when no index was asked for."""


class _Dialect(str):
    """A dialect name that is its own ``value``, as the members of Great Expectations' enumeration are."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


class Bench:
    """Tables in an in-memory DuckDB, and validations of them."""

    def __init__(self, source: Any, engine: Any) -> None:
        self._source, self._engine = source, engine
        self._assets: dict[str, Any] = {}

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, none for a definition."""
        with self._engine.get_connection() as connection:
            connection.rollback()  # else Great Expectations goes on in a transaction that does not see what is new
            cursor = connection.connection.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def load(self, table: str, rows: pl.DataFrame) -> None:
        """The frame becomes a table of that name, in place of an earlier one."""
        with self._engine.get_connection() as connection:
            connection.connection.driver_connection.register("loading", rows.to_arrow())
        self.sql(f"create or replace temp table {table} as select * from loading")

    def validate(
        self, table: str, checks: Sequence[Check], where: str, index: str | None = None
    ) -> dict[str, CheckResult]:
        """The outcome of every check by its name.

        `index` names the column whose values tell which rows fail; it must not be personal.
        Raises QualityError, naming `where`, when an expectation cannot be evaluated: that says nothing of the data.
        """
        if not checks:
            return {}
        try:
            entries = self._results(table, checks, index)
        except Exception as error:
            raise broken(where, "the suite", type(error).__name__) from None
        outcomes = {entry.expectation_config.meta["name"]: _check_result(entry, where, index) for entry in entries}
        if set(outcomes) != {check.name for check in checks}:
            raise broken(where, "the suite", "some expectations were left out")
        return outcomes

    def _results(self, table: str, checks: Sequence[Check], index: str | None) -> list[Any]:
        import great_expectations as gx

        if table not in self._assets:
            asset = self._source.add_query_asset(table, query=f"select * from {table}")
            self._assets[table] = asset.add_batch_definition_whole_table("whole")
        suite = gx.ExpectationSuite(name=table, expectations=[_built(check) for check in checks])
        result = self._assets[table].get_batch().validate(suite, result_format=self._format(table, index))
        return list(result.results)

    def _format(self, table: str, index: str | None) -> dict[str, Any]:
        rows = self.sql(f"select count(*) from {table}")[0][0] if index else 0
        columns = {"unexpected_index_column_names": [index]} if index else {}
        return {
            "result_format": "COMPLETE" if index else "BASIC",
            "partial_unexpected_count": rows,  # else only the first 20 are listed
            "exclude_unexpected_values": True,
            **columns,
        }


@contextmanager
def bench(scratch: Path | None = None) -> Iterator[Bench]:
    """An empty bench, closed at the end. What does not fit in memory spills into a folder of its own in `scratch`.

    There the next run finds what a killed one left; without it the system's place for such folders is used.
    """
    _settle()
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("deliveries", connection_string="duckdb:///:memory:")
    engine = source.get_execution_engine()
    with TemporaryDirectory(prefix="huimin-quality-", dir=scratch) as spill:
        try:
            opened = Bench(source, engine)
            opened.sql(f"set temp_directory = {literal(spill)}")
            yield opened
        finally:
            engine.close()


def broken(where: str, check: str, why: str) -> QualityError:
    """The error for a gate that cannot judge, which is not bad data."""
    return QualityError(
        where, f"{check} could not be evaluated: {why}", "compare the contract's expectations with the column's type"
    )


def _built(check: Check) -> Any:
    from great_expectations.expectations.registry import get_expectation_impl
    from great_expectations.expectations.row_conditions import Column

    stated = check.expectation
    arguments: dict[str, Any] = {key: list(v) if isinstance(v, tuple) else v for key, v in stated.kwargs}
    if stated.column is not None:
        arguments["column"] = stated.column
    if check.rosters:
        arguments["row_condition"] = Column("roster").is_in(list(check.rosters))
    return get_expectation_impl(stated.type)(**arguments, severity=stated.severity, meta={"name": check.name})


def _check_result(entry: Any, where: str, index: str | None) -> CheckResult:
    name = entry.expectation_config.meta["name"]
    if _raised(entry.exception_info):
        raise broken(where, name, "Great Expectations raised an exception")
    result: Mapping[str, Any] = entry.result
    count = result.get("unexpected_count")
    # with values excluded, the list is one record that holds a list for each index column
    listed = [value for record in result.get("unexpected_index_list") or () for value in record[index]]
    if index and len(listed) != (count or 0):
        raise broken(where, name, "the failing rows are not all listed")
    if count is None:
        observed = str(result.get("observed_value"))
        count = int(not entry.success)
    else:
        observed = f"{result.get('unexpected_percent') or 0:.2f}%"
    failing = frozenset(str(value) for value in listed)
    return CheckResult(bool(entry.success), observed, int(count), result.get("element_count"), failing)


def _raised(information: Mapping[str, Any]) -> bool:
    """Exception information is one record, or one a metric."""
    nested = [value for value in information.values() if isinstance(value, Mapping)]
    return bool(information.get("raised_exception")) or any(_raised(value) for value in nested)


def _settle() -> None:
    """Great Expectations is imported and ready for DuckDB, whatever was done before."""
    its_log = logging.getLogger("great_expectations")
    its_log.addHandler(logging.NullHandler())
    its_log.propagate = False  # its lines can quote cell values
    for slow in ("altair", "scipy.stats"):
        _defer(slow)
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engines

    # Without a persisted connection Great Expectations closes it before it fetches, and every metric fails.
    if "duckdb" not in engines._PERSISTED_CONNECTION_DIALECTS:
        engines._PERSISTED_CONNECTION_DIALECTS = (*engines._PERSISTED_CONNECTION_DIALECTS, _Dialect("duckdb"))
        _match_regex_in_duckdb()


class _Deferred(ModuleType):
    """A module that is imported when something of it is first used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules[self.__name__] is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _defer(name: str) -> None:
    """Great Expectations will find the module imported, though it is not: none of our expectations needs it."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return
    module = sys.modules[name] = _Deferred(name)
    module.__path__ = list(spec.submodule_search_locations or ())
    package, _, child = name.rpartition(".")
    if package:
        setattr(sys.modules[package], child, module)


def _match_regex_in_duckdb() -> None:
    import sqlalchemy
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.metrics.map_metric_provider import (
        ColumnMapMetricProvider,
        column_condition_partial,
    )

    class ColumnValuesMatchRegexInDuckDB(ColumnMapMetricProvider):  # type: ignore[misc]
        """Great Expectations has no form of this condition for DuckDB."""

        condition_metric_name = "column_values.match_regex"
        condition_value_keys = ("regex",)

        @column_condition_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
        def _sqlalchemy(cls, column: Any, regex: str, **_: Any) -> Any:  # noqa: N805
            return sqlalchemy.func.regexp_matches(column, regex)

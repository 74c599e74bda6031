"""The types that a SELECT's columns have in the dialect that rules are written in, whatever engine answers it."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.matching.core import telling
from huimin.matching.mount import BENEFIT_ROWS, mount
from huimin.tables.sql import quoted
from huimin.tables.work import open_work


class Typed:
    """Tables and views of a night without any row. Every method raises EngineFault for SQL that names no such thing."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._con = open_work(None, threads=1)
        mount(self._con, contracts, {})

    def lay(self, table: str, rows: pa.Table) -> None:
        """A table of these columns is known."""
        self._con.register("given", rows.slice(0, 0))
        self._run(f"create or replace table {table} as from given")
        self._con.unregister("given")

    def view(self, name: str, sql: str) -> None:
        """A view of that SELECT is known."""
        if name != BENEFIT_ROWS:
            self._run(f"create or replace view {name} as {sql}")

    def schema(self, sql: str) -> pa.Schema:
        """What the SELECT's rows are."""
        schema: pa.Schema = self._run(f"{sql} limit 0").to_arrow_table().schema
        return schema

    def with_places(self, sql: str) -> str:
        """The SELECT with its decimals cast to what they are here: an engine may count their places otherwise."""
        described = self._run(f"describe {sql}").fetchall()
        columns = [
            f"cast({quoted(name)} as {kind}) as {quoted(name)}" if kind.startswith("DECIMAL") else quoted(name)
            for name, kind, *_ in described
        ]
        return f"select {', '.join(columns)} from ({sql}) as counted"

    def nothing(self, table: str) -> str:
        """The SELECT of no row with the table's columns."""
        described = self._run(f"describe {table}").fetchall()
        return f"select {', '.join(f'cast(null as {kind}) as {name}' for name, kind, *_ in described)} where false"

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        with telling():
            return self._con.execute(sql)

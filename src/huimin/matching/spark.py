"""Spark Connect as the engine of the rules: a cluster that is already there, reading standard rows at the same paths.

Only the edge knows the root's secret, and only what hits name comes back to it.
"""

import re
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.engine import too_many
from huimin.matching.in_spark import in_spark
from huimin.matching.mount import BENEFIT_ROWS, in_force_sql
from huimin.matching.spark_connection import SparkConnection
from huimin.matching.typed import Typed

PATTERN = re.compile(r"[*?\[\]{}\\]")


class OnSpark:
    """The rules in Spark's words, over views of one session; what is read again stands in a folder as Parquet."""

    def __init__(
        self,
        address: str,
        contracts: Mapping[str, Contract],
        in_force: Mapping[str, Sequence[InForce]],
        folder: Path,
        seconds: int,
    ) -> None:
        """`address`: one that `checked` gave; `folder`: seen by every worker at that path; `seconds` a statement."""
        self._in_force, self._folder = in_force, folder.absolute()
        refuse_pattern(self._folder)
        self._typed = Typed(contracts)
        self._connection = SparkConnection(address, seconds)

    @property
    def version(self) -> str:
        """As `Engine.version`."""
        return f"spark {self._connection.version}, sqlglot {version('sqlglot')}"

    @property
    def readers(self) -> int:
        """As `Engine.readers`: one, since a view that is not kept is written out wherever it is named."""
        return 1

    def lay(self, table: str, rows: pa.Table) -> None:
        """As `Engine.lay`."""
        self._typed.lay(table, rows)
        if rows.num_rows:
            self._stand(table, lambda session: session.createDataFrame(rows))
        else:
            self._stand(table, selecting(self._typed.nothing(table)))

    def mount(self, contract: Contract) -> None:
        """As `Engine.mount`."""
        roster, deliveries = contract.roster, self._in_force.get(contract.roster, ())
        selects = []
        for in_part in (False, True):
            files = [str(one.rows.absolute()) for one in deliveries if one.whole is not in_part]
            if files:
                rows = f"{'part' if in_part else 'whole'}_{roster}"
                self._stand(rows, reading(files))
                selects.append(in_force_sql(contract, rows, numbers=False, in_part=in_part))
        self._stand(roster, selecting(" union all ".join(selects) or self._typed.nothing(roster)))

    def view(self, name: str, sql: str, kept: Collection[str] | None) -> None:
        """As `Engine.view`; what is kept, whole, and so are the payments of all rosters, since most views read them."""
        self._typed.view(name, sql)
        rows = selecting(sql)
        if kept != () or name == BENEFIT_ROWS:
            place, select = self._folder / f"{name}.parquet", rows
            self._connection.asked(lambda session: select(session).write.mode("overwrite").parquet(str(place)))
            # of no row there may be no file, which would tell the columns
            is_there = any(place.glob("*.parquet"))
            rows = reading([str(place)]) if is_there else selecting(self._typed.nothing(name))
        self._stand(name, rows)

    def found(self, sql: str, most: int) -> pa.Table:
        """As `Engine.found`."""
        select, schema = selecting(self._typed.with_places(sql)), self._typed.schema(sql)
        rows: pa.Table = self._connection.asked(lambda session: cast(select(session).limit(most + 1).toArrow(), schema))
        if rows.num_rows > most:
            raise too_many(most)
        return rows

    def count(self, sql: str, by_item: bool) -> Mapping[str | None, int]:
        """As `Engine.count`."""
        item = "item" if by_item else "null"
        select = selecting(f"select {item} as item, count(*) as rows from ({sql}) as looked_at group by {item}")
        found: pa.Table = self._connection.asked(lambda session: select(session).toArrow())
        return dict(zip(*(found[column].to_pylist() for column in ("item", "rows")), strict=True))

    def close(self) -> None:
        """The session has ended, and what it kept is gone."""
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stand(self, name: str, rows: Callable[[Any], Any]) -> None:
        """The rows stand under that name in the session."""
        self._connection.asked(lambda session: rows(session).createOrReplaceTempView(name))


def refuse_pattern(folder: Path) -> None:
    """Raises UsageError for a folder whose name Spark does not take as it stands."""
    if PATTERN.search(str(folder)):
        raise UsageError("--root", _("Spark takes such a folder name for a pattern"), _("use no * ? [ ] { } in it"))


def cast(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows in the types of that schema. Raises TypeError for what means something else as a number."""
    if any(map(pa.types.is_duration, rows.schema.types)):
        raise TypeError
    return rows.cast(schema)


def selecting(sql: str) -> Callable[[Any], Any]:
    """What gives a session's rows of the SELECT."""
    return lambda session: session.sql(in_spark(sql))


def reading(files: Sequence[str]) -> Callable[[Any], Any]:
    """What gives a session's rows of these Parquet files, or folders of them."""
    return lambda session: session.read.parquet(*files)

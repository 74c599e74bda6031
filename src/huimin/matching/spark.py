"""Spark Connect as the engine of the rules: a cluster that is already there, reading standard rows at the same paths.

Only the edge knows the root's secret, and only what hits name comes back to it. Spark's own errors quote cells: their
class alone passes on.
"""

import logging
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.engine import EngineFault, too_many
from huimin.matching.mount import BENEFIT_ROWS, in_force_sql
from huimin.matching.portable import in_spark
from huimin.matching.typed import Typed

Given = TypeVar("Given")
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105  its name alone
"""The environment variable that holds the token, where the root's settings do not."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TRIES = 5
"""How often the client asks a server that does not answer: for about half a minute."""
PATTERN = re.compile(r"[*?\[\]{}\\]")
CLASS = re.compile("[A-Z][A-Z_.]+")
FIX = _("see the cluster's own log; guard casts with try_cast, divisions with nullif")


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
        try:
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
        except ImportError:
            raise UsageError("--engine", _("no Spark client is installed"), _("uv sync --group cluster")) from None
        self._in_force, self._folder, self._seconds = in_force, folder.absolute(), seconds
        if PATTERN.search(str(self._folder)):
            raise UsageError("--root", _("Spark takes such a folder name for a pattern"), _("use no * ? [ ] { } in it"))
        self._typed = Typed(contracts)
        silence()
        with self._telling():
            self._spark: Any = SparkSession(address)
            self._spark.client.set_retry_policies([DefaultPolicy(max_retries=TRIES)])
            self._version = self._within(lambda: self._spark.version)

    @property
    def version(self) -> str:
        """As `Engine.version`."""
        return f"spark {self._version}, sqlglot {version('sqlglot')}"

    def lay(self, table: str, rows: pa.Table) -> None:
        """As `Engine.lay`."""
        self._typed.lay(table, rows)
        with self._telling():
            frame = partial(self._spark.createDataFrame, rows)
            self._stand(table, frame if rows.num_rows else partial(self._sql, self._typed.nothing(table)))

    def mount(self, contract: Contract) -> None:
        """As `Engine.mount`."""
        roster, deliveries = contract.roster, self._in_force.get(contract.roster, ())
        selects = []
        with self._telling():
            for in_part in (False, True):
                files = [str(one.rows.absolute()) for one in deliveries if one.whole is not in_part]
                if files:
                    rows = f"{'part' if in_part else 'whole'}_{roster}"
                    self._stand(rows, partial(self._read, files))
                    selects.append(in_force_sql(contract, rows, in_part=in_part))
            self._stand(roster, partial(self._sql, " union all ".join(selects) or self._typed.nothing(roster)))

    def view(self, name: str, sql: str, kept: Collection[str] | None) -> None:
        """As `Engine.view`; what is kept, whole, and so are the payments of all rosters, since most views read them."""
        self._typed.view(name, sql)
        with self._telling():
            rows = partial(self._sql, sql)
            if kept != () or name == BENEFIT_ROWS:
                place = self._folder / f"{name}.parquet"
                self._within(lambda: self._sql(sql).write.mode("overwrite").parquet(str(place)))
                # of no row there may be no file, which would tell the columns
                is_there = any(place.glob("*.parquet"))
                rows = partial(self._read, [str(place)]) if is_there else partial(self._sql, self._typed.nothing(name))
            self._stand(name, rows)

    def found(self, sql: str, most: int) -> pa.Table:
        """As `Engine.found`."""
        with self._telling():
            rows: pa.Table = self._within(lambda: self._sql(self._typed.with_places(sql)).limit(most + 1).toArrow())
        if rows.num_rows > most:
            raise too_many(most)
        return rows.cast(self._typed.schema(sql))

    def count(self, sql: str, by_item: bool) -> Mapping[str | None, int]:
        """As `Engine.count`."""
        item = "item" if by_item else "null"
        counted = f"select {item} as item, count(*) as rows from ({sql}) as looked_at group by {item}"
        with self._telling():
            found: pa.Table = self._within(lambda: self._sql(counted).toArrow())
        return dict(zip(*(found[column].to_pylist() for column in ("item", "rows")), strict=True))

    def close(self) -> None:
        """The session has ended, and what it kept is gone."""
        with suppress(Exception):
            self._spark.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sql(self, sql: str) -> Any:  # noqa: ANN401  the client has no types
        return self._spark.sql(in_spark(sql))

    def _read(self, files: Sequence[str]) -> Any:  # noqa: ANN401  the client has no types
        return self._spark.read.parquet(*files)

    def _stand(self, name: str, rows: Callable[[], Any]) -> None:
        """The rows stand under that name in the session."""
        self._within(lambda: rows().createOrReplaceTempView(name))

    def _within(self, work: Callable[[], Given]) -> Given:
        """What the work gives. Raises TimeoutError when it takes too long."""
        ended: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

        def worked() -> None:
            try:
                ended.put((True, work()))
            except Exception as fault:
                ended.put((False, fault))

        Thread(target=worked, daemon=True).start()
        try:
            well, given = ended.get(timeout=self._seconds)
        except Empty:
            with suppress(Exception):
                self._spark.interruptAll()
            raise TimeoutError from None
        if not well:
            raise given
        return given  # type: ignore[no-any-return]

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Faults of Spark as EngineFault: their class, never their words."""
        try:
            yield
        except TimeoutError:
            fix = _("narrow the rule, or allow more `seconds` in state/settings.toml, [engine]")
            raise EngineFault(_("takes more than {seconds:,} seconds", seconds=self._seconds), fix) from None
        except Exception as fault:
            kind = class_of(fault)
        else:
            return
        raise EngineFault(_("fails on the engine ({kind})", kind=kind), FIX)


def class_of(fault: Exception) -> str:
    """The class that Spark gives the error; of others the name of the Python class."""
    told = ""
    with suppress(Exception):
        told = str(fault.getCondition())  # type: ignore[attr-defined]
    return told if CLASS.fullmatch(told) else type(fault).__name__


def silence() -> None:
    """The client's own logger says nothing: it would log whole errors."""
    os.environ.pop("SPARK_CONNECT_LOG_LEVEL", None)
    from pyspark.sql.connect.logging import logger

    logger.disabled = True
    logging.getLogger("pyspark").addHandler(logging.NullHandler())


def checked(address: str, token: str | None) -> str:
    """The address with the token as the client takes it.

    Raises UsageError for one that is no `sc://host:port`, holds a token that others could see, or leads to another
    machine without TLS and token. The address is not told.
    """
    parts = urlsplit(address)
    options = dict(one.split("=", 1) for one in parts.path.strip("/").strip(";").split(";") if "=" in one)
    if parts.scheme != "sc" or not parts.hostname:
        raise UsageError(
            "--engine", _("this is no address of an engine"), _("duckdb, or sc://host:15002/;use_ssl=true")
        )
    if "token" in options or parts.password or dict(parse_qsl(parts.query)):
        fix = _("`token` in state/settings.toml, [engine], or {token}", token=TOKEN)
        raise UsageError("--engine", _("a token in an address is seen by everybody here"), fix)
    token = token or os.environ.get(TOKEN)
    if parts.hostname not in LOOPBACK and (options.get("use_ssl") != "true" or not token):
        fix = _(
            "sc://host:15002/;use_ssl=true, and a token in state/settings.toml, [engine], or in {token}", token=TOKEN
        )
        raise UsageError(
            "--engine", _("another machine without TLS and a token would show every row to the network"), fix
        )
    plain = address.rstrip("/;")
    return f"{plain}{'' if '/;' in plain else '/'};token={quote(token, safe='')}" if token else plain

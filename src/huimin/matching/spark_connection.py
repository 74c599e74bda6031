"""A session of a Spark Connect server: how it is reached, and what may be told of its faults.

Spark's own errors quote cells: their class alone passes on.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from huimin.absent import present
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.engine import EngineFault

Given = TypeVar("Given")
CLIENT = "pyspark-client"
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105  its name alone
"""The environment variable that holds the token, where the root's settings do not."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TRIES = 5
"""How often the client asks a server that does not answer: for about half a minute."""
MEANINGS = {
    "spark.sql.ansi.enabled": "true",  # a cast or a sum that fails ends the rule: it is no null
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""What a platform may have set otherwise, and rules would mean something else under."""
CLASS = re.compile("[A-Z][A-Z_.]+")
FIX = _("see the cluster's own log; guard casts with try_cast, divisions with nullif")


class SparkConnection:
    """One session. Every method but `close` raises EngineFault."""

    def __init__(self, address: str, seconds: int) -> None:
        """`address`: one that `checked` gave; `seconds`: the most that one statement may take.

        Raises UsageError where there is no client, or one of another minor version than the server.
        """
        present("pandas")  # the client cannot do without
        try:
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
        except ImportError:
            raise UsageError("--engine", _("no Spark client is installed"), _("uv sync --group cluster")) from None
        self._seconds = seconds
        silence()
        with self._telling():
            self._session: Any = SparkSession(address)
            self._session.client.set_retry_policies([DefaultPolicy(max_retries=TRIES)])
        self.asked(lambda session: [session.conf.set(name, value) for name, value in MEANINGS.items()])
        self.version: str = self.asked(lambda session: session.version)
        client = version(CLIENT)
        if minor(client) != minor(self.version):
            self.close()
            problem = _("the client is of version {client}, the server of {server}", client=client, server=self.version)
            raise UsageError("--engine", problem, _("have both of one minor version"))

    def asked(self, work: Callable[[Any], Given]) -> Given:
        """What `work` returns, called with the session."""
        with self._telling():
            return self._within(lambda: work(self._session))

    def close(self) -> None:
        """The session has ended."""
        with suppress(Exception):
            self._session.stop()

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
                self._session.interruptAll()
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


def minor(version: str) -> str:
    """`4.0` of `4.0.5`."""
    return ".".join(version.split(".")[:2])


def class_of(fault: Exception) -> str:
    """The class that Spark gives the error; of others the name of the Python class."""
    told = ""
    with suppress(Exception):
        told = str(fault.getCondition())  # type: ignore[attr-defined]
    return told if CLASS.fullmatch(told) else type(fault).__name__


LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
"""What the client says of an error, with its words, beside raising it."""


def silence() -> None:
    """The client's own loggers say nothing: they would log whole errors."""
    os.environ.pop("SPARK_CONNECT_LOG_LEVEL", None)
    from pyspark.logger import PySparkLogger
    from pyspark.sql.connect.logging import logger

    for one in (logger, *map(PySparkLogger.getLogger, LOGGERS)):
        one.disabled = True
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

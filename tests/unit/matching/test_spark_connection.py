"""How a Spark Connect server is reached: addresses that are taken and refused, and the versions of both sides."""

import re
from pathlib import Path

import pytest

from huimin.errors import UsageError
from huimin.matching import spark_connection
from huimin.matching.spark_connection import LOGGERS, SparkConnection, checked
from sailing import sailing


@pytest.mark.parametrize(
    ("address", "token", "taken"),
    [
        ("sc://localhost:15002", None, "sc://localhost:15002"),
        ("sc://127.0.0.1:15002/", "a;b", "sc://127.0.0.1:15002/;token=a%3Bb"),
        ("sc://spark.lan:15002/;use_ssl=true", "abc", "sc://spark.lan:15002/;use_ssl=true;token=abc"),
    ],
)
def test_addresses_as_the_client_takes_them(address: str, token: str | None, taken: str) -> None:
    assert checked(address, token) == taken


@pytest.mark.parametrize(
    ("address", "token", "problem"),
    [
        ("spark.lan:15002", None, "no address of an engine"),
        ("http://spark.lan:15002", "abc", "no address of an engine"),
        ("sc://", "abc", "no address of an engine"),
        ("sc://spark.lan:15002", None, "without TLS and a token"),
        ("sc://spark.lan:15002", "abc", "without TLS and a token"),
        ("sc://spark.lan:15002/;use_ssl=true", None, "without TLS and a token"),
        ("sc://spark.lan:15002/;use_ssl=false", "abc", "without TLS and a token"),
        ("sc://localhost.lan:15002", None, "without TLS and a token"),
        ("sc://spark.lan:15002/;use_ssl=true;token=abc", None, "seen by everybody"),
    ],
)
def test_addresses_that_are_refused(address: str, token: str | None, problem: str, monkeypatch) -> None:
    monkeypatch.delenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", raising=False)
    with pytest.raises(UsageError, match=problem) as fault:
        checked(address, token)
    assert "abc" not in str(fault.value) and "spark.lan" not in str(fault.value)


@pytest.mark.parametrize(("client", "fits"), [("4.0.99", True), ("4.1.0", False), ("40.0.1", False)])
def test_client_and_server_are_of_one_minor_version(client: str, fits: bool, monkeypatch) -> None:
    with sailing() as address:
        monkeypatch.setattr(spark_connection, "version", lambda package: client)
        if fits:
            SparkConnection(address, 60).close()
            return
        with pytest.raises(UsageError, match=f"client is of version {client}, the server of 4[.]0"):
            SparkConnection(address, 60)


def test_every_logger_of_the_client_that_tells_errors_is_silenced() -> None:
    from pyspark.errors.exceptions import base

    sources = (place.read_text() for place in Path(base.__file__).parent.glob("*.py"))
    assert {name for text in sources for name in re.findall(r'getLogger\("(\w+)"\)', text)} == {*LOGGERS}

"""A whole night whose rules run on Spark Connect, and the same night made again in this process."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliveries import deliver
from huimin.errors import UsageError
from huimin.nights import run
from huimin.nights.memory import machine_bytes
from huimin.nights.night import open_night
from huimin.nights.replay import replay_run
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from nights import PROJECT, night, table
from sailing import sailing

SOME = ("deceased", "dibao_tekun", "dibao_over_standard", "multiple_cards")


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    with sailing() as address:
        yield address


@pytest.mark.parametrize("only", [SOME, pytest.param((), marks=pytest.mark.long)], ids=["some rules", "every rule"])
def test_a_night_on_spark_is_byte_for_byte_one_of_duckdb(sail: str, tmp_path: Path, only: tuple[str, ...]) -> None:
    """Each is made again by the other, down to the last file."""
    for engine, other, told in ((sail, "duckdb", "spark "), ("duckdb", sail, "duckdb ")):
        root = Root(tmp_path / told.strip())
        deliver(root.path)
        published = run.run_night(night(root.path, only=only, engine=engine), datetime.now(UTC))
        assert read_manifest(published.folder).facts.engine.startswith(told)
        assert {"deceased", "dibao_tekun"} <= {*table(published, "clues")["rule"]}
        again = replay_run(root, PROJECT, published.run, other)
        assert again.files > 20
        assert (again.different, again.changed) == ((), ())


def test_an_engine_that_cannot_be_reached_safely_is_refused_before_the_night_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without TLS and a token"):
        open_night(night(tmp_path / "root", engine="sc://spark.lan:15002"))


def test_the_root_settles_where_rules_run(tmp_path: Path) -> None:
    root = Root(tmp_path / "root")
    root.prepare()
    root.settings().write_text('[engine]\naddress = "sc://spark.lan:15002"\ntoken = "abc"\n')
    with pytest.raises(UsageError, match="without TLS and a token"):
        open_night(night(root.path))
    open_night(night(root.path, engine="duckdb"))


@pytest.mark.parametrize(
    ("settled", "found"),
    [("", (machine_bytes() // 2, len(os.sched_getaffinity(0)))), ("memory_gib = 2\nthreads = 1", (2 * 1024**3, 1))],
    ids=["half of the machine", "as the root settles"],
)
def test_memory_and_cores_of_the_work_database(tmp_path: Path, settled: str, found: tuple[int, int]) -> None:
    root = Root(tmp_path / "root")
    root.prepare()
    root.settings().write_text(f"[engine]\n{settled}\n")
    tonight = night(root.path)
    open_night(tonight)
    with closing(tonight.open_work()) as con:
        ((memory, threads),) = con.execute(
            "select current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()
    size, unit = memory.split()
    factors = {"MiB": 1024**2, "GiB": 1024**3}
    assert float(size) * factors[unit] == pytest.approx(found[0], rel=0.05)
    assert threads == found[1]

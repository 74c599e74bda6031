"""The work database: what it keeps when a step ends, and how much its engine may use."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from huimin.tables.work import kept_whole, open_work


@contextmanager
def step(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_work(path)) as con, kept_whole(con):
        yield con


def tables(path: Path) -> list[str]:
    with closing(open_work(path)) as con:
        return [row[0] for row in con.execute("show tables").fetchall()]


def test_what_a_step_lays_stands_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with step(path) as con:
        con.execute("create table hits as select 1 as one")
    assert tables(path) == ["hits"]
    assert [file.name for file in tmp_path.iterdir()] == ["work.duckdb"]


def test_nothing_stays_of_a_step_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with step(path) as con:
        con.execute("create table hits as select 1 as one")
    with pytest.raises(KeyError), step(path) as con:
        con.execute("drop table hits")
        con.execute("create table clues as from range(1000000)")
        raise KeyError
    assert tables(path) == ["hits"]


KILLED = """
import os, sys
from pathlib import Path
from huimin.tables.work import kept_whole, open_work
con = open_work(Path(sys.argv[1]))
with kept_whole(con):
    con.execute("drop table hits")
    con.execute("create table clues as from range(1000000)")
    os._exit(9)
"""


def test_nothing_stays_of_a_step_that_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with step(path) as con:
        con.execute("create table hits as select 1 as one")
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    assert tables(path) == ["hits"]


def test_the_engine_knows_how_many_rows_a_step_has_laid(tmp_path: Path) -> None:
    with step(tmp_path / "work.duckdb") as con:
        con.execute("create table payments as select range as ref from range(100000)")
        con.execute("create temp table registers as select range as ref from range(100000)")
        for table in ("payments", "registers"):
            plan = con.execute(f"explain from {table}").fetchall()[0][1]
            assert re.findall(r"~([\d,]+) rows", plan) == ["100,000"]


def test_memory_and_threads_are_as_given(tmp_path: Path) -> None:
    with closing(open_work(tmp_path / "work.duckdb", "512MiB", threads=1)) as con:
        found = con.execute("select current_setting('memory_limit'), current_setting('threads')").fetchall()
    assert found == [("512.0 MiB", 1)]


@pytest.mark.parametrize(
    ("path", "spill", "expected"),
    [("work.duckdb", "", "work.duckdb.spill"), ("work.duckdb", "aside", "aside"), ("", "aside", "aside")],
)
def test_what_finds_no_room_goes_to_a_folder_beside_or_to_the_one_that_is_given(
    path: str, spill: str, expected: str, tmp_path: Path
) -> None:
    with closing(open_work(tmp_path / path if path else None, spill=tmp_path / spill if spill else None)) as con:
        found = con.execute("select current_setting('temp_directory')").fetchone()
    assert found == (str(tmp_path / expected),)


def test_a_database_in_memory_spills_nowhere_of_its_own(tmp_path: Path) -> None:
    with closing(open_work(None)) as con, closing(duckdb.connect()) as usual:
        found, expected = (one.execute("select current_setting('temp_directory')").fetchone() for one in (con, usual))
    assert found == expected


def test_nothing_is_fetched_from_the_network_and_two_cores_are_used_unless_told_otherwise() -> None:
    settings = "threads", "autoinstall_known_extensions", "autoload_known_extensions", "preserve_insertion_order"
    with closing(open_work(None)) as con:
        found = con.execute(f"select {', '.join(f'current_setting({name!r})' for name in settings)}").fetchone()
    assert found == (2, False, False, False)


def test_without_a_number_of_threads_every_core_is_used() -> None:
    with closing(open_work(None, threads=None)) as con, closing(duckdb.connect()) as usual:
        found, expected = (one.execute("select current_setting('threads')").fetchone() for one in (con, usual))
    assert found == expected

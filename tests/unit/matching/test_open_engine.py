"""On which engine the rules run, and what is said of one that refuses: never a value of a row."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from huimin.errors import UsageError
from huimin.matching.core import Core, Texts, telling
from huimin.matching.engine import EngineFault
from huimin.matching.open_engine import DUCKDB, address_of, open_engine
from huimin.store.settings import EngineSettings

HERE, THERE = "sc://localhost:15002", "sc://127.0.0.1:15003"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as con:
        yield con


@pytest.mark.parametrize(
    ("asked", "settled", "address"),
    [
        ("", DUCKDB, DUCKDB),
        ("", HERE, HERE),
        (THERE, HERE, THERE),
        (DUCKDB, HERE, DUCKDB),
        (HERE, DUCKDB, HERE),
    ],
)
def test_what_was_asked_for_goes_before_what_the_root_settles(
    asked: str, settled: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", raising=False)
    assert address_of(asked, EngineSettings(settled)) == address


def test_under_a_key_only_the_engine_of_this_process_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIMIN_KEY", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    assert address_of("", EngineSettings()) == DUCKDB
    with pytest.raises(UsageError, match="no cluster reads the encrypted rows"):
        address_of(HERE, EngineSettings())


def test_without_a_cluster_the_rules_run_over_the_work_database(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    engine = open_engine("", EngineSettings(), con, {}, {}, tmp_path)
    assert isinstance(engine, Core)
    assert engine.con is con
    assert engine.version.startswith(f"duckdb {duckdb.__version__}, sqlglot ")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select no_column from (select 1 as one)", "no_column"),
        ("select * from no_table", "no_table"),
        ("select cast('429999' || 'X' as integer)", r"fails on the data in force \(ConversionException\)"),
    ],
)
def test_of_a_fault_only_the_words_of_the_sql_are_told(con: duckdb.DuckDBPyConnection, sql: str, said: str) -> None:
    with pytest.raises(EngineFault, match=said) as caught, telling():
        con.execute(sql)
    assert "429999X" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_little_memory_is_a_fault_and_a_full_disk_is_its_own_error() -> None:
    with pytest.raises(EngineFault, match="needs more memory"), telling():
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate")
    with pytest.raises(duckdb.IOException), telling():
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")


@pytest.mark.parametrize(("kept", "kind"), [(None, "BASE TABLE"), (("a",), "BASE TABLE"), ((), "VIEW")])
def test_a_view_takes_the_place_of_what_stood_there_and_is_kept_where_it_is_worth_it(
    con: duckdb.DuckDBPyConnection, kept: tuple[str, ...] | None, kind: str
) -> None:
    con.execute("create table old_table as select 1 as a; create view old_view as select 1 as a")
    texts = Texts(con)
    for name in ("old_table", "old_view", "new"):
        for number in (2, 3):
            texts.view(name, f"select {number} as a", kept)
        assert con.execute(f"from {name}").fetchall() == [(3,)]
    kinds = con.execute("select table_type from information_schema.tables").fetchall()
    assert kinds == [(kind,)] * 3


def test_more_hits_than_may_be_found_are_a_fault_and_as_many_are_not(con: duckdb.DuckDBPyConnection) -> None:
    assert Texts(con).found("select * from range(3)", 3).num_rows == 3
    with pytest.raises(EngineFault):
        Texts(con).found("select * from range(4)", 3)


def test_rows_are_counted_by_item_or_all_together(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select unnest(['a', 'a', 'b']) as item"
    assert Texts(con).count(sql, by_item=True) == {"a": 2, "b": 1}
    assert Texts(con).count(sql, by_item=False) == {None: 3}

"""The analysts' database: every table, commented in Chinese, readable by DuckDB 1.4, nothing beside it."""

import duckdb
import pytest

from huimin.publishing.database import STORAGE_VERSION, VIEWS, columns_reference
from huimin.tables.declared import RESTRICTED_TABLES, TABLES
from unit.published_run import RUN, TABLE_ROWS, drawn, published_run


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    published_run(folder)
    return folder / "published" / RUN / "clues.duckdb"


@pytest.fixture
def con(place):
    with duckdb.connect(str(place), read_only=True) as connection:
        yield connection


def test_it_holds_every_table_with_the_declared_types(con):
    for table in TABLES:
        described = [(name, kind) for name, kind, *_ in con.execute(f"describe {table.name}").fetchall()]
        assert described == [(column.name, column.type) for column in table.columns]
        rows = con.execute(f"select count(*) from {table.name}").fetchall()[0][0]
        assert rows == len(drawn(TABLE_ROWS.get(table.name, "x")))


def test_nothing_restricted_is_in_it(con):
    names = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    assert names == {table.name for table in TABLES}
    assert not names & {table.name for table in RESTRICTED_TABLES}


def test_every_table_view_and_column_has_a_chinese_comment(con):
    comments = con.execute(
        """select comment from duckdb_tables() union all select comment from duckdb_views() where not internal
           union all select comment from duckdb_columns() where not internal"""
    ).fetchall()
    assert len(comments) == len(TABLES) + len(VIEWS) + len(columns_reference())
    assert all(comment and any("\u4e00" <= character <= "\u9fff" for character in comment) for (comment,) in comments)


def test_every_view_gives_its_declared_columns(con):
    for view in VIEWS:
        described = [row[0] for row in con.execute(f"describe {view.name}").fetchall()]
        assert described == [name for name, _ in view.columns]


def test_views_leave_exempted_and_refused_out(con):
    assert con.execute("select sum(clues) from clues_by_rule").fetchall() == [(2,)]
    assert con.execute("select street, clues, households from clues_by_street").fetchall() == [("关山街道", 2, 1)]
    assert con.execute("select count(*) from deliveries_in_force").fetchall() == [(2,)]
    assert con.execute("select clues, priority from households_to_visit").fetchall() == [(2, 2324.0)]


def test_the_oldest_duckdb_that_analysts_have_can_open_it(place, con):
    tags = con.execute("select tags['storage_version'] from duckdb_databases() where not internal").fetchall()
    assert tags == [(f"{STORAGE_VERSION}+",)]

    assert not place.with_name("clues.duckdb.wal").exists()


def test_the_reference_covers_tables_and_views_in_order():
    reference = columns_reference()
    assert reference[0] == ("clues", "clue_id", "VARCHAR", reference[0][3])
    assert {row[0] for row in reference} == {*(table.name for table in TABLES), *(view.name for view in VIEWS)}

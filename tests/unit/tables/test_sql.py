"""Texts and files in SQL: no text ends its quotes, no path is a pattern."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from huimin.tables.sql import exact, insert_rows, lay_frame, literal, parquet, parquet_below, parquets, quoted, rows_of


@pytest.mark.parametrize("text", ["", "'", "''", "it's; drop table t --", "100%\\_\n\t", "姓名"])
def test_a_text_comes_out_of_sql_as_it_went_in(text: str) -> None:
    assert duckdb.sql(f"select {literal(text)}").fetchone() == (text,)


@pytest.mark.parametrize("name", ["it's", "[ab]", "a*b", "[[]", "{a,b}"])
def test_a_path_reads_its_own_file_and_no_other(name: str, tmp_path: Path) -> None:
    for folder, value in ((name, 1), ("a", 2), ("aab", 3)):
        (tmp_path / folder / "part").mkdir(parents=True)
        pl.DataFrame({"value": [value]}).write_parquet(tmp_path / folder / "part" / "rows.parquet")
    place = tmp_path / name
    assert duckdb.sql(f"select value from {parquet(place / 'part' / 'rows.parquet')}").fetchall() == [(1,)]
    assert duckdb.sql(f"select value from {parquet_below(place, '*/*.parquet')}").fetchall() == [(1,)]
    whole = exact(place / "part" / "rows.parquet")
    assert duckdb.execute("select value from read_parquet(?)", [whole]).fetchall() == [(1,)]


def test_a_folder_of_the_path_makes_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "x=1" / "value=2"
    folder.mkdir(parents=True)
    pl.DataFrame({"value": [1]}).write_parquet(folder / "rows.parquet")
    found = duckdb.sql(f"from {parquet(folder / 'rows.parquet')}")
    assert (found.columns, found.fetchall()) == (["value"], [(1,)])


def test_options_follow_the_place() -> None:
    assert parquet_below(Path("a"), "*", "filename = true") == "read_parquet('a/*', filename = true)"


def test_files_of_one_shape_are_read_together(tmp_path: Path) -> None:
    places = [tmp_path / f"{number}.parquet" for number in range(3)]
    for number, place in enumerate(places):
        pl.DataFrame({"value": [number]}).write_parquet(place)
    assert duckdb.sql(f"select value from {parquets(places)} order by 1").fetchall() == [(0,), (1,), (2,)]


def test_a_name_is_an_identifier_whatever_is_in_it() -> None:
    name = 'a "b"; drop'
    assert duckdb.sql(f"select 1 as {quoted(name)}").columns == [name]


def test_rows_come_by_column_with_values_or_without() -> None:
    with duckdb.connect() as con:
        assert rows_of(con, "select 1 as one, 'x' as two") == [{"one": 1, "two": "x"}]
        assert rows_of(con, "select $one + 1 as two", one=1) == [{"two": 2}]
        assert rows_of(con, "select 1 as one where false") == []


def test_a_frame_takes_the_place_of_the_one_before_and_rows_come_to_it() -> None:
    with duckdb.connect() as con:
        for number in (1, 2):
            lay_frame(con, "told", pl.DataFrame({"value": [number], "text": ["x"]}))
        insert_rows(con, "told", [(3, "y"), (4, None)])
        insert_rows(con, "told", [])
        assert con.execute("from told").fetchall() == [(2, "x"), (3, "y"), (4, None)]
        assert con.execute("show tables").fetchall() == [("told",)]

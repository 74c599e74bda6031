"""Texts and files in SQL: no text ends its quotes, no path is a pattern."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from huimin.tables.sql import exact, literal, parquet, parquet_below


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

"""Every published table and column is told in English too, and nothing else is."""

from huimin.tables.declared import TABLES
from huimin.tables.english import in_english, words


def test_every_published_table_and_column_is_told_and_nothing_else() -> None:
    declared = [(table.name, column) for table in TABLES for column in ("", *(one.name for one in table.columns))]
    assert sorted(words()) == sorted(declared)
    assert all(told.isascii() or "总计" in told or "…" in told for told in words().values())


def test_a_column_is_told_within_its_table() -> None:
    tables = {table.name: table for table in TABLES}
    assert in_english(tables["clues"], "priority") == "expected yuan: the order of visits"
    assert in_english(tables["trend"]) == "one row a complete run, carried on from run to run"

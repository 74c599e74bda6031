"""Every published table and column is told in English too; what only case workers read is not."""

from huimin.tables.declared import RESTRICTED_TABLES, TABLES


def test_every_published_table_and_column_is_told_in_english() -> None:
    told = {(table.name, one.name): one.english for table in TABLES for one in (table, *table.columns)}
    assert [place for place, words in told.items() if not words] == []
    assert all(words.isascii() or "总计" in words or "…" in words for words in told.values())
    assert {one.english for table in RESTRICTED_TABLES for one in (table, *table.columns)} == {""}


def test_a_column_is_told_within_its_table() -> None:
    tables = {table.name: table for table in TABLES}
    meaning = {column.name: column.english for column in tables["clues"].columns}
    assert meaning["priority"] == "expected yuan: the order of visits"
    assert tables["trend"].english == (
        "each complete run for the district, its streets and departments, carried on from run to run"
    )

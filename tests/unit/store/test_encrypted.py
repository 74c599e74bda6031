"""Parquet under a key: the same rows, read by DuckDB and Polars, beside plain files; and nothing without the key."""

from base64 import b64encode
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from huimin.errors import UsageError
from huimin.store.encrypted import encrypt, is_plain, rows_in, scan, write_frame
from huimin.tables.key import KEY, restricted_key, unlocked
from huimin.tables.sql import parquet, parquets
from huimin.tables.work import open_work

SECRET = b64encode(bytes(range(32))).decode()
ROWS = pl.DataFrame(
    {
        "id_number": [f"42999919600101{number:04d}" for number in range(300_000)],
        "amount": pl.Series([Decimal("1.50"), None] * 150_000, dtype=pl.Decimal(14, 2)),
        "day": pl.Series([date(2023, 8, 1)] * 300_000),
        "row": pl.Series(range(300_000), dtype=pl.Int32),
    }
)
"""More than one row group, and pages."""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_frame(ROWS, tmp_path / "rows.parquet")
    return tmp_path / "rows.parquet"


def test_the_rows_come_back_in_their_types_and_order(place: Path) -> None:
    assert scan(place).collect().equals(ROWS)
    assert scan(place).filter(pl.col("row") == 299_999).select("id_number").collect().item() == ROWS["id_number"][-1]
    assert rows_in(place) == ROWS.height
    assert place.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "asked",
    [
        "select row from {rows} where id_number = '42999919600101000077'",
        "select id_number from {rows} where row in (5, 77, 299999) order by row",
        "select row from {rows} where amount is null order by row desc limit 3",
        "select count(*) from {rows} as a semi join (select 77 as row) as b on a.row = b.row",
    ],
)
def test_a_query_that_skips_pages_says_the_same_as_of_a_plain_file(place: Path, asked: str) -> None:
    plain = place.with_name("plain.parquet")
    ROWS.write_parquet(plain)
    con = open_work(None)
    found, expected = (con.execute(asked.format(rows=parquet(one))).fetchall() for one in (place, plain))
    assert found == expected


def test_plain_and_encrypted_files_are_read_as_one(tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("a.parquet", "b.parquet", "c.parquet")]
    for number, place in enumerate(places):
        pl.DataFrame({"value": [number], "name": ["x"]}).write_parquet(place)
    encrypt(places[1])
    assert [is_plain(place) for place in places] == [True, False, True]
    found = unlocked(duckdb.connect()).execute(f"select value from {parquets(places)} order by value").fetchall()
    assert found == [(0,), (1,), (2,)]


def test_a_file_without_columns_stays_as_it_is(tmp_path: Path) -> None:
    pl.DataFrame().write_parquet(tmp_path / "rows.parquet")
    was = (tmp_path / "rows.parquet").read_bytes()
    encrypt(tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").read_bytes() == was
    assert not is_plain(tmp_path / "rows.parquet")


def test_without_the_key_a_file_is_named_and_with_another_nothing_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY)
    with pytest.raises(UsageError, match="is encrypted, and there is no key") as refused:
        scan(place)
    assert refused.value.where == str(place)
    monkeypatch.setenv(KEY, b64encode(bytes(32)).decode())
    with pytest.raises(duckdb.Error):
        scan(place).collect()


def test_neither_sql_nor_what_duckdb_tells_of_itself_has_the_key(place: Path) -> None:
    con = open_work(None)
    told = [parquet(place), *map(str, con.execute("from duckdb_settings()").fetchall())]
    told += map(str, con.execute(f"explain analyze select * from {parquet(place)} where row < 3").fetchall())
    with pytest.raises(duckdb.Error) as fault:
        con.execute(f"select nosuch from {parquet(place)}")
    assert not any(SECRET in text for text in (*told, str(fault.value)))


@pytest.mark.parametrize("told", ["short", "=", b64encode(bytes(16)).decode(), SECRET[:-2], "密钥"])
def test_what_is_no_key_is_refused_unquoted(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(KEY, told)
    with pytest.raises(UsageError, match="not 32 bytes in base64") as refused:
        restricted_key()
    assert told not in refused.value.told

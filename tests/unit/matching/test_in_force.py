"""Rows in force of many deliveries and of few, which are mounted in two ways."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from huimin.cells.id_number import digits, digits_of
from huimin.deliveries.slots import InForce
from huimin.matching import mount as module
from huimin.matching.mount import FEW, REF_SPAN, mount, roster_sql
from nights import PROJECT

CONTRACT = PROJECT.contracts["deaths"]
NUMBERS = [f"42999919500101{number:03}0" for number in range(3)]


def delivery(folder: Path, ordinal: int, whole: bool) -> InForce:
    """One of three rows, of which the last is in a slot of its own."""
    name = f"{ordinal:016}"
    rows = pl.DataFrame(
        {
            **{column.name: pl.Series([None] * 3, dtype=column.type.parquet) for column in CONTRACT.columns},
            "id_number": NUMBERS, "name": ["甲一", "乙*", "丙三"], "sheet": [None] * 3, "row": [2, 3, 4],
            "slot": ["2023-08-01", "2023-08-01", "2023-07-01"], "delivery": [name] * 3, "position": [0, 1, 2],
        },
        schema_overrides={"sheet": pl.String, "row": pl.Int32},
    ).with_columns(digits(pl.col("id_number")).alias(digits_of("id_number")))  # fmt: skip
    place = folder / f"{name}.parquet"
    rows.write_parquet(place)
    return InForce(name, None, place, ("2023-08-01",), whole, ordinal)


def rows_of(deliveries: list[InForce]) -> list[tuple]:
    con = duckdb.connect()
    mount(con, PROJECT.contracts, {"deaths": deliveries})
    columns = "ref, delivery, position, id_number, name, name_known"
    found = con.execute(f"select {columns} from deaths order by ref").fetchall()
    numbered = con.execute(
        f"select ref, id_number from ({roster_sql(CONTRACT, deliveries, numbers=True)}) order by ref"
    ).fetchall()
    assert numbered == [(row[0], int(row[3][:17])) for row in found]
    return found


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
@pytest.mark.parametrize("in_part", [False, True], ids=["all whole", "one in part"])
def test_the_number_of_a_delivery_is_looked_up_as_it_is_written(tmp_path, monkeypatch, count, in_part) -> None:
    deliveries = [delivery(tmp_path, 7 + number, whole=True) for number in range(count)]
    if in_part:
        deliveries.append(delivery(tmp_path, 3, whole=False))
    found = rows_of(deliveries)
    assert len(found) == 3 * count + 2 * in_part
    assert [row[0] for row in found] == sorted(
        one.ordinal * REF_SPAN + position for one in deliveries for position in range(3 if one.whole else 2)
    )
    assert {row[4:] for row in found} == {("甲一", True), ("乙*", False)} | {("丙三", True)}
    monkeypatch.setattr(module, "FEW", 0)
    assert rows_of(deliveries) == found

"""The figures of one aggregate are those that Great Expectations works out by itself, and so are its results."""

from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import EXPECTATIONS, Expectation
from huimin.quality.judge import Check, result_of
from huimin.quality.measure import measure
from huimin.quality.rows import row_checks
from huimin.tables.sql import parquet
from unit.great_expectations_alone import Asked, alone
from unit.quality.test_quality import TRADE_IN
from unit.quality_rows import contracts, delivery

CONTRACTS = contracts()
DIBAO = """
row | slot    | name | id_number          | household_head_id  | period     | amount  | paid_on    | street
2   | 2023-07 | 甲   | 429999199001010010 | 429999199001010010 | 2023-07-01 | 0       | 2023-07-31 | 甲街道
3   | 2023-07 |      | 429999199001010029 |                    | 2023-07-01 | 5000.01 |            |
4   | 2023-08 | 乙某 | 429999199001010037 | 429999199001010010 | 2023-08-01 |         | 2023-06-30 | 甲街道
"""
FIGURES = pl.DataFrame({"age_days": [61.0, 62.0, 63.0, None, 0.1 + 0.2]})


def of(type_: str, column: str | None = None, **arguments: Any) -> Check:
    kwargs = tuple(arguments.items())
    return Check(f"{type_} {column} {kwargs}", Expectation(f"expect_{type_}", "warning", kwargs, column))


EVERY = (
    of("column_values_to_not_be_null", "disposal"),
    of("column_values_to_not_be_null", "disposal", mostly=0.8),
    of("column_values_to_not_be_null", "disposal", mostly=0.9),
    of("column_values_to_be_between", "amount", min_value=100, max_value=8000),
    of("column_values_to_be_between", "amount", min_value=100, max_value=8000, strict_min=True, strict_max=True),
    of("column_values_to_be_between", "amount", max_value=8000, strict_max=True, mostly=0.5),
    of("column_values_to_be_between", "amount", min_value=99.5),
    of("column_values_to_be_in_set", "disposal", value_set=("报废", "it's")),
    of("column_values_to_match_regex", "old_vin", regex="^LSV[A-Z0-9]{14}$"),
    of("column_value_lengths_to_be_between", "old_vin", min_value=17, max_value=17),
    of("column_value_lengths_to_be_between", "name", max_value=0),
    of(
        "column_pair_values_a_to_be_greater_than_b", column_A="applied_on", column_B="disposed_on", or_equal=True,
        ignore_row_if="either_value_is_missing",
    ),
    of(
        "column_pair_values_a_to_be_greater_than_b", column_A="applied_on", column_B="disposed_on",
        ignore_row_if="either_value_is_missing", mostly=0.5,
    ),
    of("column_unique_value_count_to_be_between", "new_vin", min_value=4, max_value=5),
    of("column_sum_to_be_between", "amount", max_value=1000),
    of("column_sum_to_be_between", "amount", min_value=112999),
    of("table_row_count_to_be_between", min_value=6),
)  # fmt: skip


def tables(folder: Path) -> list[Asked]:
    """What is asked of some deliveries, and of figures of deliveries at the gate."""

    def rows(name: str, contract: Contract, text: str) -> str:
        return f"select * from {parquet(delivery(folder / name, contract, text) / 'rows.parquet')}"

    trade_in, dibao = CONTRACTS["vehicle_trade_in"], CONTRACTS["urban_dibao"]
    figures = folder / "figures.parquet"
    FIGURES.write_parquet(figures)
    gate = (
        of("column_values_to_be_between", "age_days", max_value=62),
        of("column_values_to_be_between", "age_days", min_value=0.3),
    )
    return [
        (rows("some", trade_in, TRADE_IN), (*EVERY, *row_checks(trade_in)), None),
        (rows("none", trade_in, "row | slot"), (*EVERY, *row_checks(trade_in)), None),
        (rows("empty", trade_in, "row | slot\n2 | 2022-07"), (*EVERY, *row_checks(trade_in)), None),
        (rows("dibao", dibao, DIBAO), row_checks(dibao), None),
        (f"select * from {parquet(figures)}", gate, "age_days"),
    ]


def test_great_expectations_says_the_same_of_figures_as_of_rows(tmp_path: Path) -> None:
    asked = tables(tmp_path)
    assert {check.expectation.type for check in EVERY} == set(EXPECTATIONS)
    with closing(duckdb.connect()) as con:
        for (rows, checks, index), expected in zip(asked, alone(asked), strict=True):
            assert expected.keys() == {check.name for check in checks}
            for check, figures in measure(con, f"({rows})", checks, index):
                success, result = expected[check.name]
                if index:
                    listed = [value for one in result["unexpected_index_list"] for value in one[index]]
                    result |= {"unexpected_index_list": listed, "partial_unexpected_index_list": listed}
                    del result["unexpected_index_query"]
                entry = result_of(check, figures, index)
                assert (check.name, entry.success, entry.to_json_dict()["result"]) == (check.name, success, result)


def test_a_figure_that_nobody_worked_out_is_no_success() -> None:
    with pytest.raises(KeyError, match="unexpected_count"):
        result_of(of("column_values_to_be_between", "amount", max_value=1), {"table.row_count": 1})

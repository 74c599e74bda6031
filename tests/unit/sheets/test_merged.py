"""Merged ranges among the data: whose value it is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from huimin.cells.types import TYPES
from huimin.contracts.contract import Column, Contract
from unit.sheets.containers import grid, xls, xlsx
from unit.sheets.elderly import LI, WANG, ZHANG, contract, drawn, reading

COLUMNS = (
    Column("name", TYPES["name"], ("姓名",), required=True),
    Column("id_number", TYPES["id_number"], ("身份证号",), required=True),
    Column("head", TYPES["id_number"], ("户主身份证号",), spans_rows=True),
    Column("guardian", TYPES["id_number"], ("监护人身份证号",)),
    Column("amount", TYPES["money"], ("金额",), required=True),
    Column("size", TYPES["integer"], ("人数",)),
    Column("account", TYPES["account"], ("账号",)),
    Column("street", TYPES["text"], ("街道",)),
    Column("period", TYPES["month"], ("月份",), required=True),
)
TITLES = "姓名 | 身份证号 | 户主身份证号 | 监护人身份证号 | 金额 | 人数 | 账号 | 街道 | 月份 | 备注"
PERSONS = f"""\
{TITLES}
张三 | {ZHANG} | {ZHANG} | {WANG} | 100 | 2 | 6217 | 甲街道 | 2023-08 | 甲
李四 | {LI} | {ZHANG} | {WANG} | 100 | 2 | 6217 | 甲街道 | 2023-08 | 甲
王五 | {WANG} | {WANG} | {ZHANG} | 300 | 1 | 6218 | 乙街道 | 2023-08 | 乙
"""


def marks(
    folder: Path, spans: Sequence[tuple[int, int, int, int]], write=xlsx, by: Contract | None = None
) -> list[str]:
    content = write(grid(PERSONS), spans)
    (seen,) = reading(folder, content, f"名单.{write.__name__}", by=by or contract(COLUMNS)).tables
    assert seen.records["row"].to_list() == [2, 3, 4]
    return drawn(seen.marks)


@pytest.mark.parametrize("write", [xlsx, xls])
@pytest.mark.parametrize("column", [1, 3, 4, 5, 6])
def test_an_amount_number_or_identifier_of_several_rows_is_nobodys(tmp_path: Path, column: int, write) -> None:
    name = COLUMNS[column].name
    assert marks(tmp_path, [(1, 2, column, column)], write) == [f"{row} | {name} | merged_cell" for row in (2, 3)]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_other_values_count_in_every_row(tmp_path: Path, write) -> None:
    assert marks(tmp_path, [(1, 2, column, column) for column in (0, 2, 7, 8, 9)], write) == []
    (seen,) = reading(
        tmp_path, write(grid(PERSONS), [(1, 3, 7, 7), (1, 2, 2, 2)]), "名单.xlsx", by=contract(COLUMNS)
    ).tables
    assert seen.records["street"].to_list() == ["甲街道"] * 3
    assert seen.records["head"].to_list() == [ZHANG, ZHANG, WANG]


def test_a_cell_merged_over_columns_of_one_row_is_that_rows(tmp_path: Path) -> None:
    assert marks(tmp_path, [(1, 1, 4, 5)]) == []


def test_an_empty_merged_range_is_empty(tmp_path: Path) -> None:
    rows = grid(PERSONS)
    rows[1][4] = rows[2][4] = ""
    (seen,) = reading(tmp_path, xlsx(rows, [(1, 2, 4, 4)]), "名单.xlsx", by=contract(COLUMNS)).tables
    assert seen.marks.is_empty()
    assert [amount or None for amount in seen.records["amount"]] == [None, None, "300"]


def test_a_range_that_reaches_out_of_the_data_counts_where_data_is(tmp_path: Path) -> None:
    rows = [*grid(PERSONS), *grid("合计 | | | | | | | | |")]
    (seen,) = reading(tmp_path, xlsx(rows, [(3, 4, 4, 4)]), "名单.xlsx", by=contract(COLUMNS)).tables
    assert drawn(seen.marks) == ["4 | amount | merged_cell"]

"""The two-year table of pairing funds, read back from the workbook."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import python_calamine

from huimin.workbooks.funds import write_funds_book

RUN_DATE = date(2023, 8, 22)
FUNDS = """
    (2022, '东街', '一社区', '甲公司', 100.00, 40.00, '工程未到付款节点'),
    (2022, '东街', '一社区', '甲公司', 50.50, null, '工程未到付款节点'),
    (2022, '东街', '一社区', '甲公司', 1.00, 1.00, '=cmd()'),
    (2023, '东街', '一社区', '甲公司', 200.00, 200.00, null),
    (2023, '东街', null, '乙公司', 30.00, null, null),
    (2021, '西街', '二社区', '丙公司', 9.00, 9.00, null)
"""


def written(tmp_path: Path, values: str, run_date: date = RUN_DATE) -> list[list[object]] | None:
    """The cells below the two lines of title; None where there is no workbook."""
    with duckdb.connect() as con:
        con.execute(
            """create table pairing_funds (year integer, street varchar, community varchar, paired_unit varchar,
               invested decimal(14, 2), used decimal(14, 2), unused_reason varchar)"""
        )
        if values:
            con.execute(f"insert into pairing_funds values {values}")
        places = write_funds_book(con, tmp_path / "workbooks", run_date)
    if not places:
        assert not (tmp_path / "workbooks").exists()
        return None
    assert places[0].stat().st_mode & 0o077 == 0
    book = python_calamine.CalamineWorkbook.from_path(places[0])
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)[2:]


def test_a_year_stands_beside_a_year_and_rows_of_one_year_are_added_up(tmp_path: Path) -> None:
    head, *rows = written(tmp_path, FUNDS) or []
    assert head == [
        "街道", "社区", "对口帮扶单位", "2022年投入（元）", "2022年使用（元）", "2022年未使用原因",
        "2023年投入（元）", "2023年使用（元）", "2023年未使用原因",
    ]  # fmt: skip
    assert rows == [
        ["东街", "一社区", "甲公司", 151.5, 41, "=cmd()；工程未到付款节点", 200, 200, ""],
        ["东街", "", "乙公司", "", "", "", 30, "", ""],
        ["合计", "", "", 151.5, 41, "", 230, 200, ""],
    ]


@pytest.mark.parametrize(
    ("run_date", "years"),
    [
        (date(2024, 1, 1), ("2022", "2023")),
        (date(2023, 1, 1), ("2022", "2023")),
        (date(2022, 12, 31), ("2021", "2022")),
    ],
)
def test_the_last_year_is_the_one_delivered_that_has_begun(
    tmp_path: Path, run_date: date, years: tuple[str, str]
) -> None:
    head = (written(tmp_path, FUNDS, run_date) or [])[0]
    assert (str(head[3])[:4], str(head[6])[:4]) == years


def test_without_such_funds_there_is_no_workbook(tmp_path: Path) -> None:
    assert written(tmp_path, "") is None
    assert written(tmp_path, "(2025, '东街', null, '甲公司', 1, 1, null)") is None


def test_sums_are_exact(tmp_path: Path) -> None:
    rows = written(tmp_path, ", ".join(["(2023, '东街', null, '甲公司', 0.10, 0.20, null)"] * 3)) or []
    assert [Decimal(str(cell)) for cell in rows[1][6:8]] == [Decimal("0.3"), Decimal("0.6")]

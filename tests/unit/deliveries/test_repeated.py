"""A list beside its parts: the same rows on several sheets, and what only looks like it."""

import pytest

from huimin.sheets.shapes import Reading
from huimin.store.delivery import Receipt
from unit.deliveries.test_standardise import READ_ON, contract, delivery, standardise, table

THREE = "ID1 | 100 | 2023-08\nID2 | 200 | 2023-08\nID3 | 300 | 2023-08"


def receipt_of(sheets: dict[str, str], file: str = "高龄津贴.xlsx", period: str = "month") -> Receipt:
    """The receipt of these sheets; a row is drawn without its name."""
    tables = []
    for sheet, drawing in sheets.items():
        width = drawing.split("\n")[0].count("|")
        head = "name | id_number | amount | period" if width == 2 else "name | id_number | amount"
        tables.append(table("\n".join([head, *(f"张三 | {line}" for line in drawing.split("\n"))]), sheet))
    return standardise(Reading(tuple(tables), ()), contract(period), delivery(file), READ_ON).receipt


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({"副本": THREE}, "“副本”"),
        ({"东街": "ID1 | 100 | 2023-08\nID2 | 200.00 | 202308", "西街": "ID3 | 300 | 2023-08"}, "“东街”、“西街”"),
        ({"东街": THREE + "\nID1 | 5 | 2023-07"}, "“东街”"),
    ],
)
def test_a_sheet_whose_rows_all_stand_on_others_refuses_the_workbook(others: dict[str, str], named: str) -> None:
    receipt = receipt_of({"全区": THREE, **others})
    assert f"工作表“全区”的每一行都又在工作表{named}中" in (receipt.problem or "")
    assert (receipt.outcome, receipt.rows_accepted) == ("refused", 0)


@pytest.mark.parametrize(
    "sheets",
    [
        {"全区": THREE},
        {"七月": THREE.replace("-08", "-07"), "八月": THREE},
        {"应发": THREE, "补发": THREE.replace("00 |", "50 |")},
        {"全区": THREE, "东街": "ID1 | 100 | 2023-08\nID2 | 200 | 2023-08"},
        {"东街": "ID1 | 100 | 2023-08\nID2 | 200 | 2023-08", "副本": "ID1 | 100 | 2023-08\nID2 | 200 | 2023-08"},
    ],
)
def test_other_rows_and_fewer_than_three_are_read(sheets: dict[str, str]) -> None:
    assert receipt_of(sheets).rows_accepted == sum(drawing.count("\n") + 1 for drawing in sheets.values())


def test_a_month_told_by_the_sheet_keeps_one_month_from_the_next() -> None:
    without = THREE.replace(" | 2023-08", "")
    assert receipt_of({"7月": without, "8月": without}, "2023年高龄津贴.xlsx").rows_accepted == 6
    assert receipt_of({"甲": without, "乙": without}, "2023年8月高龄津贴.xlsx").outcome == "refused"

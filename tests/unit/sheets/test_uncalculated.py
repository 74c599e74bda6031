"""Formulas that nobody has calculated: marked in the contract's columns of data rows, and nowhere else."""

from pathlib import Path

from unit.containers.written import xlsx
from unit.sheets.elderly import LI, ZHANG, drawn, reading


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def row(number: int, name: str, id_number: str, amount: str, street: str) -> str:
    cells = (text(f"A{number}", name), text(f"B{number}", id_number), amount, text(f"D{number}", "2023-08"), street)
    return f'<row r="{number}">{"".join(cells)}</row>'


TITLES = ("姓名", "身份证号", "金额", "月份", "街道")
HEADER = f'<row r="1">{"".join(map(text, ("A1", "B1", "C1", "D1", "E1"), TITLES))}</row>'
ROWS = (
    HEADER
    + row(2, "张三", ZHANG, '<c r="C2"><f>1+1</f></c>', '<c r="E2"><f>1</f></c><c r="F2"><f>1</f></c>')
    + row(3, "李四", LI, '<c r="C3"><f>1-1</f><v>0</v></c>', text("E3", "东湖"))
    + '<row r="4">' + text("A4", "合计") + '<c r="C4"><f>SUM(C2:C3)</f></c></row>'
)  # fmt: skip
ASKING = '<calcPr fullCalcOnLoad="1"/>'


def test_a_formula_without_a_value_is_marked_in_columns_of_the_contract(tmp_path: Path) -> None:
    (seen,) = reading(tmp_path, xlsx(ROWS), "x.xlsx").tables
    assert drawn(seen.marks.sort("row", "column")) == [
        "2 | amount | formula_not_calculated", "2 | street | formula_not_calculated",
    ]  # fmt: skip


def test_a_zero_counts_as_none_where_the_workbook_asks_to_be_calculated(tmp_path: Path) -> None:
    (seen,) = reading(tmp_path, xlsx(ROWS, before=ASKING), "x.xlsx").tables
    assert "3 | amount | formula_not_calculated" in drawn(seen.marks)


def test_a_merged_formula_has_one_reason(tmp_path: Path) -> None:
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    rows = ROWS.replace("<f>1+1</f>", "<f>1+1</f><v>0</v>")
    (seen,) = reading(tmp_path, xlsx(rows, before=ASKING, after=merged), "x.xlsx").tables
    marked = [mark for mark in drawn(seen.marks.sort("row")) if "amount" in mark]
    assert marked == ["2 | amount | merged_cell", "3 | amount | merged_cell"]

"""A second table beside the first is not told of the first's rows. Drawn as CSV: sheets share the code."""

from pathlib import Path

import pytest

from huimin.sheets.beside import merged_down
from unit.sheets.elderly import LI, WANG, ZHANG, drawn, table

PEOPLE = (("张三", ZHANG), ("李四", LI), ("王五", WANG), ("赵六", ZHANG), ("孙七", LI), ("周八", WANG))


def sheet(titles: str, beside: list[str], people: int = 6) -> str:
    """People with their amounts in four columns, and what stands to the right of them."""
    lines = [f"姓名,身份证号,发放金额,发放月份,{titles}"]
    for number in range(max(people, len(beside))):
        name, id_number = PEOPLE[number % len(PEOPLE)]
        own = f"{name},{id_number},100,2023-08" if number < people else ",,,"
        lines.append(f"{own},{beside[number] if number < len(beside) else ',,'}")
    return "\n".join(lines) + "\n"


STREETS = ["东街,3", "西街,2", "合计,5"]


@pytest.mark.parametrize(
    "text",
    [
        sheet(",街道,人数", [f",{street}" for street in STREETS]),
        sheet(",,街道,人数", [f",,{street}" for street in STREETS]),
        sheet(",街道,发放金额", [f",{street}" for street in STREETS]),
        sheet(",街道,人数", [f",第{number}街,{number}" for number in range(8)], people=3),
    ],
    ids=["shorter", "two columns between", "a title of both", "longer"],
)
def test_titles_of_another_table_name_nothing(tmp_path: Path, text: str) -> None:
    seen = table(tmp_path, text)
    assert "street" not in seen.records.columns
    assert "街道" in seen.unknown_columns
    assert drawn(seen.records.select("name", "amount").head(2)) == ["张三 | 100", "李四 | 100"]


@pytest.mark.parametrize(
    "text",
    [
        sheet("街道", ["东街", "西街", "东街"]),
        sheet(",街道", [f",{street}" for street in ("东街", "西街", "东街", "西街", "东街", "西街")]),
        sheet(",街道", [f",{street}" for street in ("东街", "西街", "东街", "西街", "东街")]),
        sheet(",街道", [",东街", ",", ",东街", ",西街"]),
        sheet("备,街道", ["1,东街", ",西街"]),
        sheet(",街道", []),
    ],
    ids=["no column between", "as long", "but for one row", "with a gap", "a title between", "empty"],
)
def test_columns_of_the_table_itself_are_read(tmp_path: Path, text: str) -> None:
    seen = table(tmp_path, text)
    assert "street" in seen.records.columns
    assert "街道" not in seen.unknown_columns


def test_a_merged_cell_fills_all_of_its_rows() -> None:
    rows = [["a", "", "x"], ["b", "", ""], ["c", "", ""]]
    assert merged_down(rows, [(0, 2, 2, 2)]) == [["a", "", "x"], ["b", "", "x"], ["c", "", "x"]]

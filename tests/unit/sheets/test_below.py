"""Rows below a header: which may be a header of their own, and which titles stand above one."""

import polars as pl
import pytest

from huimin.sheets.sections import RowsBelow, likely_headers, rows_from, titles_above
from huimin.sheets.shapes import FAULTS
from huimin.sheets.titles import titles_of
from unit.sheets.elderly import contract

Cells = tuple[str | None, ...]


def doubtful(*rows: tuple[int, int, Cells]) -> pl.DataFrame:
    """Rows by their place among all below the header, their number, and their cells."""
    width = max(len(cells) for *_, cells in rows)
    schema = {"at": pl.Int64, "row": pl.Int32, **{f"c{place}": pl.String for place in range(width)}}
    return pl.DataFrame([(at, row, *cells) for at, row, cells in rows], schema=schema, orient="row")


def test_rows_that_follow_directly_are_one_header_at_most() -> None:
    rows = doubtful(
        (0, 3, ("甲", None)), (1, 4, ("乙", "丙")), (2, 5, (None, None)), (3, 6, ("丁", None)), (5, 8, ("戊", None))
    )
    assert rows_from(rows, 0, set()) == {3: ["甲", ""], 4: ["乙", "丙"]}
    assert rows_from(rows, 2, set()) == {}
    assert rows_from(rows, 3, set()) == {6: ["丁", ""]}
    assert rows_from(rows, 4, set()) == {8: ["戊", ""]}


def test_a_faulty_record_between_two_rows_parts_them() -> None:
    rows = doubtful((0, 3, ("甲",)), (1, 5, ("乙",)), (2, 6, ("丙",)))
    assert list(rows_from(rows, 0, {4})) == [3]
    assert list(rows_from(rows, 0, {3, 5})) == [3, 5, 6]
    assert list(rows_from(rows, 0, set())) == [3, 5, 6]


@pytest.mark.parametrize(
    ("cells", "likely"),
    [
        (("姓名", "身份证号"), True),
        (("姓名", "x"), False),
        (("姓名", None), False),
        (("*姓", "（金额）"), True),
        (("姓" * 200, "金额"), False),
        (("张三", "100"), False),
    ],
)
def test_a_row_of_which_two_cells_begin_as_titles_may_be_a_header(cells: Cells, likely: bool) -> None:
    rows = doubtful((0, 3, ("x", "y")), (1, 4, cells))
    assert list(likely_headers(rows, titles_of(contract()), ["c0", "c1"])) == ([1] if likely else [])


@pytest.mark.parametrize(
    ("above", "found"),
    [
        # titles alone in the first column, as far as they follow one another
        ([(3, 6, ("东街", None, None)), (4, 7, ("八月", None, None))], (6, ((6, "东街"), (7, "八月")))),
        ([(2, 5, ("东街", None, None)), (4, 7, ("八月", None, None))], (7, ((7, "八月"),))),
        # an empty row parts nothing
        ([(3, 6, ("东街", None, None)), (4, 7, (None, None, None))], (6, ((6, "东街"),))),
        # two cells, a cell elsewhere, the rows above
        ([(4, 7, ("东街", "西街", None))], (8, ())),
        ([(4, 7, (None, "东街", None))], (8, ())),
        ([(4, 2, ("东街", None, None))], (8, ())),
        ([(4, 3, ("东街", None, None))], (3, ((3, "东街"),))),
        ([], (8, ())),
    ],
)
def test_titles_stand_directly_above_a_header_each_alone_in_its_row(
    above: list[tuple[int, int, Cells]], found: object
) -> None:
    rows = doubtful(*above, (5, 8, ("姓名", "身份证号", "金额")))
    assert titles_above(rows, len(above), 2, {}) == found


@pytest.mark.parametrize(
    ("span", "found"), [((6, 1, 6, 2), (7, ((7, "东街"),))), ((6, 1, 7, 1), (8, ())), ((6, 0, 6, 2), (8, ()))]
)
def test_a_title_may_stand_in_a_cell_that_is_merged_over_several(
    span: tuple[int, int, int, int], found: object
) -> None:
    rows = doubtful((4, 7, (None, "东街", None)), (5, 8, ("姓名", "身份证号", "金额")))
    assert titles_above(rows, 1, 2, {6: [span]}) == found


def test_the_first_rows_come_with_the_faulty_records_among_them() -> None:
    below = pl.DataFrame({"row": [3, 5, 8], "c0": ["a", "b", "c"]}, schema={"row": pl.Int32, "c0": pl.String})
    faults = pl.DataFrame(
        [(4, "nul_byte", ""), (6, "nul_byte", ""), (7, "nul_byte", ""), (9, "nul_byte", "")],
        schema=FAULTS,
        orient="row",
    )
    rows = RowsBelow(below, pl.Series([True, False, True]), doubtful((1, 5, ("b",)), (2, 8, ("c",))), faults)
    head = rows.head(2)
    assert head.below["row"].to_list() == [3, 5]
    assert head.certain.to_list() == [True, False]
    assert head.doubtful["row"].to_list() == [5]
    assert head.faults["row"].to_list() == [4, 6, 7]
    assert rows.head(3) is rows

"""A text in blocks, each of which is cut with the lines that may belong to its last record."""

from datetime import date

import polars as pl
import pytest

from huimin.sheets import Sheet, shown_cells
from huimin.sheets.encoding import Block
from huimin.sheets.raw import filled_cells, is_titles, marked, without_layout
from huimin.sheets.serials import written_out
from huimin.sheets.shapes import FAULTS
from huimin.sheets.text import divided, end_of_line, joint, with_ahead


def block(text: str, first: int = 1, undecodable: tuple[int, ...] = ()) -> Block:
    content = text.encode()
    return Block(content, first, content.count(b"\n") + (not content.endswith(b"\n")), undecodable)


@pytest.mark.parametrize("text", ["1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\n7", "1" * 99 + "\n2\n3\n", "\n\n\n\n\n"])
@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_parts_of_a_block_hold_all_its_lines_and_none_more_than_told(text: str, most: int) -> None:
    whole = block(text, 11, tuple(range(11, 11 + block(text).lines)))
    parts = list(divided(whole, most))
    assert b"".join(part.content for part in parts) == whole.content
    following = 11
    for part in parts:
        assert (part.first, part.lines) == (following, block(part.content.decode()).lines)
        assert 1 <= part.lines <= most
        assert part.undecodable == tuple(range(part.first, part.first + part.lines))
        following += part.lines
    assert following == 11 + whole.lines


def test_a_block_of_as_many_lines_as_may_be_is_not_divided() -> None:
    whole = block("1\n2\n3\n")
    assert list(divided(whole, 3)) == [whole]


def ahead(most: int, *sizes: int) -> list[str]:
    """Of blocks of so many lines: each one's number, and those of the blocks that come with it."""
    blocks, first = [], 1
    for size in sizes:
        blocks.append(block("x\n" * size, first))
        first += size
    return [
        f"{blocks.index(one)}: {' '.join(str(blocks.index(other)) for other in others)}".rstrip()
        for one, others in with_ahead(iter(blocks), most)
    ]


def test_each_block_comes_with_those_behind_it_as_far_as_so_many_lines() -> None:
    assert ahead(3, 5, 5, 5) == ["0: 1", "1: 2", "2:"]
    assert ahead(6, 5, 5, 5) == ["0: 1 2", "1: 2", "2:"]
    assert ahead(5, 5, 5, 5) == ["0: 1", "1: 2", "2:"]
    assert ahead(3, 2, 1, 1, 1, 2) == ["0: 1 2 3", "1: 2 3 4", "2: 3 4", "3: 4", "4:"]
    assert ahead(3, 4) == ["0:"]


def test_no_more_blocks_are_waited_for_than_are_needed() -> None:
    came = []

    def coming():
        for number in range(4):
            came.append(number)
            yield block("x\ny\n", 1 + 2 * number)

    pairs = with_ahead(coming(), 2)
    next(pairs)
    assert came == [0, 1]


@pytest.mark.parametrize(
    ("number", "end"), [(0, 0), (1, 2), (2, 3), (3, 5), (4, 5), (9, 5)],
)  # fmt: skip
def test_where_a_line_ends(number: int, end: int) -> None:
    assert end_of_line(b"1\n\n3\n", number) == end


def test_a_last_line_without_an_end_goes_to_the_end_of_the_text() -> None:
    assert (end_of_line(b"1\n23", 1), end_of_line(b"1\n23", 2)) == (2, 4)


def test_a_block_is_cut_with_so_many_lines_behind_it_and_told_which_cannot_be_decoded() -> None:
    own, second, third = block("1\n2\n", 5, (6,)), block("3\n", 7), block("4\n5\n", 8, (9,))
    lines, count, bad = joint(own, [second, third], 2)
    assert (lines.to_list(), count, bad) == (["1", "2", "3", "4"], 2, [2, 5])
    assert joint(own, [second, third], 9)[0].to_list() == ["1", "2", "3", "4", "5"]
    assert joint(own, [], 9)[0].to_list() == ["1", "2"]


def sheet(name: str | None, **columns: list[str | None]) -> Sheet:
    height = len(next(iter(columns.values()), []))
    texts = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    cells = pl.DataFrame({"row": range(1, height + 1)}).hstack(texts)
    return Sheet(name, cells, pl.DataFrame(schema=FAULTS), height)


def test_of_a_workbook_the_empty_columns_after_the_last_are_not_shown() -> None:
    shown = shown_cells(sheet("甲", a=["1", "2"], b=["", None], c=[" ", ""], d=["", ""], e=[None, None]))
    assert shown.rows() == [("1", None, " "), ("2", None, None)]
    assert shown_cells(sheet("甲", a=["", None], b=[None, ""])).width == 0


def test_of_a_text_blank_rows_are_not_shown_and_empty_columns_are() -> None:
    shown = shown_cells(sheet(None, a=["1", "", "\u3000", None], b=["", None, " ", ""]))
    assert shown.rows() == [("1", None)]
    assert shown_cells(sheet(None, a=["1"], b=[""])).columns == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("20000", "1958-10-04"),
        ("19999", "19999"),
        ("60000", "2068-04-09"),
        ("60001", "60001"),
        (" '45139.75 ", "2027-08-02"),
        ("45139,75", "45139,75"),
        ("145139", "145139"),
        ("2023-08-01", "2023-08-01"),
        (None, None),
    ],
)
def test_days_counted_from_another_day_are_written_out(text: str | None, written: str | None) -> None:
    found = pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(
        written_out(pl.col("text"), date(1904, 1, 1))
    )
    assert found.item() == written


def test_cells_are_counted_that_hold_anything() -> None:
    cells = sheet(None, c0=["1", " ", None, "", "\t"], c1=["x", "y", "z", None, ""])
    assert filled_cells(cells).rows() == [(1, 2), (2, 1), (3, 1), (4, 0), (5, 0)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["姓名", "金额"], True),
        (["姓名", "姓名"], False),
        (["姓名", ""], False),
        (["姓名", None], False),
        (["姓名", "2023年"], False),
        (["姓名", "金额２"], False),
        ([], True),
    ],
)
def test_titles_are_filled_differ_and_have_no_digit(cells: list[str | None], expected: bool) -> None:
    assert is_titles(cells) is expected


def test_rows_are_marked_with_their_reason_and_what_they_hold() -> None:
    cells = sheet(None, c0=["1", "2", "3"], c1=["x", None, ""]).cells
    assert marked(cells, pl.Series([3, 1]), "above_table").rows() == [
        (1, "above_table", "1 x"),
        (3, "above_table", "3"),
    ]


@pytest.mark.parametrize(
    ("columns", "above"),
    [
        ({"c0": ["名册", "姓名", "张三"], "c1": ["", "号码", "1"], "c2": ["", "金额", "2"]}, [1]),
        ({"c0": ["名册", "姓名", "张三"], "c1": ["八月", "号码", "1"], "c2": ["", "金额", "2"]}, []),
        ({"c0": ["名册", "姓名", "张三"], "c1": ["", "号码", "1"]}, []),
        ({"c0": ["", "姓名", "张三"], "c1": ["", "号码", "1"], "c2": ["", "金额", "2"]}, []),
    ],
)
def test_lines_of_one_cell_above_a_table_of_three_columns_are_no_part_of_it(
    columns: dict[str, list[str | None]], above: list[int]
) -> None:
    faults = without_layout(sheet(None, **columns)).faults
    assert faults.filter(pl.col("reason") == "above_table")["row"].to_list() == above

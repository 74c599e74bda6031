"""Whatever bytes arrive: an outcome, never a crash, and every record in exactly one place."""

import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.errors import DeliveryError
from huimin.sheets import Limits, read_raw
from unit.sheets.elderly import ZHANG, reading, table

HEADER = "姓名,身份证号,金额,月份\n"
PIECES = st.sampled_from(
    [
        "张三",
        ZHANG,
        "1",
        ",",
        ",",
        ",",
        '"',
        '"',
        '""',
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\0",
        ";",
        "|",
        "\t",
        "合计",
        " ",
        "姓名",
        "\x1f",
    ]
)
CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=12)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_an_outcome(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading(Path(folder), content, "x.csv")
        except DeliveryError as refusal:
            assert refusal.problem


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60))
def test_every_record_is_data_fault_or_layout(pieces: list[str]) -> None:
    text = "".join(pieces)
    with tempfile.TemporaryDirectory() as folder:
        try:
            seen = table(Path(folder), HEADER + text)
        except DeliveryError as refusal:
            assert "都对应" in refusal.problem
            return
        (sheet,) = read_raw(Path(folder) / "0f3a", "x.csv")
    lines = (HEADER + text).replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    rows = [*seen.records["row"], *seen.faults["row"]]
    assert len(rows) == len(set(rows))
    assert set(rows) <= set(range(2, len(lines) + 1))
    assert seen.records["row"].to_list() == seen.cells["row"].to_list() == sorted(seen.records["row"])
    assert len(rows) < seen.rows <= len(lines)
    assert sheet.cells.height + sheet.faults.height == sheet.rows
    # what is neither data nor fault is a total, a repeated header, blank, or the rest of a quoted record;
    # a line below the header that fills only columns without a title is the header's second row
    if '"' not in text:
        titled = HEADER.count(",") + 1
        layout = [
            line
            for number, line in enumerate(lines, start=1)
            if number not in rows and not (number == 2 and not "".join(line.split(",")[:titled]).strip())
        ]
        assert all(is_blank_total_or_title(line.split(",")) for line in layout)


def is_blank_total_or_title(cells: Sequence[object]) -> bool:
    texts = ["".join(str(cell).split()) for cell in cells]
    first = next(filter(None, texts), "")
    return not first or first == "姓名" or any(text.endswith("合计") for text in texts)


NO_LAYOUT = CELLS.filter(lambda cell: not {*cell} & {*"计計数數额額例注无"})
"""No word for a total, an example or a note: of a row without an ID number they make layout."""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NO_LAYOUT, NO_LAYOUT, NO_LAYOUT), min_size=1, max_size=8))
def test_well_formed_records_come_back_as_written(rows: list[tuple[str, str, str]]) -> None:
    """Every cell quoted, as the CSV standard has it: line breaks, delimiters and quotes are text."""
    written = [("张三", *row) for row in rows]
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in written)
    with tempfile.TemporaryDirectory() as folder:
        seen = table(Path(folder), "姓名,身份证号,金额,月份\n" + text + "\n")
    assert [row[1:] for row in seen.cells.with_columns(pl.col(pl.String).fill_null("")).rows()] == written
    assert seen.faults.is_empty()


GRID = st.lists(
    st.lists(st.sampled_from(["", " ", "张三", ZHANG, 1, 2.5, "合计", "姓名", True]), max_size=5), max_size=6
)


@settings(max_examples=25, deadline=None)
@given(GRID, st.integers(0, 3), st.integers(0, 2))
def test_every_row_of_a_workbook_is_data_or_layout(grid: list[list[object]], above: int, left: int) -> None:
    # a row below the header that fills only columns without a title is the header's second row
    grid = [row if index else row[:4] for index, row in enumerate(grid)]
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("八月")
        for index, row in enumerate((["姓名", "身份证号", "金额", "月份"], *grid), start=above):
            sheet.write_row(index, left, row)
    with tempfile.TemporaryDirectory() as folder:
        (seen,) = reading(Path(folder), content.getvalue(), "x.xlsx").tables
    filled = [index for index, row in enumerate(grid, start=above + 2) if any(str(cell).strip() for cell in row)]
    assert seen.rows == max(filled, default=above + 1)
    layout = {index for index in filled if is_blank_total_or_title(grid[index - above - 2])}
    assert set(filled) - layout <= set(seen.records["row"]) <= set(filled)


def test_lines_ahead_are_read_in_vain_only_so_often() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = HEADER + 'a""",x,"\n' * 200 + f'张三,{ZHANG},1,"八\n月"\n'
        seen = reading(Path(folder), text.encode(), "x.csv", Limits(lines_ahead=300)).tables[0]
    assert seen.rows == 1 + seen.faults.height + seen.records.height
    assert set(seen.faults["reason"]) == {"unterminated_quote"}


def test_the_reader_gives_up_on_nothing_at_the_limits() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = HEADER + '"' + "\n".join(["x"] * 500) + '"\n'
        seen = reading(Path(folder), text.encode(), "x.csv", Limits()).tables[0]
    assert (seen.rows, seen.records.height + seen.faults.height) == (501, 500)

"""Lines cut into records: what is a fault of a record, by the cells that it should have, and from block to block."""

import polars as pl
import pytest

from huimin.sheets.quoted import Dialect
from huimin.sheets.records import Carried, Shape, fault_of, lines_ahead, sheet_of
from huimin.sheets.shapes import Limits

USUAL = Dialect()
LIMITS = Limits()


def cut(text: str, shape: Shape, undecodable: tuple[int, ...] = (), limits: Limits = LIMITS) -> list[str]:
    """The records by row, an empty cell as `·`, and the faults: `2: a|b|·` and `3! reason`."""
    lines = pl.Series(text.split("\n"), dtype=pl.String)
    sheet, carried = sheet_of(lines, len(lines), undecodable, shape, limits)
    assert carried.lines == 0
    return sorted(
        [f"{row}: {'|'.join(cell or '·' for cell in cells)}" for row, *cells in sheet.cells.iter_rows()]
        + [f"{row}! {reason}" for row, reason, _ in sheet.faults.iter_rows()],
        key=lambda line: int(line.split(":")[0].split("!")[0]),
    )


THREE = Shape(USUAL, 3, 3)
EXACT = Shape(USUAL, 3, 3, exact=True)


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(
    ("record", "shape", "expected"),
    [
        ("a,b,c", THREE, "1: a|b|c"),
        ("a,b", THREE, "1: a|b|·"),
        ("a,b,c,", THREE, "1: a|b|c"),
        ("a,b,c,,", THREE, "1: a|b|c"),
        ("a,b,c, ,", THREE, "1: a|b|c"),
        ("a,b,c,d", THREE, "1! extra_cells"),
        ("a,b,c,,d", THREE, "1! extra_cells"),
        # a delimiter too many has moved what stands behind a gap
        ("a,,c,", THREE, "1! extra_cells"),
        (",b,c,", THREE, "1! extra_cells"),
        ("a,b,,", THREE, "1: a|b|·"),
        ("a,,c,", Shape(USUAL, 3, 4), "1: a|·|c"),
        ("a,,c,,", Shape(USUAL, 3, 4), "1! extra_cells"),
        # unless the gap is in a column that is judged anyway
        ("a,,c,", Shape(USUAL, 3, 3, settled=2), "1: a|·|c"),
        ("a,,c,", Shape(USUAL, 3, 3, settled=1), "1! extra_cells"),
        # without a contract every record has as many cells as most
        ("a,b,c", EXACT, "1: a|b|c"),
        ("a,b", EXACT, "1! missing_cells"),
        ("a,b,c,", EXACT, "1! extra_cells"),
        ("a,,c", EXACT, "1: a|·|c"),
    ],
)
def test_a_record_has_the_cells_that_it_should_have(quote: str, record: str, shape: Shape, expected: str) -> None:
    """The same of cells in quotes, which another way reads."""
    text = ",".join(f"{quote}{cell}{quote}" if cell.strip() else cell for cell in record.split(","))
    assert cut(text, shape) == [expected]


def test_blank_lines_are_records_of_nothing_and_no_faults() -> None:
    assert cut("\n,,\n \n", EXACT) == ["1: ·|·|·", "2: ·|·|·", "3:  |·|·", "4: ·|·|·"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,"b\nc",d\ne,f,g', ["1: a|b\nc|d", "3: e|f|g"]),
        ('a,"b\ne,f,g', ["1! unterminated_quote", "2: e|f|g"]),
        ('a,"b"x,c\ne,f,g', ["1! broken_quote", "2: e|f|g"]),
        ("a\0,b,c\ne,f,g", ["1! nul_byte", "2: e|f|g"]),
        ('a,"b\0",c', ["1! nul_byte"]),
        ('a,"b,""x""",c\n"e",f,"g"', ['1: a|b,"x"|c', "2: e|f|g"]),
        ('a,19",c\ne,f,g', ['1: a|19"|c', "2: e|f|g"]),
    ],
)
def test_quotes_hurt_only_their_own_record(text: str, expected: list[str]) -> None:
    assert cut(text, THREE) == expected


def test_a_record_with_a_line_that_cannot_be_decoded_is_a_fault_wherever_the_line_stands() -> None:
    assert cut("a,b,c\nd,e,f\ng,h,i", THREE, (2,)) == ["1: a|b|c", "2! undecodable", "3: g|h|i"]
    assert cut('a,"b\nc",d\ng,h,i', THREE, (2,)) == ["1! undecodable", "3: g|h|i"]
    assert cut('a,"b\nc",d\ng,h,i', THREE, (3,)) == ["1: a|b\nc|d", "3! undecodable"]


def test_a_record_may_be_as_long_as_the_limit() -> None:
    limits = Limits(record_characters=7)
    assert cut("aa,bb,c\naaa,bb,c", THREE, limits=limits) == ["1: aa|bb|c", "2! record_too_long"]
    assert cut('"a",b,c\n"aa",b,c', THREE, limits=limits) == ["1: a|b|c", "2! record_too_long"]
    assert cut('a,"b\n",\naa,"b\n",', THREE, limits=limits)[1:] == ["3! record_too_long"]


def test_every_row_is_a_record_or_a_fault_or_belongs_to_one_above() -> None:
    text = 'a,"b\nc",d\ne,"f\n\ng",h\ni,j,k'
    sheet, _ = sheet_of(pl.Series(text.split("\n")), 6, (), THREE, LIMITS)
    assert (sheet.rows, sheet.cells["row"].to_list()) == (3, [1, 3, 6])


BLOCKS = 'a,"1\n2",b\nc,d,e\nf,"3\n4\n5",g\nh,"6\ni,j,k\nl,"7"x,m\nn,"8\n9",o\np,q,r'


@pytest.mark.parametrize("size", range(1, 14))
def test_a_text_cut_in_blocks_has_the_records_of_the_whole(size: int) -> None:
    lines = pl.Series(BLOCKS.split("\n"), dtype=pl.String)
    whole, _ = sheet_of(lines, len(lines), (), THREE, LIMITS)
    records, faults, rows = [], [], 0
    carried: Carried | None = None
    for start in range(0, len(lines), size):
        own = min(size, len(lines) - start)
        part = lines.slice(start, own + lines_ahead(LIMITS))
        sheet, carried = sheet_of(part, own, (), THREE, LIMITS, carried)
        records += [(row + start, *cells) for row, *cells in sheet.cells.iter_rows()]
        faults += [(row + start, *rest) for row, *rest in sheet.faults.iter_rows()]
        rows += sheet.rows
    assert records == whole.cells.rows()
    assert faults == whole.faults.rows()
    assert rows == whole.rows


def test_so_many_lines_are_looked_at_in_vain_and_then_quotes_are_damaged_alone() -> None:
    text = 'a,"1\n' * 3 + 'b,"2\n3",c\n'
    lines = pl.Series(text.split("\n")[:-1])
    _, patient = sheet_of(lines, len(lines), (), THREE, LIMITS, Carried(1000))
    sheet, tired = sheet_of(lines, len(lines), (), THREE, LIMITS, Carried(4))
    assert patient.ahead > tired.ahead >= 1
    assert sheet.faults["row"].to_list()[:3] == [1, 2, 3]


def test_lines_ahead_are_those_of_two_records_and_one_more() -> None:
    assert lines_ahead(Limits(record_lines=5)) == 11


@pytest.mark.parametrize(
    ("text", "cells", "shape", "fault"),
    [
        ("a,b,c", "a,b,c", THREE, None),
        ('1",2",c', '1",2",c', EXACT, "broken_quote"),
        ('1",2",c', '1",2",c', THREE, None),
        ("x", "a,b,c,", THREE, None),
        ("x", "a,b,c,d", THREE, "extra_cells"),
        ("x", "a,,c,", THREE, "extra_cells"),
        ("x", "a,b,,", THREE, None),
        ("x", ",,,", THREE, None),
        ("x", "a,,c,", Shape(USUAL, 3, 4), None),
        ("x", "a,,c,", Shape(USUAL, 3, 3, settled=2), None),
        ("x", "a,b,c,", EXACT, "extra_cells"),
        ("x", "a,b", EXACT, "missing_cells"),
        ("x", "a,b", THREE, None),
    ],
)
def test_why_a_record_that_was_looked_at_closely_cannot_be_read(
    text: str, cells: str, shape: Shape, fault: str | None
) -> None:
    assert fault_of(text, cells.split(","), shape) == fault

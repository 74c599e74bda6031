"""A page's cells where they stand, the part of its merged ranges that is there, and what every cell becomes as text."""

# ruff: noqa: DTZ001, E501  (a cell has no time zone; drawn tables are as wide as they are)

import resource
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from huimin.containers.child import word_for
from huimin.containers.kinds import ForeignError
from huimin.containers.markup import EntitiesError
from huimin.containers.pages import DAY_0_OF_1904, Grid, Page, Span, WorkbookLimits, write_pages
from huimin.containers.texts import Cell, cell_text, number_text

LIMITS = WorkbookLimits(sheets=2, rows=3, columns=4, text=1000)


def test_cells_stand_where_they_were_put_in_whatever_order() -> None:
    grid = Grid("八月", LIMITS)
    for row, column, cell in ((2, 1, "丙"), (0, 3, 5.0), (0, 0, "甲"), (1, 2, ""), (0, 3, 6.0)):
        grid.put(row, column, cell)
    assert list(grid.page.rows) == [["甲", "", "", 6.0], [], ["", "丙"]]
    assert (grid.page.name, grid.page.width) == ("八月", 4)


@pytest.mark.parametrize(("row", "column", "limit"), [(3, 0, "rows"), (0, 4, "columns")])
def test_a_cell_beyond_the_limits_is_refused_and_an_empty_one_is_nowhere(row: int, column: int, limit: str) -> None:
    grid = Grid(None, LIMITS)
    grid.put(2, 3, "x")
    with pytest.raises(OverflowError, match=limit):
        grid.put(row, column, "x")
    grid.put(row, column, "")
    assert (len(grid.rows), grid.page.width) == (3, 4)


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The limits of a file's bytes that are set, instead of setting them."""
    found: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, both: found.append(both[0]))
    return found


def written(folder: Path, *pages: Page, limits: WorkbookLimits = LIMITS) -> list[list[list[str]]]:
    """The cells of each page as they are written."""
    write_pages(pages, folder, limits)
    return [
        [line.split("\x1f") for line in (folder / f"{number}.cells").read_text("utf-8").split("\x1e")[:-1]]
        for number in range(len(pages))
    ]


def page(*rows: list[Cell], width: int | None = None, spans: list[Span] | None = None) -> Page:
    return Page("八月", rows, max(map(len, rows), default=0) if width is None else width, spans or [])


def test_rows_are_as_wide_as_the_page_and_end_with_the_last_that_is_filled(tmp_path: Path, sizes: list[int]) -> None:
    one = page(["甲", "", 1.0], [], ["", " "], ["乙"], ["", ""], [])
    other = page(["\u3000"], width=2)
    assert written(tmp_path, one, other) == [[["甲", "", "1"], ["", "", ""], ["", "", ""], ["乙", "", ""]], []]
    assert sizes == [1000, 1000 - (tmp_path / "0.cells").stat().st_size, resource.RLIM_INFINITY]


def test_a_range_beyond_the_columns_fills_nothing(tmp_path: Path, sizes: list[int]) -> None:
    inside, beyond = (0, 1, 1, 1), (0, 2, 1, 3)
    assert written(tmp_path, page(["甲", "乙"], ["丙"], spans=[inside, beyond])) == [[["甲", "乙"], ["丙", "乙"]]]


def test_more_pages_than_may_be_are_refused(tmp_path: Path, sizes: list[int]) -> None:
    with pytest.raises(OverflowError, match="sheets"):
        written(tmp_path, page(["a"]), page(["b"]), page(["c"]))


def test_a_page_is_told_beside_its_cells(tmp_path: Path, sizes: list[int]) -> None:
    one = page(["甲", 1.0], ["乙", ""])
    one.uncalculated = {(1, 1), (0, 3), (2, 0)}
    one.formats = {(1, "b"), (0, "c"), (1, "a")}
    one.day_0 = DAY_0_OF_1904
    assert write_pages([one], tmp_path, LIMITS) == [
        {
            "name": "八月", "rows": 2, "columns": 2, "spans": [], "formats": [(0, "c"), (1, "a"), (1, "b")],
            "day_0": "1904-01-01",
        }
    ]  # fmt: skip
    assert (tmp_path / "0.uncalculated").read_text() == "1\t3\n2\t1\n"


@pytest.mark.parametrize(
    ("spans", "rows", "kept"),
    [
        # its value in each of its rows, in its first column
        ([(0, 0, 1, 0)], ["甲乙", "甲丁", "戊己"], [(0, 0, 1, 0)]),
        ([(0, 0, 2, 1)], ["甲乙", "甲丁", "甲己"], [(0, 0, 2, 1)]),
        ([(0, 0, 0, 1)], ["甲乙", "丙丁", "戊己"], [(0, 0, 0, 1)]),
        ([(1, 1, 2, 1), (0, 0, 1, 0)], ["甲乙", "甲丁", "戊丁"], [(1, 1, 2, 1), (0, 0, 1, 0)]),
        # one behind the other
        ([(0, 0, 1, 0), (2, 0, 9, 0)], ["甲乙", "甲丁", "戊己"], [(0, 0, 1, 0)]),
        # cut to what is there, and none of a single cell
        ([(1, 1, 9, 9)], ["甲乙", "丙丁", "戊丁"], [(1, 1, 2, 1)]),
        ([(1, 1, 1, 1), (2, 0, 2, 0)], ["甲乙", "丙丁", "戊己"], []),
        ([(2, 1, 2, 5)], ["甲乙", "丙丁", "戊己"], []),
        ([(3, 0, 4, 0), (0, 2, 1, 2)], ["甲乙", "丙丁", "戊己"], []),
        ([(0, 0, 2, 0), (0, 1, 2, 1)], ["甲乙", "甲乙", "甲乙"], [(0, 0, 2, 0), (0, 1, 2, 1)]),
    ],
)
def test_merged_ranges(tmp_path: Path, sizes: list[int], spans: list[Span], rows: list[str], kept: list[Span]) -> None:
    one = page(["甲", "乙"], ["丙", "丁"], ["戊", "己"], spans=spans)
    (told,) = write_pages([one], tmp_path, LIMITS)
    assert told["spans"] == kept
    cells = (tmp_path / "0.cells").read_text("utf-8").split("\x1e")[:-1]
    assert [line.replace("\x1f", "") for line in cells] == rows


def test_merged_ranges_that_lie_upon_each_other_are_no_workbooks(tmp_path: Path, sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="upon each other"):
        write_pages([page(["甲", "乙"], ["丙", "丁"], spans=[(0, 0, 1, 1), (0, 0, 0, 1)])], tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (100.0, "100"), (-7, "-7"), (100.5, "100.5"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"), (999999999999999.0, "999999999999999"), (1e15, "1E+15"),
        (429999194001010012, "4.2999919400101E+17"), (-1.5e20, "-1.5E+20"), (1.0e300, "1E+300"),
        (1234567890.12345, "1234567890.12345"), (float("nan"), "NAN"), (float("inf"), "INF"), (0.00001234, "0.00001234"),
        (20.0, "20"), (0.5, "0.5"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_a_spreadsheet_shows_it(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("甲", "甲"), ("甲\r\n乙\r丙", "甲\n乙\n丙"), ("甲\x1f乙\x1e丙", "甲 乙 丙"), ("a\tb", "a\tb"),
        (True, "TRUE"), (False, "FALSE"), (1, "1"), (1.5, "1.5"),
        (datetime(2023, 8, 1), "2023-08-01"), (datetime(2023, 8, 1, 9, 5), "2023-08-01 09:05:00"),
        (datetime(2023, 8, 1, 23, 59, 59, 499_999), "2023-08-01 23:59:59"),
        (datetime(2023, 8, 1, 23, 59, 59, 500_000), "2023-08-02"),
        (datetime(2023, 8, 1, 0, 0, 0, 400_000), "2023-08-01"),
        (datetime(9999, 12, 31, 23, 59, 59, 600_000), "9999-12-31 23:59:59"),
        (date(2023, 8, 1), "2023-08-01"), (time(9, 5), "09:05:00"), (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)  # fmt: skip
def test_any_cell_becomes_a_text(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (MemoryError(), "memory"), (OverflowError("rows"), "rows"), (OverflowError("columns"), "columns"),
        (OverflowError("sheets"), "sheets"), (OverflowError("repeated"), "repeated"), (OverflowError("int"), "damaged"),
        (OSError(27, "too large"), "memory"), (OSError(28, "full"), "disk 28"), (OSError("cut short"), "damaged"),
        (ForeignError("pdf"), "pdf"), (EntitiesError(), "entities"), (ValueError(), "damaged"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, ""), "encoding"),
    ],
)  # fmt: skip
def test_why_a_workbook_cannot_be_read_is_one_word(fault: Exception, word: str) -> None:
    assert word_for(fault) == word

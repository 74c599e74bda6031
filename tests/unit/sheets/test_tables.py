"""Tables of a sheet that comes part by part: wherever it is cut, the same as of the whole."""

from collections.abc import Iterator

import polars as pl
import pytest

from huimin.errors import DeliveryError
from huimin.sheets.layout import header_of
from huimin.sheets.shapes import FAULTS, Limits, ReadAgainError, Sheet, Table
from huimin.sheets.tables import tables_of
from unit.sheets.pages import CONTRACTS, grid

CONTRACT = CONTRACTS["elderly_allowance"]
HEAD = "姓名 | 身份证号 | 发放金额 | 年月"
OTHER_HEAD = "年月 | 身份证号 | 姓名 | 发放金额"
PERSON = "张三 | ZHANG | 80 | 2023-08"
OTHER = "2023-08 | LI | 李四 | 80"
NIL = "· | 零报送 | · | ·"
BLANK = "· | · | · | ·"
Told = tuple[int, int, list[int], list[int], bool]


def part(rows: list[tuple[int, list[str]]]) -> Sheet:
    """Rows of a text file with their numbers; one that begins with a question mark cannot be read."""
    schema = {"row": pl.Int32(), **{f"c{place}": pl.String() for place in range(4)}}
    cells = [(number, *row) for number, row in rows if row[0] != "?"]
    faults = [(number, "broken_quote", "") for number, row in rows if row[0] == "?"]
    return Sheet(None, pl.DataFrame(cells, schema, orient="row"), pl.DataFrame(faults, FAULTS, orient="row"), len(rows))


def parts_of(page: str, cuts: tuple[int, ...]) -> Iterator[tuple[Sheet, bool]]:
    rows = [(number, row + [""] * (4 - len(row))) for number, row in enumerate(grid(page), 1)]
    for first, last in zip((0, *cuts), (*cuts, len(rows))):
        yield part(rows[first:last]), last == len(rows)


def read(page: str, cuts: tuple[int, ...] = ()) -> list[Table]:
    parts = list(parts_of(page, cuts))
    header = header_of(parts[0][0], CONTRACT, Limits())
    assert header
    try:
        return list(tables_of(parts, header, CONTRACT, "名单.csv", Limits()))
    except ReadAgainError as again:
        return list(tables_of(parts, header, CONTRACT, "名单.csv", Limits(), again.examples))


def told(tables: list[Table]) -> list[Told]:
    """Of each order: rows counted, rows of data, rows that cannot be read, and whether there is nothing to pay."""
    found: dict[int, Told] = {}
    for table in tables:
        _, size, rows, faults, is_nil = found.get(table.order, (table.order, 0, [], [], False))
        rows, faults = [*rows, *table.records["row"]], [*faults, *table.faults["row"]]
        found[table.order] = table.order, size + table.rows, rows, faults, is_nil or table.is_nil
    return list(found.values())


PAGES = {
    "nothing": (HEAD, [(0, 1, [], [], False)]),
    "blank": (f"{HEAD}\n{BLANK}\n{BLANK}\n{BLANK}", [(0, 4, [], [], False)]),
    "nothing to pay": (f"{HEAD}\n{NIL}", [(0, 2, [], [], True)]),
    "nothing to pay amid blank rows": (
        f"{HEAD}\n{BLANK}\n{NIL}\n{BLANK}\n{BLANK}\n{BLANK}", [(0, 6, [], [], True)],
    ),
    "a person behind it": (f"{HEAD}\n{NIL}\n{BLANK}\n{BLANK}\n{PERSON}", [(0, 5, [2, 5], [], False)]),
    "a person before it": (f"{HEAD}\n{PERSON}\n{NIL}\n{BLANK}\n{BLANK}", [(0, 5, [2, 3], [], False)]),
    "it is said twice": (f"{HEAD}\n{NIL}\n{BLANK}\n{BLANK}\n{NIL}", [(0, 5, [2, 5], [], False)]),
    "a row before it cannot be read": (f"{HEAD}\n?\n{NIL}\n{BLANK}\n{BLANK}", [(0, 5, [3], [2], False)]),
    "a row behind it cannot be read": (f"{HEAD}\n{NIL}\n{BLANK}\n{BLANK}\n?", [(0, 5, [2], [5], False)]),
    "below one header and not the other": (
        f"{HEAD}\n{NIL}\n{OTHER_HEAD}\n{OTHER}\n{OTHER}\n{OTHER}\n{OTHER}",
        [(0, 2, [], [], True), (1, 5, [4, 5, 6, 7], [], False)],
    ),
    "persons below two headers": (
        f"{HEAD}\n{PERSON}\n{OTHER_HEAD}\n{OTHER}\n{OTHER}\n{OTHER}\n{OTHER}",
        [(0, 2, [2], [], False), (1, 5, [4, 5, 6, 7], [], False)],
    ),
    "below the other header": (
        f"{HEAD}\n{PERSON}\n{OTHER_HEAD}\n{NIL}\n{BLANK}\n{HEAD}\n{PERSON}",
        [(0, 5, [2, 7], [], False), (1, 2, [], [], True)],
    ),
    "examples": (
        f"{HEAD}\n{PERSON}\n填写示例\n{PERSON}\n{PERSON}\n以下为正式填报\n{PERSON}\n{PERSON}",
        [(0, 8, [2, 7, 8], [], False)],
    ),
    "examples twice": (
        f"{HEAD}\n填写示例\n{PERSON}\n以下为正式填报\n{PERSON}\n填写示例\n{PERSON}\n以下为正式填报\n{PERSON}",
        [(0, 9, [5, 9], [], False)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", PAGES)
def test_wherever_a_sheet_is_cut_its_tables_are_the_same(story: str) -> None:
    page, expected = PAGES[story]
    size = page.count("\n") + 1
    for cuts in ((), *((at,) for at in range(1, size)), tuple(range(1, size))):
        tables = read(page, cuts)
        assert told(tables) == expected, cuts
        seen = set()
        for table in tables:
            # a table of which nothing new is told comes once, for its header
            assert table.rows or table.is_nil or table.order not in seen, cuts
            seen.add(table.order)


def test_a_sheet_may_have_as_many_headers_that_differ_as_a_workbook_has_sheets() -> None:
    page = f"{HEAD}\n{PERSON}\n{OTHER_HEAD}\n{OTHER}"
    parts = list(parts_of(page, ()))
    header = header_of(parts[0][0], CONTRACT, Limits())
    assert header
    assert len(list(tables_of(parts, header, CONTRACT, "名单.csv", Limits(sheets=2)))) == 2
    with pytest.raises(DeliveryError, match="表头太多"):
        list(tables_of(parts, header, CONTRACT, "名单.csv", Limits(sheets=1)))

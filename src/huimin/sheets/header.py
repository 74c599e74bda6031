"""The header of a sheet: which cells name which contract columns, and which rows they stand in."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from huimin.contracts.contract import Column, Contract, header_form
from huimin.sheets.titles import SERIALS, Claim, claim_of, in_unit, lone_unit, one_line, readings, titles_of, unit_of
from huimin.sheets.units import LARGE_UNIT, YUAN, told_unit

OTHERS = (
    "户主", "监护人", "家长", "代领人", "领取人", "干部", "经办", "配偶", "持卡人", "开户人", "代办人",
    "代理人", "委托人", "收款人", "联系人",
    "上月", "上年", "本年", "累计", "其中", "去年", "上季", "下月", "截至", "预发", "追回", "退回", "扣",
)  # fmt: skip
"""Persons and spans that a cell of one header row names, so that the other row's cell is not about the row's own."""
SEVERAL_MONTHS = re.compile("[0-9]月?[-—–~～至到][0-9]{1,2}月")
GENERAL = ("信息", "情况")
"""Ends of a heading that say nothing: 户主信息 over 姓名 is 户主姓名."""

Row = Sequence[str]
"""Cells of one row, "" for an empty one."""


@dataclass(frozen=True)
class Header:
    """One row of titles, or two that belong together, with the rows of units below them."""

    first: int
    last: int
    """Indexes of its rows, 0-based; equal for a header of one row."""
    claims: tuple[Claim | None, ...]
    """By cell: the column it names."""
    titles: tuple[str, ...]
    """By cell: its text, "" when it has none."""

    @property
    def columns(self) -> frozenset[str]:
        """The contract columns found."""
        return frozenset(claim.column for claim in self.claims if claim)

    def missing(self, contract: Contract) -> tuple[Column, ...]:
        """Required columns that no cell names, but the period column: the name of sheet or file may tell the period."""
        told_by_name = contract.period_column if contract.period in ("month", "year", "term") else None
        return tuple(
            column
            for column in contract.columns
            if column.required and column.name not in self.columns and column.name != told_by_name
        )


def single(index: int, row: Row, titles: Mapping[str, Column]) -> Header:
    """The header that row would be."""
    claims = tuple(claim_of(cell, titles) if cell else None for cell in row)
    return Header(index, index, claims, tuple(one_line(cell) for cell in row))


def double(index: int, upper: Row, spread: Row, lower: Row, titles: Mapping[str, Column]) -> Header:
    """The header those two rows would be: both cells joined count first, then the lower, then the upper.

    `spread` is the upper row with every cell merged over columns standing in each of them: there it heads what stands
    below it, but over nothing it is one title, not several.
    """
    claims, shown = [], []
    alone = is_alone(upper)
    for above, over, below in zip(upper, headings(upper, spread, lower), lower, strict=True):
        heading = over if below else above
        claim = claim_of_two(heading, below, titles, alone=alone)
        claims.append(claim)
        shown.append(claim.title if claim else title_of_two(heading, below))
    return Header(index, index + 1, tuple(claims), tuple(shown))


def is_alone(row: Row) -> bool:
    """Whether one cell of the row is filled and no other, as the title of a whole sheet is."""
    return sum(map(bool, row)) == 1


def headings(upper: Row, spread: Row, lower: Row) -> Iterator[str]:
    """What stands over each cell of the lower row.

    A cell that is not merged heads the open columns to its right too, as far as each has a title below: so merged
    cells look once they are text.
    """
    held = ""
    for above, over, below in zip(upper, spread, lower, strict=True):
        if over or not below:
            held = above if below else ""
        yield over or held


def claim_of_two(heading: str, below: str, titles: Mapping[str, Column], *, alone: bool) -> Claim | None:
    """The contract column that a cell and the one over it name; `alone`: no other cell of the upper row is filled.

    Neither counts by itself where the other names another person or span. Nor does the upper over a title of another
    column, as a label of what stands beside it (`月份：`), or alone in its row.
    """
    if not below:
        return claim_of(heading, titles) if heading else None
    if header_form(below) in SERIALS and header_form(below) not in titles:
        return None
    lower = claim_of(below, titles)
    if not heading or header_form(heading) == header_form(below):
        return lower
    joined = (claim_of(text + below, titles) for text in plain_headings(heading))
    if claim := next(filter(None, joined), None):
        return claim
    if lower:
        unit = told_unit(heading, unit_of(lower, titles) or YUAN)
        unit = unit or next((unit for _, unit in readings(heading) if unit), None)
        return None if names_others(heading, below) else in_unit(lower, unit, titles)
    if alone or names_others(below, heading) or header_form(heading).endswith((":", "：")):
        return None
    upper = claim_of(heading, titles)
    return replace(upper, title=f"{upper.title}/{one_line(below)}") if upper else None


def plain_headings(heading: str) -> Iterator[str]:
    """A heading, then what is left of it without an end that says nothing."""
    yield heading
    plain = header_form(heading).rstrip(":：")
    yield next((plain.removesuffix(word) for word in GENERAL if plain.endswith(word)), plain)


def names_others(text: str, beside: str) -> bool:
    """Whether a header cell names another person or span, and the cell that it is joined with does not name it too."""
    named, other = header_form(text), header_form(beside)
    if SEVERAL_MONTHS.search(named) and not SEVERAL_MONTHS.search(other):
        return True
    return any(word in named and word not in other for word in OTHERS)


def title_of_two(heading: str, below: str) -> str:
    """How a column is called that two cells title and that is none of the contract's."""
    return one_line(heading + below if below and names_others(heading, below) else below or heading)


def of_others(upper: Row, spread: Row, lower: Row) -> frozenset[int]:
    """Which cells of a row stand below a heading that names another person or span, and so tell nothing alone.

    The heading is such a name and no more, or is merged over columns; the title of a whole sheet is none.
    """
    title = is_alone(upper) and bool(upper[0])
    found = set()
    for index, (over, below) in enumerate(zip(headings(upper, spread, lower), lower, strict=True)):
        named = any(text in OTHERS for text in plain_headings(over))
        merged = bool(spread[index]) and spread.count(spread[index]) > upper.count(spread[index]) and not title
        if below and (named or merged) and header_form(over) != header_form(below) and names_others(over, below):
            found.add(index)
    return frozenset(found)


def without(header: Header, cells: Container[int]) -> Header:
    """The header with these cells naming nothing."""
    return replace(header, claims=tuple(None if at in cells else claim for at, claim in enumerate(header.claims)))


def with_units(header: Header, spread: Sequence[Row], titles: Mapping[str, Column]) -> Header:
    """The header with the rows below it that hold nothing but units, each the unit of the column above it."""
    while header.last + 1 < len(spread):
        row = spread[header.last + 1]
        units = [lone_unit(cell) for cell in row]
        if not any(row) or any(cell and not unit for cell, unit in zip(row, units)):
            break
        claims = tuple(in_unit(claim, unit, titles) if claim else None for claim, unit in zip(header.claims, units))
        if claims == header.claims and any(unit and LARGE_UNIT.search(unit) for unit in units):
            break  # it is not about one column
        header = replace(header, last=header.last + 1, claims=claims)
    return header


def likely_titles(upper: Row, lower: Row, starts: Container[str]) -> int:
    """How many columns two rows can name at most, by the first characters of their cells: nearly all rows are data."""

    def likely(cell: str) -> bool:
        return bool(cell) and (cell[0] in starts or not cell[0].isalnum())

    return sum(likely(above) or likely(below) for above, below in zip(upper, lower, strict=True))


def completes(lower: Row, upper: Row, header: Header) -> bool:
    """Whether the lower row stands below none of the columns named above it, and titles some that were left open."""
    filled = [index for index, cell in enumerate(lower) if cell]
    return all(header.claims[index] is None for index in filled) and any(not upper[index] for index in filled)


def opens(upper: Row, lower: Row) -> bool:
    """Whether the upper row titles columns left open below: two or more, or the serial numbers.

    A title of the whole sheet stands alone.
    """
    filled = [index for index, cell in enumerate(upper) if cell]
    titles = len(filled) > 1 or any(header_form(upper[index]) in SERIALS for index in filled)
    return titles and not any(lower[index] for index in filled)


def best_header(
    rows: Sequence[Row], spread: Sequence[Row], contract: Contract, tied: Container[int] = ()
) -> Header | None:
    """The candidate that names most contract columns, with the rows of units below it; None when none names any.

    Among equals one row comes before two, unless cells are merged over both, the second is a header in its own right,
    or one titles only what the other left open; then the earliest.
    `rows` are the first rows of a sheet, all equally wide; `spread` the same with cells merged over columns repeated;
    `tied` the indexes of those that a merged cell ties to the next.
    """
    titles = titles_of(contract)
    starts = {title[0] for title in titles}
    ones = [single(index, row, titles) for index, row in enumerate(rows)]
    others = {
        index: of_others(rows[index - 1], spread[index - 1], rows[index])
        for index, header in enumerate(ones)
        if index and header.columns
    }
    ones = [without(header, others.get(index, ())) for index, header in enumerate(ones)]
    most = max((1, *(len(header.columns) for header in ones)))
    twos = [
        without(double(index, upper, spread[index], lower, titles), others.get(index, ()))
        for index, (upper, lower) in enumerate(pairwise(rows))
        if any(upper) and any(lower) and likely_titles(spread[index], lower, starts) >= most
    ]

    def rank(header: Header) -> tuple[int, bool]:
        upper, lower = ones[header.first], ones[header.last]
        own = 2 <= len(lower.columns) < len(header.columns) or bool(others.get(header.last))
        below = upper.columns == header.columns and completes(rows[header.last], rows[header.first], upper)
        above = lower.columns == header.columns and opens(rows[header.first], rows[header.last])
        two = header.first in tied or own or below or above
        return len(header.columns), header.first < header.last and two

    best = max((*ones, *twos), key=rank, default=None)
    return with_units(best, spread, titles) if best and best.columns else None

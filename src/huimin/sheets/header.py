"""The header of a sheet: which cells name which contract columns, and which row they stand in."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from huimin.contracts.contract import Column, Contract, header_form

UNITS = frozenset({"元", "人", "亩", "平方米", "㎡", "月", "年", "周岁"})
SERIALS = frozenset({"序号", "编号"})
TRAILING_UNIT = re.compile(r"^(?P<title>.+)[(\[](?P<unit>[^()\[\]]+)[)\]]$")

Row = Sequence[str]
"""Cells of one row, "" for an empty one."""


@dataclass(frozen=True)
class Claim:
    """A contract column that a header cell names."""

    column: str
    title: str
    """The header text as delivered, on one line."""
    wrong_unit: str | None = None
    """The unit of the header where the contract expects another: ten thousand yuan for one."""


@dataclass(frozen=True)
class Header:
    """One row of titles, or two that belong together."""

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


def one_line(text: str) -> str:
    """A title as shown in messages: line breaks and blanks as single spaces."""
    return " ".join(text.split())


def titles_of(contract: Contract) -> Mapping[str, Column]:
    """Every title as compared of the contract and the column it names."""
    return {header_form(title): column for column in reversed(contract.columns) for title in column.titles}


def claim_of(text: str, titles: Mapping[str, Column]) -> Claim | None:
    """The contract column that this header text names, exactly or after removing one trailing bracket with a unit."""
    plain = header_form(text)
    if plain in titles:
        return Claim(titles[plain].name, one_line(text))
    bracket = TRAILING_UNIT.match(plain)
    column = titles.get(bracket["title"]) if bracket else None
    if bracket is None or column is None:
        return None
    unit = bracket["unit"]
    expected = column.unit or ("元" if column.type == "money" else None)
    if {unit, expected} == {"元", "万元"}:
        return Claim(column.name, one_line(text), wrong_unit=unit)
    return Claim(column.name, one_line(text)) if unit in UNITS or unit == expected else None


def single(index: int, row: Row, titles: Mapping[str, Column]) -> Header:
    """The header that row would be."""
    claims = tuple(claim_of(cell, titles) if cell else None for cell in row)
    return Header(index, index, claims, tuple(one_line(cell) for cell in row))


def double(index: int, upper: Row, spread: Row, lower: Row, titles: Mapping[str, Column]) -> Header:
    """The header those two rows would be: the lower cell counts, else the upper, else both joined.

    `spread` is the upper row with every cell merged over columns standing in each of them: there it heads what stands
    below it, but over nothing it is one title, not several.
    """
    claims, shown = [], []
    for above, over, below in zip(upper, spread, lower, strict=True):
        heading = over if below else above
        claim = None
        if header_form(below) not in SERIALS or header_form(below) in titles:
            texts = (below, heading, heading + below)
            claim = next(filter(None, (claim_of(text, titles) for text in texts if text)), None)
        if claim and below and claim.title == one_line(heading) != one_line(below):
            claim = replace(claim, title=f"{claim.title}/{one_line(below)}")
        claims.append(claim)
        shown.append(claim.title if claim else one_line(below or heading))
    return Header(index, index + 1, tuple(claims), tuple(shown))


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


def best_header(rows: Sequence[Row], spread: Sequence[Row], contract: Contract) -> Header | None:
    """The candidate that names most contract columns; None when none names any.

    Among equals one row comes before two, unless the second is a header in its own right (cells merged over both rows)
    or one titles only what the other left open; then the earliest.
    `rows` are the first rows of a sheet, all equally wide; `spread` the same with cells merged over columns repeated.
    """
    titles = titles_of(contract)
    starts = {title[0] for title in titles}
    ones = [single(index, row, titles) for index, row in enumerate(rows)]
    most = max((1, *(len(header.columns) for header in ones)))
    twos = [
        double(index, upper, spread[index], lower, titles)
        for index, (upper, lower) in enumerate(pairwise(rows))
        if any(upper) and any(lower) and likely_titles(spread[index], lower, starts) >= most
    ]

    def rank(header: Header) -> tuple[int, bool]:
        upper, lower = ones[header.first], ones[header.last]
        own = 2 <= len(lower.columns) < len(header.columns)
        below = upper.columns == header.columns and completes(rows[header.last], rows[header.first], upper)
        above = lower.columns == header.columns and opens(rows[header.first], rows[header.last])
        return len(header.columns), header.first < header.last and (own or below or above)

    best = max((*ones, *twos), key=rank, default=None)
    return best if best and best.columns else None

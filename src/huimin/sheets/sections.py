"""Headers again among the data: from where on the rows of a sheet are read by which header."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from huimin.containers.pages import Span
from huimin.contracts.contract import Column, Contract, header_form
from huimin.sheets.header import Header, Row, best_header
from huimin.sheets.rows import repeated_rows
from huimin.sheets.shapes import TitleLine
from huimin.sheets.titles import claim_of, titles_of

FEWEST_COLUMNS = 3
"""Contract columns that a row among the data names at least to be a header."""
MOST_ROWS = 3
"""Rows that are looked at for one header: one or two of titles, and one of units."""
LONGEST_TITLE = 60
"""Characters of a cell that may be a title."""


@dataclass(frozen=True)
class Section:
    """A header among the data, with the titles directly above it."""

    header: Header
    first: int
    """Number of the first row of its titles, or of its own."""
    begins: int
    """Number of its own first row."""
    last: int
    """Number of its last row: what follows is read by it."""
    above: tuple[TitleLine, ...] = ()
    """The titles."""


def header_in(rows: Sequence[Row], spans: Sequence[Span], contract: Contract) -> Header | None:
    """The best header among some rows; `spans` are merged ranges, by indexes of these rows.

    A workbook's rows are all there, so a row's place is its number.
    """
    tied = {row for first, _, last, _ in spans for row in range(max(first, 0), min(last, len(rows)))}
    return best_header(rows, spread(rows, spans), contract, tied)


def spread(rows: Sequence[Row], spans: Iterable[Span]) -> list[list[str]]:
    """The rows with each merged range's value in every one of its columns."""
    wide = [list(row) for row in rows]
    for first_row, first_column, last_row, last_column in spans:
        for row in wide[max(first_row, 0) : max(last_row + 1, 0)]:
            row[first_column : last_column + 1] = [row[first_column]] * (last_column - first_column + 1)
    return wide


def moved(spans: Iterable[Span], first: int) -> list[Span]:
    """The merged ranges by indexes from the row at `first` on."""
    return [(top - first, left, bottom - first, right) for top, left, bottom, right in spans]


def header_at(rows: Sequence[Row], index: int, spans: Iterable[Span], contract: Contract) -> Header | None:
    """The header that begins with the row at that index and names columns enough; None where none begins there."""
    titles = titles_of(contract)
    if sum(claim_of(cell, titles) is not None for cell in rows[index] if cell) < 2:
        return None
    near = moved((span for span in spans if index <= span[0] < index + MOST_ROWS), index)
    found = header_in(rows[index : index + MOST_ROWS], near, contract)
    if found is None or found.first or len(found.columns) < FEWEST_COLUMNS:
        return None
    return replace(found, first=index, last=index + found.last)


class HeaderSearch:
    """The headers below a sheet's own: its titles again, or rows that name three of the contract's columns or more."""

    def __init__(self, titled: pl.DataFrame, header: Header, contract: Contract, spans: Iterable[Span]) -> None:
        self._names = titled.columns[1:]
        self._titled, self._contract, self._last = titled, contract, 0
        self._known = {forms_of(titled.slice(header.first).select(self._names).rows()): header}
        self._starting: defaultdict[int, list[Span]] = defaultdict(list)
        for span in spans:
            self._starting[span[0]].append(span)

    def found(self, doubtful: pl.DataFrame, end: int, faults: Container[int] = ()) -> Iterator[Section]:
        """The headers that begin before the place `end`.

        `doubtful`: rows below the sheet's own header that are no person's for certain, trimmed, with their place `at`
        among all; every header is among them, and those directly behind each (`MOST_ROWS`). `faults`: numbers of rows
        that cannot be read as written: no header goes on behind one.
        """
        repeated = set(repeated_rows(doubtful, self._titled, self._names))
        for place in likely_headers(doubtful, titles_of(self._contract), self._names):
            rows = rows_from(doubtful, place, faults)
            number, texts = next(iter(rows)), list(rows.values())
            if number <= self._last or doubtful["at"][place] >= end:
                continue
            header = seen_before(texts, self._known)
            if header is None and number not in repeated:
                spans = moved((span for row in rows for span in self._starting.get(row - 1, ())), number - 1)
                header = header_at(texts, 0, spans, self._contract)
            if header:
                length = header.last - header.first
                self._known.setdefault(forms_of(texts[: length + 1]), header)
                first, above = titles_above(doubtful, place, self._last, self._starting)
                self._last = list(rows)[length]
                yield Section(header, first, number, self._last, above)

    def decided(self, doubtful: pl.DataFrame, first: int, count: int) -> int:
        """How many of the rows belong to no header that may begin behind them, nor to the titles above it.

        `doubtful` are those of so many rows, the first at that place, that are no person's for certain.
        """
        end = max(first + count - MOST_ROWS + 1, first)
        for at, _, *cells in reversed_rows(doubtful):
            if at < end - 1 or (at == end - 1 and any(cells[1:])):
                break
            end = min(end, at)
        return end - first


def reversed_rows(rows: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows from the last to the first."""
    return (rows.row(index) for index in range(rows.height - 1, -1, -1))


def likely_headers(doubtful: pl.DataFrame, titles: Mapping[str, Column], names: Sequence[str]) -> Iterator[int]:
    """Indexes of the rows of which two cells or more begin as titles do."""
    starts = {title[0] for title in titles}
    begins = (
        (pl.col(name).str.head(1).is_in(starts) | pl.col(name).str.contains(r"^[^\p{L}\p{N}]"))
        & (pl.col(name).str.len_chars() <= LONGEST_TITLE)
        for name in names
    )
    likely = doubtful.select((pl.sum_horizontal(begins) > 1).fill_null(value=False)).to_series()
    yield from likely.arg_true()


def rows_from(doubtful: pl.DataFrame, place: int, faults: Container[int]) -> dict[int, list[str]]:
    """The row at that index and those that follow it directly, as texts by number, as far as one header may reach."""
    found: dict[int, list[str]] = {}
    begins = doubtful["at"][place]
    for at, row, *cells in doubtful.slice(place, MOST_ROWS).iter_rows():
        between = range(max(found, default=row) + 1, row)
        if at != begins + len(found) or not any(cells) or any(number in faults for number in between):
            break
        found[row] = [cell or "" for cell in cells]
    return found


def forms_of(rows: Sequence[Sequence[str | None]]) -> tuple[tuple[str, ...], ...]:
    """The rows as titles are compared."""
    return tuple(tuple(header_form(cell or "") for cell in row) for row in rows)


def seen_before(rows: Sequence[Row], known: Mapping[tuple[tuple[str, ...], ...], Header]) -> Header | None:
    """The known header whose titles these rows begin with."""
    forms = forms_of(rows)
    return next((known[forms[:size]] for size in range(len(forms), 0, -1) if forms[:size] in known), None)


def titles_above(
    doubtful: pl.DataFrame, place: int, last: int, starting: Mapping[int, Sequence[Span]]
) -> tuple[int, tuple[TitleLine, ...]]:
    """Number of the first row of the titles directly above a header, and the titles: each alone in its row.

    A title stands in the first column, or in a cell merged over several.
    """
    at, number, *_ = doubtful.row(place)
    above: list[TitleLine] = []
    while place > 0:
        place -= 1
        before, row, *cells = doubtful.row(place)
        filled = [column for column, cell in enumerate(cells) if cell]
        wide = any(left in filled and right > left for _, left, _, right in starting.get(row - 1, ()))
        if before != at - 1 or row <= last or len(filled) > 1 or (filled and filled != [0] and not wide):
            break
        at, number = before, row
        above = [*((row, cells[column]) for column in filled), *above]
    return number, tuple(above)


@dataclass(frozen=True)
class RowsBelow:
    """Rows of a sheet that follow one another, below its header."""

    below: pl.DataFrame
    """All but those that cannot be read as written."""
    certain: pl.Series
    """Of each: whether it is a person's for certain."""
    doubtful: pl.DataFrame
    """The others, trimmed, with their place `at` among all."""
    faults: pl.DataFrame

    def head(self, count: int) -> "RowsBelow":
        """The first `count` of the rows below the header, with the faulty records that stand among them."""
        if count == self.below.height:
            return self
        last = self.below["row"][count] - 1
        before = pl.col("row") <= last
        return RowsBelow(
            self.below.head(count),
            self.certain.head(count),
            self.doubtful.filter(before),
            self.faults.filter(before),
        )

    def read_by(self, sections: Sequence[Section], places: Sequence[int]) -> Iterator[tuple[int, int, "RowsBelow"]]:
        """By place: its number, how many of the rows stand there, and those of them that stand below its titles.

        `places` tells of each section where its rows go.
        """
        only = sections[0] if len(sections) == 1 else None
        if only and (self.below.is_empty() or only.last < self.below["row"][0]):
            count = self.below.height + self.faults.height
            yield places[0], count, replace(self, faults=self.faults.filter(pl.col("row") > only.last))
            return
        firsts = pl.Series([section.first for section in sections])
        lasts = pl.Series([section.last for section in sections])
        owners = pl.Series(places)

        def split(rows: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
            """Of each row: where it goes, and whether it stands below the titles there."""
            section = firsts.search_sorted(rows["row"], side="right") - 1
            return owners.gather(section), rows["row"] > lasts.gather(section)

        (owner, is_below), (owner_of_doubtful, doubtful_below) = split(self.below), split(self.doubtful)
        owner_of_fault, fault_below = split(self.faults)
        for place in dict.fromkeys(places):
            own, own_faults = owner == place, owner_of_fault == place
            kept = RowsBelow(
                self.below.filter(own & is_below),
                self.certain.filter(own & is_below),
                self.doubtful.filter((owner_of_doubtful == place) & doubtful_below),
                self.faults.filter(own_faults & fault_below),
            )
            yield place, int(own.sum()) + int(own_faults.sum()), kept


def width_of(header: Header) -> int:
    """How many cells the header has, up to its last title."""
    return max(at for at, title in enumerate(header.titles, start=1) if title)


Named = tuple[tuple[str, str | None] | None, ...]
"""By place: the contract column that a header's cell names, and the unit of money that is wrong there."""


def columns_of(header: Header) -> Named:
    """What its cells name."""
    return tuple((claim.column, claim.wrong_unit) if claim else None for claim in header.claims)

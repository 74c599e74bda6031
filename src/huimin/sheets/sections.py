"""Headers again among the data: from where on the rows of a sheet are read by which header."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from huimin.containers.pages import Span
from huimin.contracts.contract import Column, Contract, header_form
from huimin.sheets.header import Header, Row, best_header
from huimin.sheets.rows import repeated_rows
from huimin.sheets.shapes import Sheet, TitleLine, cell_names
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


def sections_below(sheet: Sheet, header: Header, doubtful: pl.DataFrame, contract: Contract) -> Iterator[Section]:
    """The headers below the sheet's own: its titles again, or rows that name three of the contract's columns or more.

    `doubtful`: the rows below that are no person's for certain, trimmed, with their place `at` among all; every header
    is among them.
    """
    names = cell_names(sheet.width)
    titled = sheet.cells.head(header.last + 1)
    repeated = set(repeated_rows(doubtful, titled, names))
    known = {forms_of(titled.slice(header.first).select(names).rows()): header}
    starting: defaultdict[int, list[Span]] = defaultdict(list)
    for span in sheet.spans:
        starting[span[0]].append(span)
    last = 0
    for place in likely_headers(doubtful, titles_of(contract), names):
        rows, at = rows_from(doubtful, place), titled.height + doubtful["at"][place]
        number, texts = next(iter(rows)), list(rows.values())
        if number <= last:
            continue
        found = seen_before(texts, known)
        if found is None and number not in repeated:
            spans = moved((span for row in rows for span in starting.get(row - 1, ())), number - 1)
            found = header_at(texts, 0, spans, contract)
        if found:
            length = found.last - found.first
            found = replace(found, first=at, last=at + length)
            known.setdefault(forms_of(texts[: length + 1]), found)
            first, above = titles_above(doubtful, place, last, starting)
            last = list(rows)[length]
            yield Section(found, first, last, above)


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


def rows_from(doubtful: pl.DataFrame, place: int) -> dict[int, list[str]]:
    """The row at that index and those that follow it directly, as texts by number, as far as one header may reach."""
    found: dict[int, list[str]] = {}
    begins = doubtful["at"][place]
    for at, row, *cells in doubtful.slice(place, MOST_ROWS).iter_rows():
        if at != begins + len(found) or not any(cells):
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
class SheetPart:
    """The rows of a sheet whose headers name the same columns in the same places."""

    header: Header
    """The first of these."""
    below: pl.DataFrame
    """The rows that are read by them."""
    certain: pl.Series
    """Of each: whether it is a person's for certain."""
    doubtful: pl.DataFrame
    """The others, trimmed."""
    faults: pl.DataFrame
    rows: int
    """Rows counted of the sheet, the headers and what stands above them included."""
    width: int
    """Cells that a record may fill: of a text file no more than its header has."""


def parts_of(
    sheet: Sheet, below: pl.DataFrame, certain: pl.Series, doubtful: pl.DataFrame, sections: Sequence[Section]
) -> list[SheetPart]:
    """The sheet by its headers; whole, as nearly always, when they all name the same columns in the same places."""
    headers: dict[tuple[str | None, ...], Header] = {}
    for section in sections:
        headers.setdefault(columns_of(section.header), section.header)
    if len(sections) == 1:
        faults = sheet.faults.filter(pl.col("row") > sections[0].last)
        return [SheetPart(sections[0].header, below, certain, doubtful, faults, sheet.rows, sheet.width)]
    order = {columns: number for number, columns in enumerate(headers)}
    firsts = pl.Series([section.first for section in sections])
    lasts = pl.Series([section.last for section in sections])
    owners = pl.Series([order[columns_of(section.header)] for section in sections])

    def read_by(rows: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Of each row: the part it stands in, and whether it stands below that part's titles."""
        place = firsts.search_sorted(rows["row"], side="right") - 1
        return owners.gather(place), rows["row"] > lasts.gather(place)

    parts = []
    (owner, is_below), (owner_of_doubtful, doubtful_below) = read_by(below), read_by(doubtful)
    owner_of_fault, fault_below = read_by(sheet.faults)
    for number, header in enumerate(headers.values()):
        own, own_doubtful = (owner == number), (owner_of_doubtful == number)
        own_faults = owner_of_fault == number
        parts.append(
            SheetPart(
                header,
                below.filter(own & is_below),
                certain.filter(own & is_below),
                doubtful.filter(own_doubtful & doubtful_below),
                sheet.faults.filter(own_faults & fault_below),
                int(own.sum()) + int(own_faults.sum()),
                width_of(header) if sheet.name is None and number else sheet.width,
            )
        )
    rest = sheet.rows - sum(part.rows for part in parts)
    return [replace(parts[0], rows=parts[0].rows + rest), *parts[1:]]


def width_of(header: Header) -> int:
    """How many cells the header has, up to its last title."""
    return max(at for at, title in enumerate(header.titles, start=1) if title)


def columns_of(header: Header) -> tuple[str | None, ...]:
    """The contract columns that its cells name, by place."""
    return tuple(claim.column if claim else None for claim in header.claims)

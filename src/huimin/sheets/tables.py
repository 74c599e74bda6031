"""The tables of a sheet that is read part by part: its data rows, and what is only layout."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.header import Header
from huimin.sheets.layout import marks_of, overfull_rows, records_of, texts_of, unique
from huimin.sheets.nearly import nearly_known
from huimin.sheets.refusals import refuse_unclear, rows_that_tell, unknown
from huimin.sheets.rows import (
    Stretch,
    example_spans,
    example_titles,
    is_example,
    is_layout,
    of_persons,
    places_of,
    says_nothing_paid,
    tidy,
)
from huimin.sheets.sections import HeaderSearch, Named, RowsBelow, Section, columns_of, width_of
from huimin.sheets.shapes import Limits, ReadAgainError, Sheet, Table, TitleLine, cell_names


@dataclass
class Columns:
    """The headers of a sheet that name the same columns in the same places, and what was read of the rows below."""

    first: Section
    order: int
    width: int
    """Cells that a record may fill: of a text file no more than its header has."""
    is_told: bool = False
    is_begun: bool = False
    """Whether a row or a fault was told."""
    waiting: pl.DataFrame | None = None
    """The only row so far, which says that there is nothing to pay, if no other comes."""
    noted: int = 0
    """Number of the last row that is a note."""


class TableReader:
    """A sheet read part by part: a row is told once what stands behind it can no longer change what it is."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        contract: Contract,
        file: str,
        limits: Limits,
        examples: Sequence[Stretch],
        width: int | None,
    ) -> None:
        """`sheet`: the first part. `examples`: all the rows of examples, if an earlier reading told them.

        `width`: cells that a record below the sheet's own header may fill, where others are wider.
        """
        self._header, self._contract, self._file, self._limits = header, contract, file, limits
        # all that is said of the sheet but its cells, which would stay in memory
        self._sheet, self._is_first = replace(sheet, cells=sheet.cells.clear(), faults=sheet.faults.clear()), True
        self._names = cell_names(sheet.width)
        self._titled = tidy(sheet.cells.head(header.last + 1), self._names)
        self._above = self._titled.head(header.first)
        rows = self._titled["row"]
        self._section = Section(header, 1, rows[header.first], rows[header.last])
        self._columns: dict[Named, Columns] = {}
        self._search = HeaderSearch(self._titled, header, contract, sheet.spans)
        self._units = rows_that_tell(self._titled, sheet.faults, header, contract)
        self._examples, self._is_late = examples, False
        self._own_width = width or sheet.width
        self._example_titles = example_titles(self._above, self._names)
        self._titles: list[TitleLine] = []
        """Those of the headers below."""
        self._held = sheet.cells.clear(), sheet.faults.clear()
        """Rows and faults that are not told yet."""
        self._told = 0
        """How many rows below the header are told."""
        self._last = 0
        """The number of the last of them."""

    def read(self, part: Sheet, *, ends: bool) -> Iterator[Table]:
        """What is known of the tables once the next part is there. `ends`: whether it is the last one.

        Raises:
            DeliveryError: as `tables_of`, when it ends.
            ReadAgainError: when it ends, if rows told before are examples.
        """
        uncounted = part.rows - part.cells.height - part.faults.height
        cells = part.cells
        if self._is_first:
            self._is_first = False
            uncounted += self._titled.height
            cells = cells.slice(self._titled.height)
        for units in self._units:
            units.look(cells)
        rows = self._rows(pl.concat([self._held[0], cells]), pl.concat([self._held[1], part.faults]))
        count = rows.below.height if ends else self._search.decided(rows.doubtful, self._told, rows.below.height)
        faults = frozenset(rows.faults["row"])
        sections = [self._section, *self._search.found(rows.doubtful, self._told + count, faults)]
        owners = [self._columns_of(section) for section in sections]
        told = rows.head(count)
        self._held = rows.below.slice(count), rows.faults.slice(told.faults.height)
        self._told += count
        self._section = sections[-1]
        self._titles += (title for section in sections[1:] for title in section.above)
        self._look_for_examples(told)
        if ends:
            self._end()
        shares = {order: (size, own) for order, size, own in told.read_by(sections, [own.order for own in owners])}
        for columns in self._columns.values():
            size, own = shares.get(columns.order, (0, told.head(0)))
            size += 0 if columns.order else uncounted
            if size or not columns.is_told or (ends and columns.waiting is not None):
                yield self._table(columns, own, size, ends=ends)

    def _rows(self, below: pl.DataFrame, faults: pl.DataFrame) -> RowsBelow:
        """The rows that are not told yet."""
        certain = of_persons(below, self._header, self._titled)
        numbered = below.with_row_index("at", offset=self._told)
        return RowsBelow(below, certain, tidy(numbered.filter(~certain), self._names), faults)

    def _columns_of(self, section: Section) -> Columns:
        """Those that the header names."""
        key = columns_of(section.header)
        if key not in self._columns:
            order = len(self._columns)
            if order == self._limits.sheets:
                raise DeliveryError(self._file, "表头太多，各不相同", "按表头拆分成几个文件后报送")
            self._columns[key] = Columns(section, order, self._width_below(section, order))
        return self._columns[key]

    def _width_below(self, section: Section, order: int) -> int:
        """How many cells a record below the header may fill."""
        if self._sheet.name is not None:
            return self._sheet.width
        return width_of(section.header) if order else self._own_width

    def _look_for_examples(self, told: RowsBelow) -> None:
        """Takes in the titles around examples among the rows that are told next."""
        titles = example_titles(told.doubtful, self._names)
        if titles:
            self._example_titles += titles
            found = example_spans(self._example_titles)
            # an earlier reading may have told more
            further = [span for span in found if span not in self._examples]
            self._is_late |= any(first <= self._last < last for first, last in further)
            self._examples = found if further else self._examples
        self._last = max([self._last, *told.below["row"].tail(1)])

    def _end(self) -> None:
        """Raises as `read` when it ends."""
        firsts = [columns.first for columns in self._columns.values()]
        refuse_unclear(self._sheet, firsts, self._units, self._contract, self._file)
        if self._is_late:
            raise ReadAgainError(self._examples)

    def _table(self, columns: Columns, own: RowsBelow, size: int, *, ends: bool) -> Table:
        """The next part of a table, of which so many rows are counted."""
        header, contract = columns.first.header, self._contract
        places, others = places_of(header, contract), unknown(header)
        rows = self._data_rows(columns, own)
        if columns.waiting is not None:
            rows, columns.waiting = pl.concat([columns.waiting, rows]), None
        overfull = overfull_rows(rows, columns.width)
        is_only = not columns.is_begun and own.faults.is_empty() and says_nothing_paid(rows, places)
        if is_only and not ends:
            columns.waiting = rows
        columns.is_told = True
        columns.is_begun |= not is_only and (rows.height > 0 or own.faults.height > 0)
        kept = rows.clear() if is_only else rows.filter(~pl.col("row").is_in(overfull["row"].implode()))
        faults = own.faults if is_only else pl.concat([own.faults, overfull]).sort("row", maintain_order=True)
        return Table(
            sheet=self._sheet.name,
            records=records_of(kept, header, contract, self._sheet),
            cells=kept,
            titles=unique(header.titles),
            faults=faults,
            rows=size,
            unknown_columns=others,
            nearly_known=nearly_known(others, contract, header.columns),
            above=(*texts_of(self._above, self._examples), *self._titles),
            is_nil=is_only and ends,
            marks=marks_of(self._sheet, header, contract, kept),
            order=columns.order,
        )

    def _data_rows(self, columns: Columns, own: RowsBelow) -> pl.DataFrame:
        """Those of the rows that are data."""
        places, kept = places_of(columns.first.header, self._contract), own.certain
        if not own.doubtful.is_empty():
            layout, columns.noted = is_layout(own.doubtful.drop("at"), self._titled, places, columns.noted)
            kept = kept.scatter((~kept).arg_true(), ~layout)
        rows = own.below.filter(kept)
        return rows.filter(~is_example(rows, places, self._examples))


def tables_of(
    parts: Iterable[tuple[Sheet, bool]],
    header: Header,
    contract: Contract,
    file: str,
    limits: Limits,
    examples: Sequence[Stretch] = (),
    width: int | None = None,
) -> Iterator[Table]:
    """The data rows of a sheet whose header matches: a table for each order of columns that its headers name.

    `parts`: the sheet, the header in its first part, and of each whether it is the last. `examples`: as a
    ReadAgainError told them. `width`: cells that a record below that header may fill; None for all.

    Raises:
        DeliveryError: two headers name one column, one gives another unit than the contract's, or more headers differ
            from one another than a workbook may have sheets.
        ReadAgainError: rows that are told already are examples.
    """
    reader = None
    for part, ends in parts:
        reader = reader or TableReader(part, header, contract, file, limits, examples, width)
        yield from reader.read(part, ends=ends)

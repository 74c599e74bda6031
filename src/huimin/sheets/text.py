"""A text file as a sheet: the delimiter under which a contract's header matches, and the records cut at it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import polars as pl

from huimin.cells.folding import BLANKS as CELL_BLANKS
from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.delimited import lines_of, plain_sheet, refuse_vast, widest
from huimin.sheets.dialect import DELIMITERS, Vote, vote_of
from huimin.sheets.encoding import Block, Text, line_count, text_of
from huimin.sheets.header import Header
from huimin.sheets.layout import header_of
from huimin.sheets.quoted import BLANKS, Dialect, cells_of
from huimin.sheets.records import Carried, Shape, lines_ahead, sheet_of
from huimin.sheets.refusals import no_match
from huimin.sheets.rows import Stretch
from huimin.sheets.sections import FEWEST_COLUMNS, header_at
from huimin.sheets.shapes import FAULTS, Limits, ReadAgainError, Sheet, Table
from huimin.sheets.tables import tables_of
from huimin.sheets.titles import titles_of
from huimin.sheets.undivided import undivided

CELLS_AT_ONCE = 8_000_000
"""Lines times columns of what is cut at once: short lines of many columns take more memory than their bytes."""


@dataclass(frozen=True)
class Top:
    """The first lines of a text as one dialect cuts them."""

    vote: Vote
    sample: Sheet
    header: Header | None

    @property
    def rank(self) -> tuple[int, int]:
        """How well the dialect fits: the contract's columns that the header names, then the lines that agree."""
        return len(self.header.columns) if self.header else 0, self.vote.agreeing


@dataclass(frozen=True)
class TextSheet:
    """A text file of which it is known how its records are cut."""

    text: Text
    shape: Shape
    limits: Limits

    def of_width(self, width: int, file: str) -> "TextSheet":
        """The same, with records of so many cells. Raises DeliveryError where there are too many of both."""
        refuse_vast(self.text.lines, width, file, self.limits)
        return replace(self, shape=replace(self.shape, width=width))

    def parts(self) -> Iterator[tuple[Sheet, bool]]:
        """The records, part by part, and whether it is the last; the first holds every row where a header may be."""
        parts = self._cut()
        first, ends = next(parts)
        while first.cells.height < self.limits.header_rows and not ends:
            more, ends = next(parts)
            first = together(first, more)
        yield first, ends
        del first
        yield from parts

    def _cut(self) -> Iterator[tuple[Sheet, bool]]:
        """The records of each block, and whether it is the last one."""
        most = max(1, CELLS_AT_ONCE // self.shape.width)
        blocks = (piece for block in self.text.blocks(self.limits) for piece in divided(block, most))
        carried = Carried(ahead=self.limits.lines_ahead)
        for block, ahead in with_ahead(blocks, lines_ahead(self.limits)):
            cut = None
            if not block.undecodable and not carried.lines:
                cut = plain_sheet(block.content, block.lines, self.shape.dialect, self.shape.width, self.limits)
            if cut is None:
                cut, carried = sheet_of(
                    *joint(block, ahead, lines_ahead(self.limits)), self.shape, self.limits, carried
                )
            yield numbered_from(cut, block.first), not ahead


class TextTables(Iterable[Table]):
    """The tables of a text file part by part, each made when one comes to it."""

    def __init__(self, sheet: TextSheet, file: str, contract: Contract, read_as: str | None) -> None:
        """Raises DeliveryError when no header matches."""
        self._sheet, self._file, self._contract, self._read_as = sheet, file, contract, read_as
        self._width = sheet.shape.width
        """Cells that a record below the file's own header may fill."""
        parts = sheet.parts()
        first, ends = next(parts)
        if width := self._wider(first):
            self._sheet = sheet.of_width(width, file)
            parts = self._sheet.parts()
            first, ends = next(parts)
        header = header_of(first, contract, sheet.limits)
        if header is None or header.missing(contract):
            raise no_match(file, contract, [(first, header)])
        self._header = header
        self._begun: Iterator[tuple[Sheet, bool]] | None = chain(iter([(first, ends)]), parts)
        self._examples: Sequence[Stretch] = ()

    def __iter__(self) -> Iterator[Table]:
        """The tables. Raises as `Reading.tables` tells."""
        parts, self._begun = self._begun or self._sheet.parts(), None
        limits = self._sheet.limits
        try:
            yield from tables_of(
                self._looked_at(parts), self._header, self._contract, self._file, limits, self._examples, self._width
            )
        except ReadAgainError as again:
            self._examples = again.examples
            raise
        except DeliveryError as fault:
            raise (fault.read_as(self._read_as) if self._read_as else fault) from None

    def _looked_at(self, parts: Iterator[tuple[Sheet, bool]]) -> Iterator[tuple[Sheet, bool]]:
        """The parts. Raises ReadAgainError at one with a header that is wider than its records were cut."""
        for part, ends in parts:
            if width := self._wider(part):
                self._sheet = self._sheet.of_width(width, self._file)
                header = self._header
                blank = width - len(header.claims)
                self._header = replace(
                    header, claims=(*header.claims, *[None] * blank), titles=(*header.titles, *[""] * blank)
                )
                raise ReadAgainError(self._examples)
            yield part, ends

    def _wider(self, part: Sheet) -> int:
        """How many cells the widest header has that is among the records with too many; 0 without one."""
        titles, shape, limits = titles_of(self._contract), self._sheet.shape, self._sheet.limits
        starts = {title[0] for title in titles}
        widest = 0
        for text in part.faults.filter(pl.col("reason") == "extra_cells")["text"]:
            cells = [cell.strip(CELL_BLANKS) for cell in cells_of(text, shape.dialect)]
            likely = sum(bool(cell) and cell[0] in starts for cell in cells) >= FEWEST_COLUMNS
            if likely and len(cells) <= limits.columns and header_at([cells], 0, (), self._contract):
                widest = max(widest, len(cells))
        return widest


def text_sheet(path: Path, file: str, contract: Contract, limits: Limits) -> TextSheet:
    """The records of a text file, cut at the delimiter under which a header matches best.

    Raises:
        DeliveryError: the file is no text, or no delimiter divides it into titles of the contract.
    """
    text = text_of(path, file, limits)
    first, undecodable = first_lines(text, limits)
    top = best_top(first, undecodable, contract, limits)
    if top.header is None or (top.header.missing(contract) and len(top.header.columns) < 2):
        raise undivided(file, contract, first.to_list(), limits)
    dialect, sample, header = top.vote.dialect, top.sample, top.header
    width = header_width(sample, header)
    refuse_vast(text.lines, width, file, limits)
    below = first[int(sample.cells["row"][header.last]) :].to_list()
    vote = vote_of(below, dialect, limits)
    usual = max(width, vote.cells) if vote.agreeing * 2 > len(below) else width
    return TextSheet(text, Shape(dialect, width, usual, settled=settled_by(header, contract)), limits)


def first_lines(text: Text, limits: Limits) -> tuple[pl.Series, Sequence[int]]:
    """The lines in which the header is looked for, and the numbers of those that are not of the encoding."""
    most, content, undecodable = limits.header_rows, b"", list[int]()
    for block in text.blocks(limits):
        content += block.content
        undecodable += block.undecodable
        if block.first + block.lines > most:
            break
    lines = lines_of(content, most)
    return lines, undecodable[: bisect_right(undecodable, len(lines))]


def divided(block: Block, most: int) -> Iterator[Block]:
    """The block in parts of no more than so many lines."""
    if block.lines <= most:
        yield block
        return
    # behind the line in the middle of its bytes, which is not the last
    middle = block.content.rfind(b"\n", 0, len(block.content) // 2) + 1 or block.content.index(b"\n") + 1
    upper = block.content[:middle]
    count = line_count(upper)
    bad = bisect_right(block.undecodable, block.first + count - 1)
    yield from divided(Block(upper, block.first, count, block.undecodable[:bad]), most)
    rest = Block(block.content[middle:], block.first + count, block.lines - count, block.undecodable[bad:])
    yield from divided(rest, most)


def with_ahead(blocks: Iterator[Block], most: int) -> Iterator[tuple[Block, list[Block]]]:
    """Each block, and those behind it as far as so many lines."""
    waiting: list[Block] = []
    for block in blocks:
        waiting.append(block)
        while len(waiting) > 1 and block.first + block.lines - waiting[1].first >= most:
            yield waiting[0], waiting[1:]
            waiting = waiting[1:]
    while waiting:
        yield waiting[0], waiting[1:]
        waiting = waiting[1:]


def joint(block: Block, ahead: Sequence[Block], most: int) -> tuple[pl.Series, int, list[int]]:
    """The lines of the block and so many behind it, how many are its own, and by index which cannot be decoded."""
    content = bytearray(block.content)
    for other in ahead:
        content += other.content[: end_of_line(other.content, most)]
        most -= other.lines
    lines = lines_of(bytes(content))
    bad = [number - block.first + 1 for other in (block, *ahead) for number in other.undecodable]
    return lines, block.lines, bad


def end_of_line(text: bytes, number: int) -> int:
    """Where the line of that number ends; the end of the text where it has fewer lines."""
    end = 0
    for _ in range(number):
        end = text.find(b"\n", end) + 1
        if not end:
            return len(text)
    return end


def together(upper: Sheet, lower: Sheet) -> Sheet:
    """One sheet of two parts of a text, the upper before the lower."""
    cells, faults = pl.concat([upper.cells, lower.cells]), pl.concat([upper.faults, lower.faults])
    return Sheet(None, cells, faults, upper.rows + lower.rows)


def numbered_from(sheet: Sheet, first: int) -> Sheet:
    """The sheet with its rows numbered from that line on."""
    row = pl.col("row") + (first - 1)
    return Sheet(None, sheet.cells.with_columns(row), sheet.faults.with_columns(row).cast(FAULTS), sheet.rows)


def best_top(lines: pl.Series, undecodable: Sequence[int], contract: Contract, limits: Limits) -> Top:
    """The first lines as the dialect cuts them that fits best; the first one under which a whole header matches."""
    best: Top | None = None
    for dialects in dialects_of(lines):
        for dialect in dialects:
            vote = vote_of(lines.to_list(), dialect, limits)
            shape = Shape(dialect, widest(lines, dialect.delimiter, limits), vote.cells)
            sample, _ = sheet_of(lines, len(lines), undecodable, shape, limits)
            top = Top(vote, sample, header_of(sample, contract, limits))
            best = top if best is None or top.rank > best.rank else best
        if best and best.header and not best.header.missing(contract):
            break
    assert best is not None  # noqa: S101  there are delimiters
    return best


def dialects_of(lines: pl.Series) -> Iterator[list[Dialect]]:
    """By delimiter: how the lines may be cut; with quotes behind blanks too, where some stand so."""
    for mark in DELIMITERS:
        behind = lines.str.contains(f'{re.escape(mark)}[{"".join(BLANKS)}]+"').any()
        yield [Dialect(mark), *([Dialect(mark, blanks=True)] if behind else [])]


def settled_by(header: Header, contract: Contract) -> int:
    """How many cells a record has up to the last one that must parse: if it stood one further, the row is rejected."""
    judged = {column.name for column in contract.columns if column.required and not column.type.takes_any_text}
    return max(
        (place for place, claim in enumerate(header.claims, start=1) if claim and claim.column in judged), default=0
    )


def header_width(sample: Sheet, header: Header) -> int:
    """How many cells the header's records have up to the last that is filled: no record may fill more."""
    rows = sample.cells.drop("row").slice(header.first, header.last - header.first + 1).rows()
    return max(index + 1 for row in rows for index, cell in enumerate(row) if cell and cell.strip())

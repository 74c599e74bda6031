"""A text file as a sheet: the delimiter under which a contract's header matches, and the records cut at it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.sheets.delimited import clipped, line_count, lines_of, plain_sheet, refuse_vast, widest
from huimin.sheets.dialect import DELIMITERS, Vote, vote_of
from huimin.sheets.encoding import text_of
from huimin.sheets.header import Header
from huimin.sheets.layout import header_of
from huimin.sheets.quoted import BLANKS, Dialect
from huimin.sheets.records import Shape, sheet_of
from huimin.sheets.shapes import Limits, Sheet
from huimin.sheets.undivided import undivided


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


def text_sheet(path: Path, file: str, contract: Contract, limits: Limits) -> Sheet:
    """The records of a text file, cut at the delimiter under which a header matches best.

    Raises:
        DeliveryError: the file is no text, or no delimiter divides it into titles of the contract.
    """
    text = text_of(path, file, limits)
    content = clipped(text.content, limits.record_characters)
    first = lines_of(content, file, limits.header_rows)
    top = best_top(first, text.undecodable, contract, limits)
    if top.header is None or (top.header.missing(contract) and len(top.header.columns) < 2):
        raise undivided(file, contract, first.to_list(), limits)
    dialect, sample, header = top.vote.dialect, top.sample, top.header
    width = header_width(sample, header)
    lines = line_count(content)
    refuse_vast(lines, width, file, limits)
    plain = None if text.undecodable else plain_sheet(content, lines, dialect, width, limits)
    if plain is not None:
        return plain
    below = first[int(sample.cells["row"][header.last]) :].to_list()
    vote = vote_of(below, dialect, limits)
    usual = max(width, vote.cells) if vote.agreeing * 2 > len(below) else width
    shape = Shape(dialect, width, usual, settled=settled_by(header, contract))
    return sheet_of(lines_of(content, file), text.undecodable, shape, limits)


def best_top(lines: pl.Series, undecodable: Sequence[int], contract: Contract, limits: Limits) -> Top:
    """The first lines as the dialect cuts them that fits best; the first one under which a whole header matches."""
    known = numbers_up_to(undecodable, len(lines))
    best: Top | None = None
    for dialects in dialects_of(lines):
        for dialect in dialects:
            vote = vote_of(lines.to_list(), dialect, limits)
            shape = Shape(dialect, widest(lines, dialect.delimiter, limits), vote.cells)
            sample = sheet_of(lines, known, shape, limits)
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


def numbers_up_to(numbers: Sequence[int], most: int) -> Sequence[int]:
    """Those of the ascending numbers that are no larger than `most`."""
    return numbers[: bisect_right(numbers, most)]


def header_width(sample: Sheet, header: Header) -> int:
    """How many cells the header's records have, empty ones between delimiters included: no record may fill more."""
    rows = sample.cells.drop("row").slice(header.first, header.last - header.first + 1).rows()
    return max(index + 1 for row in rows for index, cell in enumerate(row) if cell is not None)

"""How a text file parts and quotes its cells: declared by who knows it, else by a vote of its own lines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from huimin.sheets.quoted import Dialect, joined_at, scanned
from huimin.sheets.shapes import Limits

DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "中文逗号", "^": "^", "\x01": "^A"}
"""Those of rosters, and what they are called in messages."""
BACKSLASH = "\\"


@dataclass(frozen=True)
class Vote:
    """How many of the lines belong to whole records with the same number of cells, more than one."""

    agreeing: int
    cells: int
    """That number; 1 when no line has a delimiter."""
    dialect: Dialect


def vote_of(lines: Sequence[str], dialect: Dialect, limits: Limits) -> Vote:
    """The vote of the lines, those that quotes join taken together. A tie is for the larger number of cells."""
    series, counts, index = pl.Series(lines, dtype=pl.String), Counter[int](), 0
    while index < len(lines):
        state, cells, length = joined_at(series, index, dialect, limits.record_lines, limits)
        length = length if state == "closed" else 1
        if state == "closed" and cells > 1 and not scanned(lines[index], dialect, inside=False).stray:
            counts[cells] += length
        index += length
    cells, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return Vote(agreeing, cells, dialect)


def elected(lines: Sequence[str], delimiter: str | None, quote: str | None, escape: str | None, limits: Limits) -> Vote:
    """The dialect under which most lines agree, what is declared kept; among equals the usual one.

    A single ragged line changes nothing. Blanks are taken for delimiters only where less than half of the lines agree
    otherwise.
    """
    filled = [line for line in lines if line.strip()]
    text = "\n".join(filled)
    quotes = (quote,) if quote is not None else ('"', *(("'",) if "'" in text else ()))

    def best(delimiters: Sequence[str]) -> Vote:
        votes = [
            vote_of(filled, Dialect(parted, quoted, escaped), limits)
            for quoted in quotes
            for escaped in ((escape,) if escape is not None else escapes(text, quoted))
            for parted in delimiters
        ]
        return max(votes, key=lambda vote: (vote.agreeing, vote.cells))

    if delimiter is not None:
        return best((delimiter,))
    vote = best((*DELIMITERS, *(f"{mark} " for mark in DELIMITERS if f"{mark} " in text)))
    if vote.agreeing * 2 < len(filled) and " " in text:
        return max(vote, best((" ",)), key=lambda either: either.agreeing)
    return vote


def escapes(text: str, quote: str) -> tuple[str, ...]:
    """What may stand before a quote that is text: the quote itself, and a backslash where the text has such."""
    return (quote, BACKSLASH) if quote and BACKSLASH + quote in text else (quote,)

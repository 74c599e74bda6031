"""Which delimiter and quote a text file uses: as declared, or found by trying each on the file's own lines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from huimin.sheets.quoted import Dialect, joined_at, scanned
from huimin.sheets.shapes import Limits

DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "中文逗号", "^": "^", "\x01": "^A"}
"""Delimiters that rosters are known to use, and what messages to departments call them."""
BACKSLASH = "\\"


@dataclass(frozen=True)
class Vote:
    """How well one dialect (delimiter, quote, escape) fits a text: how many lines it cuts into equally many cells."""

    agreeing: int
    """Lines that are cut into the most frequent number of cells above one."""
    cells: int
    """That number of cells; 1 when the delimiter stands in no line."""
    dialect: Dialect


def vote_of(lines: Sequence[str], dialect: Dialect, limits: Limits) -> Vote:
    """How well the dialect fits the lines; a record over several lines counts as all of them.

    Of two equally frequent numbers of cells, the larger one counts.
    """
    counts, index = Counter[int](), 0
    while index < len(lines):
        state, cells, length = joined_at(lines, index, dialect, limits.record_lines, limits)
        length = length if state == "closed" else 1
        if state == "closed" and cells > 1 and not scanned(lines[index], dialect, inside=False).stray:
            counts[cells] += length
        index += length
    cells, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return Vote(agreeing, cells, dialect)


def elected(lines: Sequence[str], delimiter: str | None, quote: str | None, escape: str | None, limits: Limits) -> Vote:
    """The dialect that fits the lines best; what is given (delimiter, quote, escape) is kept, None is tried in turn.

    Of equally good ones the more usual wins (the order of `DELIMITERS`). One ragged line does not matter. A blank is
    tried as a delimiter only where no other one cuts at least half of the lines alike.
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
    """What may mark a quote inside a quoted cell as text: a second quote, and a backslash if the text has such."""
    return (quote, BACKSLASH) if quote and BACKSLASH + quote in text else (quote,)

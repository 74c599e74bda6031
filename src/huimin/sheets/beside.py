"""Another table beside the one that is read, on the same sheet: what stands there is said of its own rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from huimin.containers.pages import Span
from huimin.sheets.header import Header, Row

ALONE = 2
"""Rows that only one of two tables fills: one may be its total."""


def without_beside(header: Header, rows: Sequence[Row], spans: Sequence[Span]) -> Header:
    """The header without what its titles over another table name; they are titles that no column claims.

    Beyond a column without a title or a cell stands another table, if its rows are filled from the top on, one after
    the other, and either of the two goes on below the other. `rows` are the first of the sheet, the header among them;
    `spans` its merged ranges, which fill every row that they go over.
    """
    rows = merged_down(rows, spans)
    blocks = list(blocks_of(header, rows))
    if len(blocks) < 2:
        return header
    own = max(blocks, key=lambda block: sum(header.claims[index] is not None for index in block))
    below = [row for row in rows[header.last + 1 :] if any(row)]
    others = {index for block in blocks if block != own and stands_alone(own, block, below) for index in block}
    return replace(header, claims=tuple(None if i in others else claim for i, claim in enumerate(header.claims)))


def merged_down(rows: Sequence[Row], spans: Sequence[Span]) -> Sequence[Row]:
    """The rows with each merged range's value in all of its cells."""
    filled = [list(row) for row in rows]
    for top, left, bottom, right in spans:
        for row in filled[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return filled


def blocks_of(header: Header, rows: Sequence[Row]) -> Iterator[range]:
    """The stretches of columns between those that no row fills from the header on."""
    told = [any(row[index] for row in rows[header.first :]) for index in range(len(header.claims))]
    begins = 0
    for index, is_told in enumerate([*told, False]):
        if not is_told:
            if index > begins:
                yield range(begins, index)
            begins = index + 1


def stands_alone(own: range, other: range, below: Sequence[Row]) -> bool:
    """Whether the rows tell that what stands in the other columns is a table of its own."""
    filled = [(cells_in(row, own), cells_in(row, other)) for row in below]
    others = [theirs > 0 for _, theirs in filled]
    length = sum(others)
    if not length or not all(others[:length]):
        return False
    goes_on = sum(ours > 1 for ours, theirs in filled if not theirs)
    theirs_go_on = sum(theirs > 1 for ours, theirs in filled if not ours)
    return goes_on >= ALONE or theirs_go_on >= ALONE


def cells_in(row: Row, block: range) -> int:
    """How many of those columns the row fills."""
    return sum(bool(row[index]) for index in block)

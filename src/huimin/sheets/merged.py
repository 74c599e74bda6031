"""Merged ranges among the data: where a value stands for several rows though it can be only one row's."""

from collections.abc import Iterable, Iterator

import polars as pl

from huimin.contracts.contract import Contract
from huimin.sheets.header import Header
from huimin.sheets.shapes import MARKS, Sheet

OF_ONE_ROW = frozenset(
    {"money", "integer", "decimal", "id_number", "account", "plate", "vin", "credit_code", "code"}
)  # fmt: skip
"""Types of amounts, numbers and identifiers: of a merged one nobody can tell whose it is."""


def merged_cells(sheet: Sheet, header: Header, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of data rows that share an amount, number or identifier with other rows; columns `MARKS`."""
    marks = [pl.DataFrame(schema=MARKS)]
    tall = [span for span in sheet.spans if span[2] > span[0]]
    for at, claim in enumerate(header.claims) if tall else ():
        column = contract.column(claim.column) if claim else None
        if column is None or column.spans_rows or column.type.name not in OF_ONE_ROW:
            continue
        stretches = joined((first, last) for first, left, last, _ in tall if left == at)
        numbers = [pl.int_range(first + 1, last + 2, dtype=pl.Int32, eager=True) for first, last in stretches]
        if numbers:
            merged = rows.filter(pl.col("row").is_in(pl.concat(numbers).implode()) & (pl.col(f"c{at}") != ""))
            marks.append(merged.select("row", column=pl.lit(column.name), reason=pl.lit("merged_cell")).cast(MARKS))
    return pl.concat(marks)


def joined(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches without overlaps, in order: however they lie, no row is gone through twice."""
    began, ended = -1, -2
    for first, last in sorted(stretches):
        if first > ended:
            if ended >= began:
                yield began, ended
            began, ended = first, last
        ended = max(ended, last)
    if ended >= began:
        yield began, ended

"""A sheet seen through a contract: its header, and what its cells are by it."""

from collections.abc import Iterator, Sequence

import polars as pl

from huimin.cells.folding import is_filled, plain_text
from huimin.cells.types import DATE, MONTH
from huimin.containers.pages import DAY_0
from huimin.contracts.contract import Contract
from huimin.sheets.beside import without_beside
from huimin.sheets.header import Header
from huimin.sheets.merged import merged_cells
from huimin.sheets.rows import Stretch
from huimin.sheets.sections import header_at, header_in
from huimin.sheets.serials import written_out
from huimin.sheets.shapes import FAULTS, Limits, Sheet, TitleLine
from huimin.sheets.uncalculated import uncalculated_cells


def header_of(sheet: Sheet, contract: Contract, limits: Limits) -> Header | None:
    """The header among the first rows of the sheet; None when no cell there is a title.

    It is the one that names most columns, but for a whole one that stands above it: then it is one among the data.
    Titles over another table beside it name nothing.
    """
    rows = trimmed(sheet.cells.head(limits.header_rows))
    best = header_in(rows, sheet.spans, contract)
    above = rows[: best.first] if best else []
    starting = (header_at(above, index, sheet.spans, contract) for index in range(len(above)))
    found = next((header for header in starting if header and not header.missing(contract)), best)
    return without_beside(found, rows, sheet.spans) if found else None


def trimmed(rows: pl.DataFrame) -> list[list[str]]:
    """The rows as lists of texts without outer blanks and marks for text, "" for an empty cell."""
    return [[plain_text(cell) for cell in row] for row in rows.drop("row").iter_rows()]


def marks_of(sheet: Sheet, header: Header, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of data rows that cannot be used whatever they hold, each with one reason; columns `MARKS`."""
    found = (of(sheet, header, contract, rows) for of in (merged_cells, uncalculated_cells))
    return pl.concat(found).unique(["row", "column"], keep="first", maintain_order=True)


def texts_of(rows: pl.DataFrame, examples: Sequence[Stretch]) -> Iterator[TitleLine]:
    """The rows above a header as numbers and texts, but a template's examples."""
    for row, *cells in rows.iter_rows():
        if any(cells) and not any(first <= row <= last for first, last in examples):
            yield row, " ".join(filter(None, cells))


def overfull_rows(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    """Records that fill more cells than their header has, as faults: a delimiter has moved them."""
    beyond = rows.columns[1 + width :]
    if not beyond:
        return FAULTS.to_frame()
    filled = (is_filled(pl.col(name)) for name in beyond)
    text = pl.concat_str(pl.exclude("row").fill_null(""), separator=",")
    found = rows.filter(pl.any_horizontal(filled))
    return found.select("row", pl.lit("extra_cells").alias("reason"), text.alias("text")).cast(FAULTS)


def records_of(rows: pl.DataFrame, header: Header, contract: Contract, sheet: Sheet) -> pl.DataFrame:
    """`row` and a column for each contract column found; numbers of days of the other date system are written out."""
    places = {claim.column: index for index, claim in enumerate(header.claims) if claim}
    found = [column for column in contract.columns if column.name in places]
    records = rows.select("row", *(pl.col(f"c{places[column.name]}").alias(column.name) for column in found))
    if sheet.day_0 == DAY_0:
        return records
    days = [column.name for column in found if column.type in (DATE, MONTH)]
    return records.with_columns(written_out(pl.col(name), sheet.day_0).alias(name) for name in days)


def unique(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles, untitled columns named and repeated ones numbered, so that a row can be kept by title."""
    seen: dict[str, int] = {}
    named = []
    for index, title in enumerate(titles, start=1):
        shown = title or f"第{index}列"
        seen[shown] = seen.get(shown, 0) + 1
        named.append(shown if seen[shown] == 1 else f"{shown}（{seen[shown]}）")
    return tuple(named)

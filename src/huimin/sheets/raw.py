"""A text file without a contract: what is declared of it holds, a vote of its lines tells the rest.

Nothing but the number of cells tells here whether a record is whole. So every record that has not as many as most, and
every line that is no record of the table, is a fault, and what is left can be relied on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from huimin.sheets.delimited import lines_of, refuse_vast
from huimin.sheets.dialect import elected
from huimin.sheets.encoding import text_of
from huimin.sheets.records import Shape, sheet_of
from huimin.sheets.shapes import FAULTS, Limits, Sheet, cell_names


@dataclass(frozen=True)
class Declared:
    """What somebody knows of a text file; None is guessed."""

    delimiter: str | None = None
    quote: str | None = None
    """Empty: no cell is quoted."""
    escape: str | None = None
    encoding: str | None = None
    skip: int | None = None
    """Lines above the table."""
    header: int | None = None
    """Records that title the columns."""
    titles: tuple[str, ...] = ()
    """The titles that these should say, one a column: they stand in their place."""


AS_GUESSED = Declared()


def text_sheet_by(path: Path, file: str, declared: Declared, limits: Limits) -> Sheet:
    """The table of a text file, its titles first.

    Faults are also, where it is not declared what stands above the table, lines there with one filled cell
    (`above_table`), and repetitions of the titles (`repeated_header`).

    Raises:
        DeliveryError: the file is blank, too large, or no text.
    """
    text = text_of(path, file, limits, declared.encoding)
    blocks = [*text.blocks(limits)]
    every = lines_of(b"".join(block.content for block in blocks))
    skip = declared.skip or 0
    lines = every[skip:]
    vote = elected(
        lines.head(limits.header_rows).to_list(), declared.delimiter, declared.quote, declared.escape, limits
    )
    width = len(declared.titles) or vote.cells
    refuse_vast(len(lines), width, file, limits)
    undecodable = [number - skip for block in blocks for number in block.undecodable if number > skip]
    shape = Shape(vote.dialect, width, width, exact=True)
    sheet, _ = sheet_of(lines, len(lines), undecodable, shape, limits)
    sheet = with_titles(sheet, declared) if declared.header is not None else without_layout(sheet)
    below = pl.col("row") + skip
    return replace(
        sheet, cells=sheet.cells.with_columns(below), faults=sheet.faults.with_columns(below), rows=sheet.rows + skip
    )


def with_titles(sheet: Sheet, declared: Declared) -> Sheet:
    """The sheet whose first records, readable or not, are one row of titles: those declared, else theirs joined."""
    written = [*filled_cells(sheet).filter(pl.col("count") > 0)["row"], *sheet.faults["row"]]
    rows = sorted(written)[: declared.header]
    if not rows:
        return sheet
    is_header = pl.col("row").is_in(rows)
    titles: Sequence[str] = declared.titles
    if not titles:
        above = sheet.cells.filter(is_header).drop("row")
        titles = [" ".join(filter(None, column)) for column in above]
    header = pl.DataFrame([[rows[0], *titles]], sheet.cells.schema, orient="row")
    cells = pl.concat([header, sheet.cells.filter(~is_header)]).sort("row")
    faults = sheet.faults.filter(~is_header) if declared.titles else sheet.faults
    return replace(sheet, cells=cells, faults=faults, rows=cells.height + faults.height)


def without_layout(sheet: Sheet) -> Sheet:
    """The sheet without the lines above its table and the repetitions of its titles: these are faults."""
    filled = filled_cells(sheet)
    first = filled.filter(pl.col("count") > (1 if sheet.width > 2 else 0))["row"].first() or 0
    above = filled.filter((pl.col("row") < first) & (pl.col("count") > 0))["row"]
    faults = [sheet.faults, marked(sheet.cells, above, "above_table")]
    titles = sheet.cells.filter(pl.col("row") == first).drop("row").rows()
    if titles and is_titles(titles[0]):
        same = pl.all_horizontal(pl.col(f"c{place}") == title for place, title in enumerate(titles[0]))
        repeated = sheet.cells.filter((pl.col("row") > first) & same)["row"]
        faults.append(marked(sheet.cells, repeated, "repeated_header"))
    marks = pl.concat(faults).sort("row")
    return replace(sheet, cells=sheet.cells.filter(~pl.col("row").is_in(marks["row"].implode())), faults=marks)


def filled_cells(sheet: Sheet) -> pl.DataFrame:
    """`row` and the `count` of its cells that hold anything."""
    filled = ((pl.col(name).str.strip_chars() != "").fill_null(value=False) for name in cell_names(sheet.width))
    return sheet.cells.select("row", count=pl.sum_horizontal(pl.lit(0), *filled))


def is_titles(cells: Sequence[str | None]) -> bool:
    """Whether each cell is a title: filled, its text nowhere else in the row, and without a digit."""
    texts = [cell for cell in cells if cell and not any(map(str.isdigit, cell))]
    return len(set(texts)) == len(cells)


def marked(cells: pl.DataFrame, rows: pl.Series, reason: str) -> pl.DataFrame:
    """Those rows as faults."""
    text = pl.concat_str(pl.exclude("row").fill_null(""), separator=" ").str.strip_chars()
    found = cells.filter(pl.col("row").is_in(rows.implode()))
    return found.select("row", pl.lit(reason).alias("reason"), text.alias("text")).cast(FAULTS)


def shown_cells(chosen: Sheet) -> pl.DataFrame:
    """The cells alone, empty ones null, without blank rows; of a workbook without the empty columns after the last."""
    cells = chosen.cells.select(pl.exclude("row").replace("", None))
    if chosen.name is not None:
        filled = [index for index, column in enumerate(cells) if column.null_count() < len(column)]
        return cells[:, : max(filled, default=-1) + 1]
    blanks = pl.all_horizontal((pl.all().str.strip_chars() == "").fill_null(value=True))
    return cells.filter(~blanks) if cells.width else cells

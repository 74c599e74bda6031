"""A sheet seen through a contract: its header, its data rows, and what is only layout."""

from collections.abc import Iterator, Sequence

import polars as pl

from huimin.cells.types import DATE, MONTH
from huimin.containers.pages import DAY_0
from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.header import Header
from huimin.sheets.merged import merged_cells
from huimin.sheets.nearly import nearly_known
from huimin.sheets.refusals import refuse_unclear, unknown
from huimin.sheets.rows import (
    BLANKS,
    ColumnRoles,
    Stretch,
    example_spans,
    is_example,
    is_layout,
    of_persons,
    places_of,
    says_nothing_paid,
    tidy,
)
from huimin.sheets.sections import Section, SheetPart, header_at, header_in, parts_of, sections_below
from huimin.sheets.serials import written_out
from huimin.sheets.shapes import FAULTS, Limits, Sheet, Table, TitleLine, cell_names
from huimin.sheets.uncalculated import uncalculated_cells


def header_of(sheet: Sheet, contract: Contract, limits: Limits) -> Header | None:
    """The header among the first rows of the sheet; None when no cell there is a title.

    It is the one that names most columns, but for a whole one that stands above it: then it is one among the data.
    """
    rows = trimmed(sheet.cells.head(limits.header_rows))
    best = header_in(rows, sheet.spans, contract)
    above = rows[: best.first] if best else []
    starting = (header_at(above, index, sheet.spans, contract) for index in range(len(above)))
    return next((header for header in starting if header and not header.missing(contract)), best)


def trimmed(rows: pl.DataFrame) -> list[list[str]]:
    """The rows as lists of trimmed texts, "" for an empty cell."""
    return [[(cell or "").strip(BLANKS) for cell in row] for row in rows.drop("row").iter_rows()]


def tables_of(sheet: Sheet, header: Header, contract: Contract, file: str, limits: Limits) -> list[Table]:
    """The data rows of a sheet whose header matches: a table for each order of columns that its headers name.

    Raises:
        DeliveryError: two headers name one column, one gives another unit than the contract's, or more headers differ
            from one another than a workbook may have sheets.
    """
    names = cell_names(sheet.width)
    titled, below = sheet.cells.head(header.last + 1), sheet.cells.slice(header.last + 1)
    certain = of_persons(below, header, titled)
    doubtful = tidy(below.with_row_index("at").filter(~certain), names)
    sections = (Section(header, 1, titled["row"].item(-1)), *sections_below(sheet, header, doubtful, contract))
    parts = parts_of(sheet, below, certain, doubtful, sections)
    if len(parts) > limits.sheets:
        raise DeliveryError(file, "表头太多，各不相同", "按表头拆分成几个文件后报送")
    refuse_unclear(sheet, [part.header for part in parts], contract, file)
    above = tidy(titled.head(header.first), names)
    examples = example_spans(pl.concat([above, doubtful.drop("at")]), names)
    told = (*texts_of(above, examples), *(title for section in sections for title in section.above))
    return [table_of(sheet, part, contract, titled, examples, told) for part in parts]


def table_of(
    sheet: Sheet,
    part: SheetPart,
    contract: Contract,
    titled: pl.DataFrame,
    examples: Sequence[Stretch],
    told: Sequence[TitleLine],
) -> Table:
    """The data rows of one part of a sheet."""
    places, others = places_of(part.header, contract), unknown(part.header)
    rows = data_rows(part, titled, places, examples)
    overfull = overfull_rows(rows, part.width)
    is_nil = part.faults.is_empty() and says_nothing_paid(rows, places)
    kept = rows.clear() if is_nil else rows.filter(~pl.col("row").is_in(overfull["row"].implode()))
    return Table(
        sheet=sheet.name,
        records=records_of(kept, part.header, contract, sheet),
        cells=kept,
        titles=unique(part.header.titles),
        faults=pl.concat([part.faults, overfull]).sort("row", maintain_order=True),
        rows=part.rows,
        unknown_columns=others,
        nearly_known=nearly_known(others, contract, part.header.columns),
        above=tuple(told),
        is_nil=is_nil,
        marks=marks_of(sheet, part.header, contract, kept),
    )


def marks_of(sheet: Sheet, header: Header, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of data rows that cannot be used whatever they hold, each with one reason; columns `MARKS`."""
    found = (of(sheet, header, contract, rows) for of in (merged_cells, uncalculated_cells))
    return pl.concat(found).unique(["row", "column"], keep="first", maintain_order=True)


def texts_of(rows: pl.DataFrame, examples: Sequence[Stretch]) -> Iterator[TitleLine]:
    """The rows above a header as numbers and texts, but a template's examples."""
    for row, *cells in rows.iter_rows():
        if any(cells) and not any(first <= row <= last for first, last in examples):
            yield row, " ".join(filter(None, cells))


def data_rows(part: SheetPart, titled: pl.DataFrame, places: ColumnRoles, examples: Sequence[Stretch]) -> pl.DataFrame:
    """The rows of the part that are data."""
    kept = part.certain
    if not part.doubtful.is_empty():
        kept = kept.scatter((~kept).arg_true(), ~is_layout(part.doubtful, titled, places))
    rows = part.below.filter(kept)
    return rows.filter(~is_example(rows, places, examples))


def overfull_rows(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    """Records that fill more cells than their header has, as faults: a delimiter has moved them."""
    beyond = rows.columns[1 + width :]
    if not beyond:
        return FAULTS.to_frame()
    filled = ((pl.col(name).str.strip_chars(BLANKS) != "").fill_null(value=False) for name in beyond)
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

"""A sheet seen through a contract: its header, its data rows, and what is only layout."""

import re
from collections.abc import Sequence

import polars as pl

from huimin.cells.types import DATE, MONTH
from huimin.containers.pages import DAY_0
from huimin.contracts.contract import Contract, header_form
from huimin.sheets.header import Header, best_header
from huimin.sheets.nearly import nearly_known
from huimin.sheets.refusals import refuse_unclear, unknown
from huimin.sheets.serials import written_out
from huimin.sheets.shapes import Limits, Sheet, Table, cell_names
from huimin.sheets.titles import SERIALS

BLANKS = "".join(chr(code) for code in range(0x10000) if chr(code).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"
ID_NUMBER = "^[0-9]{17}[0-9X]$"
FOOTERS = ("合计", "小计", "总计", "填表人", "审核人", "制表人", "备注", "说明")
NULL_MARKS = ("/", "-", "无", "NULL", "N/A")


def header_of(sheet: Sheet, contract: Contract, limits: Limits) -> Header | None:
    """The best header among the first rows of the sheet; None when no cell there is a title."""
    top = sheet.cells.head(limits.header_rows)
    rows = [[(cell or "").strip(BLANKS) for cell in row] for row in top.drop("row").iter_rows()]
    tied = {row for first, _, last, _ in sheet.spans for row in range(first, min(last, len(rows)))}
    return best_header(rows, spread(rows, sheet.spans), contract, tied)


def spread(rows: Sequence[Sequence[str]], spans: Sequence[tuple[int, int, int, int]]) -> list[list[str]]:
    """The first rows of a sheet with each merged range's value in every one of its columns.

    A workbook's rows are all there, so a row's place is its number.
    """
    wide = [list(row) for row in rows]
    for first_row, first_column, last_row, last_column in spans:
        for row in wide[first_row : last_row + 1]:
            row[first_column : last_column + 1] = [row[first_column]] * (last_column - first_column + 1)
    return wide


def table_of(sheet: Sheet, header: Header, contract: Contract, file: str, limits: Limits) -> Table:
    """The data rows of a sheet whose header matches.

    Raises:
        DeliveryError: two headers name one column, or one gives another unit than the contract's.
    """
    refuse_unclear(sheet, header, contract, file)
    names, others = cell_names(sheet.width), unknown(header)
    titled = sheet.cells.head(header.last + 1)
    last = titled["row"].item(-1)
    below = sheet.cells.slice(titled.height)
    data = below.filter(is_data(below, header, titled, names))
    return Table(
        sheet=sheet.name,
        records=records_of(data, header, contract, sheet),
        cells=data,
        titles=unique(header.titles),
        faults=sheet.faults.filter(pl.col("row") > last),
        rows=sheet.rows,
        unknown_columns=others,
        nearly_known=nearly_known(others, contract, header.columns),
    )


def is_data(below: pl.DataFrame, header: Header, titled: pl.DataFrame, names: list[str]) -> pl.Series:
    """By row: whether it is data, not blank, not a footer, no repeated row of the header or of the titles above it."""
    certain = is_of_person(below, header, titled)
    doubtful = below.filter(~certain)
    if doubtful.is_empty():
        return certain
    tidy = doubtful.with_columns(
        text.replace("", None) for text in (pl.col(name).str.strip_chars(BLANKS) for name in names)
    )
    return certain.scatter((~certain).arg_true(), is_no_layout(tidy, header, titled, names))


def is_of_person(below: pl.DataFrame, header: Header, titled: pl.DataFrame) -> pl.Series:
    """By row: whether its id_number cell is 18 characters, as nearly always, and no cell above in its column is."""
    place = next((f"c{at}" for at, claim in enumerate(header.claims) if claim and claim.column == "id_number"), None)
    if place is None or any(re.search(ID_NUMBER, header_form(text or "")) for text in titled[place]):
        return pl.repeat(value=False, n=below.height, dtype=pl.Boolean, eager=True)
    return below[place].str.contains(ID_NUMBER).fill_null(value=False)


def is_no_layout(tidy: pl.DataFrame, header: Header, titled: pl.DataFrame, names: list[str]) -> pl.Series:
    """By row of trimmed cells: whether it is data."""
    ignored = {name for name, title in zip(names, header.titles) if is_serial(header, title)}
    filled = [pl.col(name).is_not_null() for name in names if name not in ignored]
    first = pl.coalesce(names).str.replace_all(r"\s", "")
    footer = pl.any_horizontal(first.str.starts_with(word) for word in FOOTERS)
    id_cells = [name for name, claim in zip(names, header.claims) if claim and claim.column == "id_number"]
    without_id = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(name).is_null() | pl.col(name).is_in(NULL_MARKS) for name in id_cells)
    )
    kept = tidy.select(pl.any_horizontal(pl.lit(value=False), *filled) & ~(without_id & footer).fill_null(value=False))
    repeated = repeated_rows(tidy, titled, names)
    return kept.to_series() & ~tidy["row"].is_in(repeated)


def is_serial(header: Header, title: str) -> bool:
    """Whether the column only numbers the rows: 序号 or 编号, unless the contract has such a title itself."""
    return header_form(title) in SERIALS and all(claim is None or claim.title != title for claim in header.claims)


def repeated_rows(tidy: pl.DataFrame, titled: pl.DataFrame, names: list[str]) -> list[int]:
    """Numbers of the data rows that repeat the header block: page breaks.

    A row repeats it when it equals one of its rows, or when each of two or more cells equals one above it in the block
    (a header of two rows whose merged cells were not merged again).
    """
    block = [[header_form(text or "") for text in texts] for texts in titled.select(names).iter_rows()]
    columns = [set(texts) for texts in zip(*block, strict=True)]
    titles = {text for texts in block for text in texts if text}
    # the first cell's first character, then its text as compared: nearly every row ends at the first look
    first = pl.coalesce(names)
    likely = tidy.filter(first.str.head(1).is_in({text[0] for text in titles}))
    likely = likely.filter(first.map_elements(header_form, pl.String).is_in(titles))
    found: list[int] = []
    for row, *texts in likely.select("row", *names).iter_rows():
        cells = [header_form(text or "") for text in texts]
        inside = all(not cell or cell in column for cell, column in zip(cells, columns, strict=True))
        if inside and (sum(map(bool, cells)) > 1 or cells in block):
            found.append(row)
    return found


def records_of(data: pl.DataFrame, header: Header, contract: Contract, sheet: Sheet) -> pl.DataFrame:
    """`row` and a column for each contract column found; numbers of days of the other date system are written out."""
    places = {claim.column: index for index, claim in enumerate(header.claims) if claim}
    found = [column for column in contract.columns if column.name in places]
    records = data.select("row", *(pl.col(f"c{places[column.name]}").alias(column.name) for column in found))
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

"""Formulas among the data that nobody has calculated: what their cells would hold is not known."""

import polars as pl

from huimin.contracts.contract import Contract
from huimin.sheets.header import Header
from huimin.sheets.shapes import MARKS, Sheet


def uncalculated_cells(sheet: Sheet, header: Header, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of data rows in the contract's columns that hold such a formula; columns `MARKS`."""
    if sheet.uncalculated is None or sheet.uncalculated.is_empty():
        return MARKS.to_frame()
    columns = {at: claim.column for at, claim in enumerate(header.claims) if claim}
    named = pl.col("column").replace_strict(columns, default=None, return_dtype=pl.String)
    found = sheet.uncalculated.join(rows.select("row"), on="row", how="semi").with_columns(column=named)
    return found.drop_nulls("column").select("row", "column", reason=pl.lit("formula_not_calculated")).cast(MARKS)

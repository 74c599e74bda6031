"""Small deliveries drawn as text, for the tests of quality."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.deliveries.standardise import with_digits
from nights import PROJECT

TYPES = {
    "date": pl.Date,
    "month": pl.Date,
    "year": pl.Int32,
    "integer": pl.Int32,
    "money": pl.Decimal(14, 2),
    "decimal": pl.Decimal(14, 4),
}


def contracts() -> Mapping[str, Contract]:
    return PROJECT.contracts


def drawn(text: str, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """The table that the text draws, cells parted by ``|``; an empty cell and a column left out are null."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    cells = {name: [line[index] or None for line in lines] for index, name in enumerate(header)}
    assert set(cells) <= set(schema)
    texts = pl.DataFrame(
        {name: cells.get(name, [None] * len(lines)) for name in schema}, dict.fromkeys(schema, pl.String)
    )
    days = [name for name, type_ in schema.items() if type_ == pl.Date]
    return texts.with_columns(pl.col(days).str.to_date()).cast(dict(schema))


def delivery(folder: Path, contract: Contract, rows: str, findings: str = "row | column | reason") -> Path:
    """The folder of a delivery of that roster, as standardising leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    typed = {column.name: TYPES.get(column.type.name, pl.String) for column in contract.columns}
    told = drawn(rows, {**typed, "sheet": pl.String, "row": pl.Int32, "slot": pl.String})
    with_digits(told, contract).write_parquet(folder / "rows.parquet")
    found = {"sheet": pl.String, "row": pl.Int32, "column": pl.String, "reason": pl.String}
    drawn(findings, found).write_parquet(folder / "findings.parquet")
    return folder

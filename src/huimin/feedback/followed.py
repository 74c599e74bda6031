"""What became of rejected rows once a department delivered again: corrected, rejected once more, or left out."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.cells import read
from huimin.cells.reasons import WHOLE_RECORD
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.slots import Standing, later
from huimin.sheets.titles import claim_of, titles_of
from huimin.store.encrypted import scan
from huimin.store.root import Root
from huimin.tables.declared import MENDS, column_types
from huimin.tables.work import makes

_ID_NUMBER = r"(?:^|[^0-9])([1-9][0-9]{16}[0-9Xx])(?:[^0-9]|$)"
WHO = ("id_number", "name")
"""By what a rejected row is known again, the surer first."""


@makes("mends")
def lay_corrections(
    con: duckdb.DuckDBPyConnection, root: Root, standings: Sequence[Standing], contracts: Mapping[str, Contract]
) -> None:
    """Table `mends`: one row a superseded delivery with rejected rows. Counts alone, no value of a cell.

    Its rejected rows are sought among the rows, in the slots it filled, of the deliveries that are in force in its
    place: by ID number, with whatever else of the roster's key could be read; a row whose ID number could not be read
    by its name (if it has one) together with all its other cells that could. A row that the earlier delivery had
    besides is not taken for a corrected one, and none for two. Rows that are rejected there as they were are rejected
    again; what else is not found is sought among those deliveries' rejects by ID number, else by name.
    """
    con.execute(f"create or replace table mends ({column_types(MENDS)})")
    for standing in standings:
        if standing.status == "superseded" and standing.receipt.rows_rejected:
            contract = contracts[standing.receipt.delivery.roster or ""]
            row = corrections_of(root, standing, successors(standing, standings, contract), contract)
            con.execute(f"insert into mends values ({', '.join('?' * len(row))})", row)


def successors(standing: Standing, standings: Iterable[Standing], contract: Contract) -> list[Standing]:
    """The deliveries in force in the place of a superseded one, from the earliest to the latest."""
    own, taken = standing.receipt.delivery, set(standing.receipt.slots)
    found = [
        other
        for other in standings
        if (other.receipt.delivery.roster, other.receipt.delivery.unit) == (own.roster, own.unit)
        and (other.slots if contract.period == "register" else taken & set(other.slots))
    ]
    return sorted(found, key=lambda other: later(other.receipt, contract))


def corrections_of(root: Root, standing: Standing, later_ones: Sequence[Standing], contract: Contract) -> list[Any]:
    """The row of `mends` for one superseded delivery."""
    delivery = standing.receipt.delivery
    slots = None if contract.period == "register" else standing.receipt.slots
    sought = rejected_rows(root, standing, contract)
    before = accepted_rows([folder_of(root, standing)], contract, None)
    after = accepted_rows([folder_of(root, other) for other in later_ones], contract, slots)
    refused = pl.concat([known_cells(pl.DataFrame(schema=_REJECTS), contract, standing.receipt.read_on)] + [
        rejected_rows(root, other, contract) for other in later_ones
    ])  # fmt: skip
    corrected, again = corrected_and_again(sought, before, after, refused, contract)
    last = later_ones[-1].receipt.delivery.delivery if later_ones else None
    counts = (sought.height, corrected, again, sought.height - corrected - again)
    return [delivery.roster, delivery.unit, delivery.delivery, last, *counts]


def corrected_and_again(
    sought: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, refused: pl.DataFrame, contract: Contract
) -> tuple[int, int]:
    """How many of the sought rows are corrected, and how many of the others were rejected again.

    A row that was rejected again as it stood is no corrected one, whoever bears its name: such pairs come first. Each
    row of the later deliveries answers for one sought row alone.
    """
    columns = [column.name for column in contract.columns]
    who = next((name for name in WHO if name in columns), None)
    own = (*contract.key, *([contract.period_column] if contract.period_column else []))
    keys = [name for name in dict.fromkeys(own) if name != "id_number"]
    alike = pairs(sought, refused, [AS_WRITTEN])
    sought, refused = numbered(sought), numbered(refused)
    left = sought.join(alike, on="number", how="anti").with_columns(by=known_by(columns, keys))
    refused = refused.join(alike, left_on="number", right_on="number_right", how="anti")
    old = pairs(before, after, columns).select(number="number_right", is_old=pl.lit(value=True))
    pool = numbered(after).join(old, on="number", how="left").sort(pl.col("is_old").is_not_null(), "number")
    corrected, uncorrected = 0, []
    for by in surest_first(left["by"].unique().to_list()):
        names, rows = by.split(), left.filter(pl.col("by") == by)
        wanted = (
            rows.group_by(names).len("sought")
            .join(pool.group_by(names).len("after"), on=names, how="left")
            .join(before.group_by(names).len("before"), on=names, how="left")
            .with_columns(pl.col("sought", "after", "before").fill_null(0).cast(pl.Int64))
            .select(*names, "sought", found=pl.min_horizontal(
                "sought", (pl.col("after") - pl.col("before")).clip(lower_bound=0)
            ))
        )  # fmt: skip
        corrected += int(wanted["found"].sum())
        pool = pool.join(claimed(wanted.rename({"found": "wanted"}), pool, names), on="number", how="anti")
        one = next((name for name in WHO if name in names), names[0] if who is None else None)
        if one is not None:
            uncorrected.append(
                (one, wanted.select(pl.col(one).alias("value"), rest=pl.col("sought") - pl.col("found")))
            )
    again = 0
    for one in dict.fromkeys(one for one, _ in uncorrected):
        rest = (
            pl.concat([rest for name, rest in uncorrected if name == one]).group_by("value").agg(wanted=pl.sum("rest"))
        )
        found = claimed(rest.rename({"value": one}), refused, [one])
        refused = refused.join(found, on="number", how="anti")
        again += found.height
    return corrected, alike.height + again


def numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `number`, their place."""
    return rows.with_row_index("number")


def pairs(rows: pl.DataFrame, others: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows that stand among the others too, each with one of its own: number and number_right."""
    turn = pl.int_range(pl.len()).over(columns)
    sides = [numbered(side).select("number", *columns, turn=turn) for side in (rows, others)]
    return sides[0].join(sides[1], on=[*columns, "turn"], nulls_equal=True).select("number", "number_right")


def claimed(wanted: pl.DataFrame, pool: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The first rows of the pool under each key, as many as are `wanted` of it: their numbers."""
    placed = pool.with_columns(turn=pl.int_range(pl.len(), dtype=pl.Int64).over(names))
    return placed.join(wanted, on=list(names)).filter(pl.col("turn") < pl.col("wanted")).select("number")


def surest_first(several: Collection[str]) -> list[str]:
    """The sets of columns by which rows are known, those with an ID number first, then those of more columns."""
    return sorted(filter(None, several), key=lambda by: ("id_number" not in by.split(), -len(by.split()), by))


def known_by(columns: Sequence[str], keys: Sequence[str]) -> pl.Expr:
    """The columns by which a rejected row is sought, joined by blanks: those of them that could be read."""

    def read(names: Iterable[str]) -> pl.Expr:
        named = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in names]
        return pl.concat_str(named, separator=" ", ignore_nulls=True)

    if "id_number" not in columns:
        return read(columns)
    return pl.when(pl.col("id_number").is_not_null()).then(read(["id_number", *keys])).otherwise(read(columns))


AS_WRITTEN = "as written"
"""Column of a rejected row: its cells as they were delivered, by contract column."""
_REJECTS = {"sheet": pl.String(), "row": pl.Int32(), "column": pl.String(), "cells": pl.String()}


def folder_of(root: Root, standing: Standing) -> Path:
    """The folder of a delivery's rows and rejects."""
    delivery = standing.receipt.delivery
    return root.standardised(delivery.roster, delivery.delivery)


def accepted_rows(folders: Sequence[Path], contract: Contract, slots: Sequence[str] | None) -> pl.DataFrame:
    """The accepted rows of the deliveries, every cell as text; of these slots, or all of them."""
    frames = [scan(folder / "rows.parquet") for folder in folders]
    if slots is not None:
        frames = [frame.filter(pl.col("slot").is_in(slots)) for frame in frames]
    texts = [pl.col(column.name).cast(pl.String) for column in contract.columns]
    none = pl.LazyFrame(schema={column.name: pl.String() for column in contract.columns})
    return pl.concat([none, *(frame.select(texts) for frame in frames)]).collect()


def rejected_rows(root: Root, standing: Standing, contract: Contract) -> pl.DataFrame:
    """The rejected rows of a delivery: each cell that could be read, as text in its canonical form."""
    place = folder_of(root, standing) / "rejects.parquet"
    rejects = scan(place).select(*_REJECTS).collect()
    return known_cells(rejects, contract, standing.receipt.read_on)


def known_cells(rejects: pl.DataFrame, contract: Contract, read_on: date) -> pl.DataFrame:
    """One row a rejected row, one text column a contract column, null where nothing could be read, and `AS_WRITTEN`.

    A record that could not be read as written is known by the one ID number that stands in it.
    """
    rows = rejects.unique(subset=["sheet", "row"], keep="first", maintain_order=True)
    titles = titles_of(contract)
    named: dict[str, Column | None] = {}
    records: list[dict[str, str]] = []
    written: list[str] = []
    for column, cells in rows.select("column", "cells").iter_rows():
        texts = json.loads(cells)
        if column == WHOLE_RECORD:
            records.append({"id_number": next(iter(texts.values()), "")})
            written.append(cells)
            continue
        record = {}
        for title, text in texts.items():
            if title not in named:
                named[title] = column_of(title, titles, contract)
            if (known := named[title]) is not None:
                record[known.name] = text
        records.append(record)
        written.append(json.dumps(record, sort_keys=True, ensure_ascii=False))
    frame = pl.DataFrame(records, schema={column.name: pl.String() for column in contract.columns})
    whole = rows["column"] == WHOLE_RECORD
    if "id_number" in frame.columns:
        inside = pl.col("id_number").str.extract(_ID_NUMBER)
        frame = frame.with_columns(id_number=pl.when(whole).then(inside).otherwise("id_number"))
    values = {column.name: values_of(frame, column, read_on) for column in contract.columns}
    return pl.DataFrame({**values, AS_WRITTEN: pl.Series(written, dtype=pl.String)})


def column_of(title: str, titles: Mapping[str, Column], contract: Contract) -> Column | None:
    """The contract column that a delivered header names, also one that was made of two rows (`upper/lower`)."""
    claim = claim_of(title, titles) or claim_of(title.split("/", maxsplit=1)[0], titles)
    return contract.column(claim.column) if claim else None


def values_of(frame: pl.DataFrame, column: Column, read_on: date) -> pl.Series:
    """The column's values as text; null where a cell does not parse."""
    values = read(frame.lazy().select(text=column.name), column, read_on)
    return values.select(pl.col("value").cast(pl.String)).collect().to_series()

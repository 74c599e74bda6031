"""What a run tells of its deliveries, their quality and its rules, as tables of the work database."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.contracts.contract import Contract, header_form
from huimin.deliveries.slots import Standing, content_of
from huimin.quality.words import KEPT_OUT, STALE, ruled, why_kept_out
from huimin.store.delivery import Receipt
from huimin.store.encrypted import scan
from huimin.store.root import Root, folder_of
from huimin.tables.declared import DELIVERIES, column_types
from huimin.tables.sql import parquet
from huimin.tables.work import makes

HEADER = "header"
"""Stands for the column of a reject that is no row but an unknown header."""
REJECT_SCHEMA = {
    **dict.fromkeys(("delivery", "roster", "file", "sheet"), pl.String),
    "row": pl.Int32,
    **dict.fromkeys(("column", "reason", "cells"), pl.String),
}


@makes("told_deliveries", "told_quality", "reject_reasons", "rejects", step="match")
def lay_told_deliveries(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    standings: Sequence[Standing],
    checked: Path,
    contracts: Mapping[str, Contract],
) -> None:
    """Tables `told_deliveries`, `told_quality` (whole), `reject_reasons`, `rejects`.

    A refused delivery counts no rows and no rejects. `checked`: the folder in which the check left its results.
    """
    con.execute(f"create or replace table told_quality as from {parquet(checked / 'quality.parquet')}")
    problems = problems_of(root, standings, checked)
    titles = frozenset(header_form(t) for contract in contracts.values() for c in contract.columns for t in c.titles)
    con.execute(f"create or replace table told_deliveries ({column_types(DELIVERIES)})")
    if standings:
        con.executemany(
            f"insert into told_deliveries values ({', '.join('?' * len(DELIVERIES.columns))})",
            [delivery_row(one, problems.get(one.receipt.delivery.delivery), titles) for one in standings],
        )
    lay_rejects(con, root, standings)


@makes("deliveries", "quality", needs=("told_deliveries", "told_quality", "masked_texts"))
def lay_published_deliveries(con: duckdb.DuckDBPyConnection) -> None:
    """Tables `deliveries` and `quality` as published: names of files and units, and what is told of them, masked."""
    con.execute(
        """create or replace table deliveries as
        select * replace (told(unit) as unit, told(file) as file, told(problem) as problem, told(fix) as fix,
            told(other_sheets) as other_sheets, told(admitted) as admitted) from told_deliveries"""
    )
    con.execute("create or replace table quality as select * replace (told(observed) as observed) from told_quality")


def delivery_row(standing: Standing, problem: str | None, titles: Collection[str]) -> list[object]:
    """One row of `told_deliveries`, in the order of its columns. `titles`: those of all contracts, as `header_form`."""
    receipt, delivery = standing.receipt, standing.receipt.delivery
    refused = standing.status == "refused"
    counts = (receipt.rows_in_file, receipt.rows_layout, receipt.rows_accepted, receipt.rows_rejected)
    admitted = standing.ruling is not None and standing.ruling.act == "admit"
    return [
        delivery.delivery,
        delivery.roster,
        delivery.unit,
        ",".join(receipt.slots) or None,
        delivery.file,
        delivery.sha256 or None,
        delivery.received_at.replace(tzinfo=None),
        standing.status,
        *((0, 0, 0, 0) if refused else counts),
        problem,
        receipt.fix or None if refused and not standing.kept_out else None,
        headers_told(receipt.unknown_columns, titles),
        "、".join(receipt.other_sheets) or None,
        standing.stale,
        ruled(standing.ruling) if standing.ruling and admitted else None,
        standing.uncorrected,
    ]


def headers_told(headers: Sequence[str], titles: Collection[str]) -> str | None:
    """Unknown headers as published: titles of some contract, and the number of the others, which may say anything."""
    known = [header for header in headers if header_form(header) in titles]
    others = len(headers) - len(known)
    return "、".join([*known, *([f"其他 {others} 个" if known else f"{others} 个"] if others else ())]) or None


def problems_of(root: Root, standings: Sequence[Standing], checked: Path) -> dict[str, str]:
    """What is wrong with each delivery, in words; those with nothing are left out."""
    known = {standing.receipt.delivery.delivery: standing.receipt.delivery for standing in standings}
    failed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    quality = pl.scan_parquet(checked / "quality.parquet", glob=False).filter(
        ~pl.col("success"), pl.col("severity") == "critical"
    )
    for delivery, column, expectation in quality.select("delivery", "column", "expectation").collect().iter_rows():
        failed[delivery].append((column or "", expectation))
    compared: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for figure in pl.read_parquet(checked / "compared.parquet", glob=False).iter_rows(named=True):
        compared[figure["delivery"]][figure["column"]] = figure
    gone = {
        content_of(standing.receipt): standing.receipt.delivery
        for standing in standings
        if standing.status == "withdrawn"
    }
    found = {}
    for standing in standings:
        receipt, key = standing.receipt, standing.receipt.delivery.delivery
        if standing.kept_out:
            why = why_kept_out(receipt, failed[key], compared[key], known)
            found[key] = f"{KEPT_OUT}：{why}{rejects_of(root, receipt)}"
        elif standing.status == "withdrawn" and standing.ruling:
            found[key] = f"已撤回：{ruled(standing.ruling)}"
        elif standing.status == "unchanged" and content_of(receipt) in gone:
            found[key] = f"内容与已撤回的“{gone[content_of(receipt)].file}”相同，未采用"
        elif standing.stale:
            found[key] = STALE
        elif receipt.problem:
            found[key] = receipt.problem
    return found


def rejects_of(root: Root, receipt: Receipt) -> str:
    """A delivery's rejects counted by column and reason, in brackets; empty without one."""
    rejects = scan(folder_of(root, receipt) / "rejects.parquet")
    counted = rejects.group_by("column", "reason").len("rows")
    ordered = counted.sort("rows", "column", "reason", descending=[True, False, False]).collect()
    counts = "、".join(f"{column}: {reason} {rows} 行" for column, reason, rows in ordered.iter_rows())
    return f"（{counts}）" if counts else ""


def lay_rejects(con: duckdb.DuckDBPyConnection, root: Root, standings: Iterable[Standing]) -> None:
    """Tables `rejects` (restricted: cells, and unknown headers as column `header`) and `reject_reasons` (counts)."""
    frames = []
    for standing in standings:
        delivery = standing.receipt.delivery
        if standing.receipt.unknown_columns:
            frames.append(unknown_headers(standing).lazy())
        if standing.receipt.rows_rejected and standing.status != "refused":
            place = root.standardised(delivery.roster, delivery.delivery) / "rejects.parquet"
            named = [pl.lit(value).alias(name) for name, value in named_columns(standing)]
            frames.append(scan(place).select(*named, "sheet", "row", "column", "reason", "cells"))
    con.register("every_reject", pl.concat([pl.LazyFrame(schema=REJECT_SCHEMA), *frames]).collect())
    con.execute("create or replace table rejects as from every_reject")
    con.unregister("every_reject")
    con.execute(
        """
        create or replace table reject_reasons as
        select delivery, "column", reason, count(*) as "count" from rejects
        where "column" is distinct from 'header' group by delivery, "column", reason
        """
    )


def unknown_headers(standing: Standing) -> pl.DataFrame:
    """The headers of a delivery that are no titles, a row each."""
    near = dict(standing.receipt.nearly_known)
    rows = [
        {
            **dict(named_columns(standing)),
            "sheet": None,
            "row": None,
            "column": HEADER,
            "reason": "header_nearly_known" if header in near else "header_unknown",
            "cells": json.dumps([header], ensure_ascii=False),
        }
        for header in standing.receipt.unknown_columns
    ]
    return pl.DataFrame(rows, schema=REJECT_SCHEMA)


def named_columns(standing: Standing) -> list[tuple[str, str | None]]:
    """(column, value) pairs that say which delivery, roster and file a reject is of."""
    delivery = standing.receipt.delivery
    return [("delivery", delivery.delivery), ("roster", delivery.roster), ("file", delivery.file)]

"""What a run tells of its deliveries, their quality and its rules, as tables of the work database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from huimin.deliveries.slots import Standing
from huimin.identity import mask_ids_in
from huimin.store.delivery import Receipt
from huimin.store.root import Root, folder_of
from huimin.tables.declared import DELIVERIES, column_types
from huimin.tables.sql import exact
from huimin.tables.work import makes

STALE = "陈旧：较新的交付未通过关键检查，沿用本交付"
REJECT_TEXTS = ("delivery", "roster", "file", "sheet", "column", "reason", "cells")


@makes("deliveries", "quality", "reject_reasons", "rejects", step="match")
def lay_account(con: duckdb.DuckDBPyConnection, root: Root, standings: Sequence[Standing], quality: Path) -> None:
    """Tables `deliveries`, `quality`, `reject_reasons`, `rejects`. A refused delivery counts no rows and no rejects."""
    con.execute("create or replace table quality as from read_parquet(?)", [exact(quality)])
    failed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    critical = "from quality where severity = 'critical' and not success order by expectation"
    for delivery, column, expectation in con.execute(f'select delivery, "column", expectation {critical}').fetchall():
        failed[delivery].append((column, expectation))
    con.execute(f"create or replace table deliveries ({column_types(DELIVERIES)})")
    if standings:
        con.executemany(
            f"insert into deliveries values ({', '.join('?' * len(DELIVERIES.columns))})",
            [delivery_row(root, standing, failed) for standing in standings],
        )
    lay_rejects(con, root, [standing for standing in standings if standing.status != "refused"])


def delivery_row(root: Root, standing: Standing, failed: Mapping[str, list[tuple[str, str]]]) -> list[object]:
    """One row of `deliveries`, in the order of its columns."""
    receipt, delivery = standing.receipt, standing.receipt.delivery
    refused = standing.status == "refused"
    counts = (receipt.rows_in_file, receipt.rows_layout, receipt.rows_accepted, receipt.rows_rejected)
    problem = receipt.problem
    if standing.kept_out:
        problem = kept_out_problem(root, receipt, failed.get(delivery.delivery, []))
    elif standing.stale:
        problem = STALE
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
        mask_ids_in(problem) if problem else None,
        mask_ids_in("、".join(receipt.unknown_columns)) or None,
        mask_ids_in("、".join(receipt.other_sheets)) or None,
        standing.stale,
    ]


def kept_out_problem(root: Root, receipt: Receipt, failed: Sequence[tuple[str, str]]) -> str:
    """Why a delivery failed a critical expectation, in words, with its rejects counted by column and reason."""
    said = {
        "accepted_share": f"{receipt.records} 条记录中只有 {receipt.accepted} 条合格，不足一半",
        "previous_share": f"只有 {receipt.accepted} 行，不足所替换名册的一半",
    }
    reasons = "；".join(said.get(column, expectation) for column, expectation in failed)
    rejects = (
        pl.scan_parquet(folder_of(root, receipt) / "rejects.parquet", glob=False)
        .group_by("column", "reason")
        .len("rows")
    )
    counted = rejects.sort("rows", "column", "reason", descending=[True, False, False]).collect()
    counts = "、".join(f"{column}: {reason} {rows} 行" for column, reason, rows in counted.iter_rows())
    return f"未通过关键检查，未采用：{reasons}" + (f"（{counts}）" if counts else "")


def lay_rejects(con: duckdb.DuckDBPyConnection, root: Root, standings: Iterable[Standing]) -> None:
    """Tables `rejects` (restricted, with cells) and `reject_reasons` (counts)."""
    frames = []
    for standing in standings:
        delivery = standing.receipt.delivery
        if standing.receipt.rows_rejected:
            place = root.standardised(delivery.roster, delivery.delivery) / "rejects.parquet"
            named = [pl.lit(value).alias(name) for name, value in named_columns(standing)]
            frames.append(
                pl.scan_parquet(place, glob=False).select(*named, "sheet", "row", "column", "reason", "cells")
            )
    none = pl.LazyFrame(schema=dict.fromkeys(REJECT_TEXTS, pl.String) | {"row": pl.Int32})
    con.register("every_reject", pl.concat(frames).collect() if frames else none.collect())
    con.execute("create or replace table rejects as from every_reject")
    con.unregister("every_reject")
    con.execute(
        """
        create or replace table reject_reasons as
        select delivery, "column", reason, count(*) as "count" from rejects group by delivery, "column", reason
        """
    )


def named_columns(standing: Standing) -> list[tuple[str, str | None]]:
    """What names a reject's file."""
    delivery = standing.receipt.delivery
    return [("delivery", delivery.delivery), ("roster", delivery.roster), ("file", delivery.file)]

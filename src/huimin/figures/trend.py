"""One row a complete run, carried on from run to run: how the district's figures move."""

from datetime import date
from pathlib import Path

import duckdb

from huimin.tables.declared import TREND, column_types
from huimin.tables.sql import parquet
from huimin.tables.work import makes


@makes("trend", needs=("progress", "exposure", "deliveries"))
def lay_trend(
    con: duckdb.DuckDBPyConnection, run: str, run_date: date, past_trend: Path | None, complete: bool = True
) -> None:
    """Table `trend`: the rows of the last complete run's file, and this run's own if it is `complete`.

    Made of `progress`, `exposure` and `deliveries`. refused counts deliveries, rows_rejected the rejected rows of
    those in force. `past_trend`: None before the first run that has such a file.
    """
    con.execute(f"create or replace table trend ({column_types(TREND)})")
    if past_trend is not None:
        con.execute(f"insert into trend by name select * from {parquet(past_trend)}")
    if complete:
        con.execute(OWN_ROW, {"run": run, "run_date": run_date})


OWN_ROW = """
insert into trend by name
select $run as run, $run_date::date as run_date, clues, "open", confirmed, unfounded, closed, recovered_amount,
       (select coalesce(sum(amount), 0) from exposure) as amount_at_risk,
       (select count(*) from deliveries where status = 'refused') as refused,
       (select coalesce(sum(rows_rejected), 0)::bigint from deliveries
        where status in ('accepted', 'accepted_with_rejects')) as rows_rejected
from progress where "by" = 'all'
"""

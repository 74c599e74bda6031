"""How the figures of the district, its streets and departments move: rows of each complete run, carried on."""

from datetime import date
from pathlib import Path

import duckdb

from huimin.tables.declared import TREND, column_types
from huimin.tables.sql import parquet
from huimin.tables.work import makes


@makes("trend", needs=("progress", "exposure", "coverage", "deliveries", "items"))
def lay_trend(
    con: duckdb.DuckDBPyConnection, run: str, run_date: date, past_trend: Path | None, complete: bool = True
) -> None:
    """Table `trend`: the rows of the last complete run's file, and this run's own if it is `complete`.

    One row of all, one a street and one a department, made of `progress`, `exposure`, `coverage` and `deliveries`.
    refused counts deliveries, rows_rejected the rejected rows of those in force; both are told of all alone.
    `past_trend`: None before the first run that has such a file; rows of before streets were told are of all.
    """
    con.execute(f"create or replace table trend ({column_types(TREND)})")
    if past_trend is not None:
        con.execute(f"insert into trend by name select * from {parquet(past_trend)}")
        con.execute("""update trend set "by" = 'all' where "by" is null""")
    if complete:
        con.execute(OWN_ROWS, {"run": run, "run_date": run_date})


OWN_ROWS = """
insert into trend by name
with sums as (
    select s.street, i.department_title as department, s.at_risk, s.paid
    from (
        select street, item, amount as at_risk, 0 as paid from exposure
        union all
        select street, item, 0, paid from coverage
    ) as s
    left join items as i on i.item = s.item
),
money as (
    select case when grouping(street) = 0 then 'street' when grouping(department) = 0 then 'department' else 'all' end
               as "by",
           case when grouping(street) = 0 then street when grouping(department) = 0 then department end as "value",
           sum(at_risk) as at_risk, sum(paid) as paid
    from sums group by grouping sets ((), (street), (department))
),
delivered as (
    select 'all' as "by", count(*) filter (where status = 'refused') as refused,
           coalesce(sum(rows_rejected) filter (where status in ('accepted', 'accepted_with_rejects')), 0)::bigint
               as rows_rejected
    from deliveries
)
select $run as run, $run_date::date as run_date,
       coalesce(m."by", p."by") as "by", coalesce(m."value", p."value") as "value",
       coalesce(p.clues, 0) as clues, coalesce(p."open", 0) as "open", coalesce(p.confirmed, 0) as confirmed,
       coalesce(p.unfounded, 0) as unfounded, coalesce(p.closed, 0) as closed, coalesce(m.at_risk, 0) as amount_at_risk,
       coalesce(m.paid, 0) as paid, coalesce(p.recovered_amount, 0) as recovered_amount, d.refused, d.rows_rejected
from progress as p
full join money as m on m."by" = p."by" and m."value" is not distinct from p."value"
left join delivered as d on d."by" = coalesce(m."by", p."by")
"""

"""How far the ledger is worked off: what waits, is overdue, was found and closed, by street and department."""

from datetime import date

import duckdb

from huimin.ledger.states import (
    CLOSED,
    EXEMPT,
    FOUND_TRUE,
    GONE,
    OPEN,
    PENDING,
    RECHECKING,
    RECTIFYING,
)
from huimin.tables.work import makes

OUT_OF_THE_LEDGER = (EXEMPT, GONE)
"""States of clues that nobody has to work on."""


@makes("progress", needs=("ledger",))
def lay_progress(con: duckdb.DuckDBPyConnection, run_date: date) -> None:
    """Table `progress` out of `ledger`: one row of all, one a street and one a department.

    Counted are the clues that are neither 豁免 nor 自然消除: clues = open (待核查) + pending (待定) + confirmed +
    unfounded. A clue is confirmed or unfounded by what was last found, also while it is rectified (the column
    mending) or re-checked (rechecking) and when it is closed. overdue: open for more than verification_days days
    (policy) since it was first seen or opened again, or not closed though its deadline is over. Money null counts as
    0. A street or department that is not known has the value null.
    """
    states = {
        "open": OPEN,
        "pending": PENDING,
        "rectifying": RECTIFYING,
        "rechecking": RECHECKING,
        "closed": CLOSED,
        "true": list(FOUND_TRUE),
        "out": list(OUT_OF_THE_LEDGER),
    }
    con.execute(PROGRESS, {"run_date": run_date, **states})


PROGRESS = """
create or replace table progress as
with allowed as (
    select any_value("value")::integer as days from policy_verification_days
    where from_on <= $run_date::date and to_on > $run_date::date
),
standing as (
    select l.street, l.department, l.state, l.due_amount, l.recovered_amount,
           coalesce(list_contains($true, case when l.state = $closed then l.outcome else l.state end), false)
               or l.state = $rectifying as is_confirmed,
           coalesce(case
               when l.state = $open then coalesce(l.reopened_on, l.first_seen) + a.days < $run_date::date
               when l.state <> $closed then l.deadline_on < $run_date::date
           end, false) as is_overdue
    from ledger as l cross join allowed as a where not list_contains($out, l.state)
)
select case when grouping(street) = 0 then 'street' when grouping(department) = 0 then 'department' else 'all' end
           as "by",
       case when grouping(street) = 0 then street when grouping(department) = 0 then department end as "value",
       count(*) as clues,
       count(*) filter (where state = $open) as "open",
       count(*) filter (where is_overdue) as overdue,
       count(*) filter (where state = $pending) as pending,
       count(*) filter (where is_confirmed) as confirmed,
       count(*) filter (where not is_confirmed and state not in ($open, $pending)) as unfounded,
       count(*) filter (where state = $rechecking) as rechecking,
       count(*) filter (where state = $rectifying) as mending,
       count(*) filter (where state = $closed) as closed,
       coalesce(sum(due_amount), 0)::decimal(38, 2) as due_amount,
       coalesce(sum(recovered_amount), 0)::decimal(38, 2) as recovered_amount
from standing group by grouping sets ((), (street), (department))
"""

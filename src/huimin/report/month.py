"""A month's own figures: what was found, verified, closed and recovered in it, and who sent nothing."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from huimin.contracts.contract import Contract
from huimin.ledger.states import CONFIRMED, EXEMPT, FOUND_TRUE, FOUND_UNTRUE, UNFOUNDED
from huimin.report.content import wan
from huimin.report.zero import DaySpan, ZeroReport, zero_reports
from huimin.tables.sql import rows_of
from huimin.zone import AHEAD


@dataclass(frozen=True)
class MonthFigure:
    """One figure of the month as text, and what it adds up to since the beginning."""

    title: str
    month: str
    ever: str


@dataclass(frozen=True)
class Edition:
    """What a monthly report says beside the run's own."""

    month: date
    """Its first day."""
    decided_on: date
    """The last day whose decisions are counted."""
    lines: tuple[MonthFigure, ...]
    zero: tuple[ZeroReport, ...]

    @property
    def title(self) -> str:
        """The month in Chinese."""
        return f"{self.month.year}年{self.month.month}月"


def days_of(month: date) -> DaySpan:
    """The days of the month."""
    return DaySpan(month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1]))


def gather_edition(
    con: duckdb.DuckDBPyConnection, month: date, decided_on: date, contracts: Mapping[str, Contract]
) -> Edition:
    """The month's figures out of `ledger` and `decisions`, which hold what was decided up to that day.

    Clues count in the month in which they were first seen, last verified and closed; exempt ones never. Money counts on
    the day on which it was set right or verified, else taken in.
    """
    span = days_of(month)
    days = {"first": span.first, "last": span.last}
    counts = rows_of(con, COUNTS, confirmed=list(FOUND_TRUE), unfounded=list(FOUND_UNTRUE), **days)[0]
    money = rows_of(con, MONEY, **days)[0]
    lines = [MonthFigure(title, f"{counts[name]:,}", f"{counts[f'{name}_ever']:,}") for name, title in COUNTED]
    lines += [MonthFigure(title, wan(money[name]), wan(money[f"{name}_ever"])) for name, title in PAID]
    return Edition(span.first, decided_on, tuple(lines), zero_reports(con, contracts, span))


COUNTED = (
    ("found", "发现线索"),
    ("verified", "核查"),
    ("confirmed", CONFIRMED),
    ("unfounded", UNFOUNDED),
    ("closed", "销号"),
)
PAID = (("due", "应追缴（万元）"), ("recovered", "追缴到位（万元）"))

COUNTS = f"""
with counted as (
    select first_seen between $first::date and $last::date as is_found,
           outcome is not null as is_verified,
           coalesce(list_contains($confirmed, outcome), false) as is_confirmed,
           coalesce(list_contains($unfounded, outcome), false) as is_unfounded,
           coalesce(verified_on between $first::date and $last::date, false) as is_now,
           closed_on is not null as is_closed,
           coalesce(closed_on between $first::date and $last::date, false) as is_closed_now
    from ledger where state <> '{EXEMPT}' and first_seen <= $last::date
)
select count(*) filter (where is_found) as found, count(*) as found_ever,
       count(*) filter (where is_verified and is_now) as verified,
       count(*) filter (where is_verified) as verified_ever,
       count(*) filter (where is_confirmed and is_now) as confirmed,
       count(*) filter (where is_confirmed) as confirmed_ever,
       count(*) filter (where is_unfounded and is_now) as unfounded,
       count(*) filter (where is_unfounded) as unfounded_ever,
       count(*) filter (where is_closed_now) as closed, count(*) filter (where is_closed) as closed_ever
from counted
"""
STEPS = f"""
with stated as (
    select clue_id, record, sequence, coalesce(rectified_on, verified_on, (decided_at + {AHEAD})::date) as day,
           due_amount as due, recovered_amount as recovered
    from decisions where clue_id is not null
),
steps as (
    select clue_id, day, due - coalesce(lag(due ignore nulls) over so_far, 0) as due,
           recovered - coalesce(lag(recovered ignore nulls) over so_far, 0) as recovered
    from stated window so_far as (partition by clue_id order by record, sequence)
)
"""
"""What each decision brought, on its day: it states the clue's total so far, and the one before it what there was."""
MONEY = f"""
{STEPS}
select coalesce(sum(due), 0) as due, coalesce(sum(recovered), 0) as recovered,
       (select coalesce(sum(due_amount), 0) from ledger where state <> '{EXEMPT}') as due_ever,
       (select coalesce(sum(recovered_amount), 0) from ledger where state <> '{EXEMPT}') as recovered_ever
from steps where day between $first::date and $last::date
"""

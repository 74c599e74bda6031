"""How often clues turn out true, re-checks overturn and spot checks find something, each with its uncertainty."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb

from huimin.ledger.fold import IS_CONFIRMED
from huimin.ledger.states import FOUND_SOMETHING, OVERTURNED, PENDING
from huimin.tables.declared import RATES, column_types
from huimin.tables.sql import parquet
from huimin.tables.work import makes

Z = 1.959964
"""Of a 95 % interval."""


def wilson(positive: int, checked: int) -> tuple[float | None, float | None, float | None]:
    """Rate, low and high: the share of positives and its Wilson 95 % interval; nulls when nothing was checked."""
    if checked == 0:
        return None, None, None
    rate = positive / checked
    spread = Z * Z / checked
    centre, half = rate + spread / 2, Z * sqrt((rate * (1 - rate) + spread / 4) / checked)
    low = 0.0 if positive == 0 else (centre - half) / (1 + spread)
    high = 1.0 if positive == checked else (centre + half) / (1 + spread)
    return rate, min(low, rate), max(high, rate)


@makes("rates", needs=("ledger", "decisions"), scratch=("drawn_targets",))
def lay_rates(con: duckdb.DuckDBPyConnection, run_date: date, drawn: Sequence[Path] = ()) -> None:
    """Table `rates(measure, by, value, tier, checked, positive, rate, low, high, review)` of what people found.

    hit, by all, rule and tier (tier beside by rule), tier, street, identity: confirmed among the verified outcomes
    of `ledger` (待定 is none yet; one whose cause is an error of data or an exception of policy confirms nothing).
    overturn, by all and street: 改判查实 among the results of re-checks and cross checks in `decisions`. spot, by
    all and street: 发现问题 among the checked clues and households. `drawn`: the lists of the plans (`sampling/`),
    which know the streets; a target counts once a plan, by its last result. The row of `all` is there when nothing
    was checked, with null rates; null values (no street, no person) are groups of their own. `review`: the rule has
    at least review_outcomes outcomes of the tier (policy) and even the upper end of its interval is under
    review_rate; null but for rules.
    """
    con.execute(f"create or replace table rates ({column_types(RATES)})")
    enough, least = in_force(con, "review_outcomes", run_date), in_force(con, "review_rate", run_date)
    for measure, by, value, tier, checked, positive in (*hits(con), *results(con, drawn)):
        rate, low, high = wilson(positive, checked)
        review = None if by != "rule" else checked >= enough and high is not None and high < least
        con.execute(
            "insert into rates values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [measure, by, value, tier, checked, positive, rate, low, high, review],
        )


def in_force(con: duckdb.DuckDBPyConnection, parameter: str, run_date: date) -> float:
    """The policy figure of that day."""
    found = con.execute(
        f'select "value" from policy_{parameter} where from_on <= $day and to_on > $day', {"day": run_date}
    ).fetchall()
    return float(found[0][0])


Tally = tuple[str, str, str | None, int | None, int, int]


def hits(con: duckdb.DuckDBPyConnection) -> Iterator[Tally]:
    """Measure, by, value, tier, verified and confirmed."""
    yield from con.execute(HITS.format(by="all", value="null", tier="null", among="")).fetchall()
    for by in ("rule", "tier", "street", "identity"):
        tier, groups = ("tier", "rule, tier") if by == "rule" else ("null", by)
        among = AMONG.format(groups=groups)
        yield from con.execute(HITS.format(by=by, value=f"{by}::varchar", tier=tier, among=among)).fetchall()


def results(con: duckdb.DuckDBPyConnection, drawn: Sequence[Path]) -> Iterator[Tally]:
    """Measure, by, value, no tier, checked and with a finding, of re-checks and spot checks."""
    con.execute("create or replace temp table drawn_targets (plan varchar, target varchar, street varchar)")
    for place in drawn:
        con.execute(
            f"insert into drawn_targets select $plan, target, street from {parquet(place)}",
            {"plan": place.parent.name},
        )
    yield from con.execute(RESULTS.format(by="all", value="null", group="")).fetchall()
    yield from con.execute(RESULTS.format(by="street", value="street", group=AMONG_RESULTS)).fetchall()


HITS = f"""
select 'hit', '{{by}}', {{value}}, {{tier}}, count(*) filter (where outcome <> '{PENDING}'),
       count(*) filter (where {IS_CONFIRMED})
from ledger
{{among}}
"""
AMONG = f"where outcome <> '{PENDING}' group by {{groups}} order by all nulls last"

AMONG_RESULTS = ", street having count(is_found) > 0"
RESULTS = f"""
with last_results as (
    select d.plan, coalesce(d.clue_id, d.target_key) as target, case d.kind when 'spot' then 'spot' else 'overturn' end
           as measure, last(d.outcome order by d.record, d.sequence) in {(OVERTURNED, FOUND_SOMETHING)} as is_found
    from decisions as d
    where d.kind in ('recheck', 'cross', 'spot') and d.outcome is not null
    group by d.plan, coalesce(d.clue_id, d.target_key), d.kind
),
measured as (
    select m.measure, t.street, r.is_found
    from (values ('overturn'), ('spot')) as m (measure)
    left join (last_results as r join drawn_targets as t on t.plan = r.plan and t.target = r.target)
      on r.measure = m.measure
)
select measure, '{{by}}', {{value}}, null, count(is_found), count(*) filter (where is_found)
from measured
group by measure{{group}}
order by all
"""

"""Money at risk by item, street and month, each yuan once however many rules name it."""

from collections.abc import Mapping

import duckdb

from huimin.contracts.contract import Contract
from huimin.ledger.states import EXEMPT
from huimin.matching.rule import Rule
from huimin.tables.work import makes


@makes("exposure", needs=("clues", "clue_hits", "clue_rows", "clue_periods", "clue_numbers", "masked_texts"))
def lay_exposure(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], contracts: Mapping[str, Contract]) -> None:
    """Table `exposure(item, street, month, amount)` out of the clues that are not exempt, their rows and periods.

    What a clue says is at risk is laid on its payment rows: each row its own amount for rules that sum payments; for
    rules that give an excess a period or a clue, the excess on the smallest rows first (the largest payment is the one
    that may be due), what is left over on the last. Where several clues name one row, the largest share counts, once.
    Rows of several rosters for one person, item and period (a benefit roster and the finance ledger) are one payment:
    the roster with more at risk counts. Hence one clue alone shows its own amount, and never more than all together.
    Item: the benefit roster of the row, else the clue's. Street: the row's, else the clue's. Money that no payment row
    carries (funds) stands at the clue's street and period, once a subject. Rows of nothing are left out.
    """
    con.execute(
        EXPOSURE,
        {
            "rule": list(rules),
            "mode": [rule.amount for rule in rules.values()],
            "benefits": [name for name, contract in contracts.items() if contract.kind == "benefit"],
            "exempt": EXEMPT,
        },
    )


EXPOSURE = """
create or replace table exposure as
with modes as (
    select unnest($rule::varchar[]) as rule, unnest($mode::varchar[]) as mode
),
live as (
    select h.clue, c.item, h.id_number, h.subject, h.last_period, h.amount_at_risk, c.street, m.mode
    from clue_hits as h
    join clue_numbers as n on n.clue = h.clue
    join clues as c on c.clue_id = n.clue_id
    join modes as m on m.rule = h.rule
    where c.state <> $exempt
),
paid as (
    select l.clue, l.mode, r.ref, r.roster, r.starts_on, r.hit_amount, greatest(coalesce(r.amount, 0), 0) as amount,
           case l.mode when 'period' then r.starts_on end as pot_starts_on,
           case l.mode when 'period' then r.ends_on end as pot_ends_on,
           case when list_contains($benefits, r.roster) then r.roster else l.item end as item,
           coalesce(r.id_number, l.id_number, l.subject) as person,
           coalesce(case when r.id_number is null then told(r.street) else if_common(r.street) end, l.street) as street
    from live as l
    join clue_rows as r on r.clue = l.clue and r.role = 'payment'
),
pots as (
    select p.clue, p.starts_on, p.ends_on, p.amount
    from clue_periods as p join live as l on l.clue = p.clue and l.mode = 'period'
    union all
    select clue, null, null, amount_at_risk from live where mode = 'clue'
),
filled as (
    select p.*, t.amount as pot,
           sum(p.amount) over smallest_first - p.amount as before,
           row_number() over largest_first = 1 as is_last
    from paid as p
    join pots as t on t.clue = p.clue
     and t.starts_on is not distinct from p.pot_starts_on and t.ends_on is not distinct from p.pot_ends_on
    window smallest_first as (
               partition by p.clue, p.pot_starts_on, p.pot_ends_on order by p.amount, p.starts_on, p.ref
               rows unbounded preceding),
           largest_first as (
               partition by p.clue, p.pot_starts_on, p.pot_ends_on
               order by p.amount desc, p.starts_on desc, p.ref desc)
),
shares as (
    select item, person, starts_on, roster, ref, street, coalesce(hit_amount, 0) as amount
    from paid where mode = 'payment'
    union all
    select item, person, starts_on, roster, ref, street,
           greatest(case when is_last then pot - before else least(amount, pot - before) end, 0)
    from filled
    union all
    select l.item, coalesce(l.id_number, l.subject), coalesce(t.starts_on, l.last_period), null, null, l.street,
           t.amount
    from pots as t join live as l on l.clue = t.clue
    where not exists (
        select 1 from paid as p
        where p.clue = t.clue and t.starts_on is not distinct from p.pot_starts_on
          and t.ends_on is not distinct from p.pot_ends_on
    )
),
once as (
    select item, person, starts_on, roster, min(street) as street, max(amount) as amount
    from shares group by item, person, starts_on, roster, ref
),
sources as (
    select item, person, starts_on, roster, sum(amount) as amount
    from once group by item, person, starts_on, roster
),
chosen as (
    select item, person, starts_on,
           first(roster order by amount desc, roster is not distinct from item desc, roster) as roster
    from sources group by item, person, starts_on
)
select o.item, o.street, date_trunc('month', o.starts_on)::date as month, sum(o.amount) as amount
from once as o
join chosen as c
  on c.item is not distinct from o.item and c.person is not distinct from o.person and c.starts_on = o.starts_on
 and c.roster is not distinct from o.roster
group by all having sum(o.amount) <> 0
order by o.item, o.street nulls last, month
"""

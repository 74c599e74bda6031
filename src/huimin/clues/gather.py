"""The clues that the hits of all rules amount to, unmasked, and the source rows and periods behind them."""

from collections.abc import Mapping

import duckdb

from huimin.cells.names import known_sql
from huimin.clues.cited import cited, lay_cited
from huimin.matching.rule import Rule
from huimin.tables.work import makes
from huimin.tables.yuan import yuan


@makes(
    "clue_hits",
    "clue_rows",
    "clue_periods",
    "clue_persons",
    needs=("hits", "items", "mounted"),
    scratch=("gathered_rules", "hit_keys", "numbered_hits", "matched_refs", "matched_rows", "clue_facts", "clue_names"),
)
def gather(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    """Tables `clue_hits`, `clue_rows` and `clue_periods` of the work database, made of `hits`, the rosters and `items`.

    `clue_hits(clue, rule, item, id_number, subject, first_period, last_period, last_ends_on, periods, amount_at_risk,
    tier, identity, name, facts)`: one row a clue; `clue` numbers them from 1 in the order of rule (catalogue), item
    (catalogue, unknown items last and by their text), id_number, subject, nulls last. `name` is whole; `facts` is a
    JSON object of each fact column to the ascending list of its values in the latest violating period; a fact named
    `periods` is the rule's own count and takes the place of the number of violating periods.
    `clue_rows(clue, role, ref, roster, starts_on, ends_on, id_number, name, street, community, amount, hit_amount)`:
    one row a clue and matched source row; role payment or register (payment when both); dates of the latest violating
    period it was matched in; amount is the source row's own, hit_amount what the rule says of it as a payment.
    `clue_periods(clue, starts_on, ends_on, amount)`: the violating periods, with the largest amount a hit gave.
    `clue_persons`: what the population register says of the persons of clues. Beside them the rows `cited` by hits.
    Hits of rules that are not in `rules` make no clue.
    """
    con.execute(
        """
        create or replace temp table gathered_rules as
        select unnest($rule::varchar[]) as rule, unnest($tier::tinyint[]) as tier, unnest($amount::varchar[]) as amount,
               unnest($position::integer[]) as position""",
        {
            "rule": list(rules),
            "tier": [rule.tier for rule in rules.values()],
            "amount": [rule.amount for rule in rules.values()],
            "position": list(range(len(rules))),
        },
    )
    con.execute(NUMBERED_HITS)
    con.execute(matched_rows_sql(lay_cited(con)))
    con.execute(CLUE_PERSONS)
    con.execute(CLUE_ROWS)
    con.execute(CLUE_PERIODS)
    con.execute(CLUE_FACTS)
    con.execute(CLUE_NAMES)
    con.execute(CLUE_HITS)


NUMBERED_HITS = """
create or replace temp table hit_keys as
select row_number() over (
           order by r.position, i.position nulls last, h.item nulls last, h.id_number nulls last, h.subject nulls last
       )::integer as clue,
       h.rule, h.item, h.id_number, h.subject, r.tier, r.amount as amount_mode
from (select distinct rule, item, id_number, subject from hits) as h
join gathered_rules as r on r.rule = h.rule
left join items as i on i.item = h.item;

create or replace temp table numbered_hits as
select k.clue, h.starts_on, h.ends_on, h.amount, coalesce(h.tier, k.tier) as tier,
       h.payment, h.register, h.name, h.facts
from hits as h
join hit_keys as k
  on k.rule = h.rule and k.item is not distinct from h.item
 and k.id_number is not distinct from h.id_number and k.subject is not distinct from h.subject;

create or replace temp table matched_refs as
select payment as ref from numbered_hits where payment is not null
union
select register as ref from numbered_hits where register is not null;
"""


def matched_rows_sql(rosters: Mapping[str, tuple[str, ...]]) -> str:
    """SQL that makes `matched_rows`: every source row that some hit names, with what rosters have in common.

    `rosters`: the columns of those that have such rows.
    """
    shared = {
        "id_number": "varchar",
        "name": "varchar",
        "street": "varchar",
        "community": "varchar",
        "amount": "decimal(14, 2)",
    }
    nothing = ", ".join(f"null::{kind} as {column}" for column, kind in shared.items())
    parts = [f"select null::bigint as ref, null::varchar as roster, {nothing} where false"]
    for roster, columns in rosters.items():
        own = ", ".join(f"{column}::{kind}" if column in columns else "null" for column, kind in shared.items())
        parts.append(f"select ref, '{roster}', {own} from {cited(roster)}")
    return "create or replace temp table matched_rows as " + " union all ".join(parts)


CLUE_PERSONS = """
create or replace temp table clue_persons as
select id_number, name, street, community, household_number, status
from population where id_number in (select id_number from hit_keys)
"""

CLUE_ROWS = """
create or replace table clue_rows as
with sides as (
    select clue, 'payment' as role, payment as ref, starts_on, ends_on, amount
    from numbered_hits where payment is not null
    union all
    select clue, 'register', register, starts_on, ends_on, null from numbered_hits where register is not null
),
distinct_rows as (
    select clue, ref, min(role) as role, max(starts_on) as starts_on, max(ends_on) as ends_on, max(amount) as hit_amount
    from sides group by clue, ref
)
select d.clue, d.role, d.ref, m.roster, d.starts_on, d.ends_on,
       m.id_number, m.name, m.street, m.community, m.amount, d.hit_amount
from distinct_rows as d
left join matched_rows as m on m.ref = d.ref
"""

CLUE_PERIODS = """
create or replace table clue_periods as
select clue, starts_on, ends_on, max(amount) as amount from numbered_hits
group by clue, starts_on, ends_on
"""

# Facts come from the latest violating period alone; JSON null is no value.
CLUE_FACTS = """
create or replace temp table clue_facts as
with latest as (
    select distinct clue, facts from numbered_hits
    where facts is not null
    qualify rank() over (partition by clue order by starts_on desc, ends_on desc) = 1
),
keys as (
    select clue, facts, unnest(json_keys(facts)) as key, generate_subscripts(json_keys(facts), 1) as place from latest
),
entries as (
    select clue, key, min(place) as place,
           list_sort(list_distinct(list(json_extract_string(facts, '$."' || key || '"')))) as entry
    from keys group by clue, key
)
select clue, '{' || string_agg(to_json(key) || ':' || to_json(entry), ',' order by place, key) || '}' as facts
from entries group by clue
"""


# The rule's own, else the latest payment row's, else a register's. Where several rows are as late, the smallest name:
# never by the order in which rows were delivered.
CLUE_NAMES = """
create or replace temp table clue_names as
with candidates as (
    select clue, 1 as origin, starts_on, ends_on, name from numbered_hits where name is not null
    union all
    select r.clue, case r.role when 'payment' then 2 else 3 end, r.starts_on, r.ends_on, r.name
    from clue_rows as r join hit_keys as k on k.clue = r.clue and k.id_number = r.id_number
    where r.name is not null
    union all
    select k.clue, case p.status when '正常' then 4 else 5 end, null, null, p.name
    from hit_keys as k join clue_persons as p on p.id_number = k.id_number
)
select clue, first(name order by origin, starts_on desc nulls last, ends_on desc nulls last, name) as name
from candidates group by clue
"""


CLUE_HITS = f"""
create or replace table clue_hits as
with spans as (
    select clue, min(starts_on) as first_period, max(starts_on) as last_period,
           max({{'starts_on': starts_on, 'ends_on': ends_on}}).ends_on as last_ends_on, count(*)::integer as periods,
           max(amount) as largest_amount, sum(amount) as amount
    from clue_periods group by clue
),
counted as (
    select clue, max(json_extract_string(facts, '$.periods')::integer) as periods from numbered_hits
    where facts like '%"periods":%' group by clue
),
tiers as (
    select clue, coalesce(min(tier) filter (where tier > 0), 0)::tinyint as tier from numbered_hits group by clue
),
payment_amounts as (
    select clue, sum(hit_amount) as amount from clue_rows group by clue
),
persons as (
    select clue, count(distinct case when {known_sql("name")} then name end) as names
    from clue_rows where id_number is not null group by clue, id_number
),
identities as (
    select clue, case when max(names) > 1 then 'C' else 'A' end as identity from persons group by clue
)
select k.clue, k.rule, k.item, k.id_number, k.subject, s.first_period, s.last_period, s.last_ends_on,
       coalesce(c.periods, s.periods) as periods,
       {
    yuan(
        "coalesce(case k.amount_mode when 'payment' then p.amount when 'period' then s.amount"
        " else s.largest_amount end, 0)"
    )
} as amount_at_risk,
       t.tier,
       case when k.id_number is not null then coalesce(i.identity, 'A') end as identity,
       n.name, f.facts
from hit_keys as k
join spans as s on s.clue = k.clue
join tiers as t on t.clue = k.clue
left join counted as c on c.clue = k.clue
left join payment_amounts as p on p.clue = k.clue
left join identities as i on i.clue = k.clue
left join clue_names as n on n.clue = k.clue
left join clue_facts as f on f.clue = k.clue
order by k.clue
"""

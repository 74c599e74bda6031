"""The published clues and the restricted identities, out of the gathered clues."""

from collections.abc import Mapping
from datetime import date

import duckdb

from huimin.cells import TYPES
from huimin.ledger.fold import verified_outcomes
from huimin.ledger.states import OPEN
from huimin.matching.rule import Rule
from huimin.tables.work import makes

PRIORS = {1: (8, 2), 2: (4, 6), 3: (2, 8), 0: (1, 9)}
"""Tier to (a, b): a clue of the tier is confirmed a times in a + b before anything was verified."""


@makes("rule_rates", needs=("previous_ledger",))
def lay_rule_rates(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    """Table `rule_rates(rule, tier, title, kind, hit_rate)`: each rule by tier, and how often such clues are true.

    The rate is of the rule's verified outcomes of that tier, with the tier's prior.
    """
    outcomes = verified_outcomes(con)
    rates = []
    for name, rule in rules.items():
        for tier, (a, b) in PRIORS.items():
            confirmed, verified = outcomes.get((name, tier), (0, 0))
            rates.append((name, tier, rule.title, rule.subject.name, (confirmed + a) / (verified + a + b)))
    names = ("rule", "tier", "title", "kind", "hit_rate")
    kinds = ("varchar", "tinyint", "varchar", "varchar", "double")
    listed = ", ".join(f"unnest(${name}::{kind}[]) as {name}" for name, kind in zip(names, kinds))
    con.execute(f"create or replace temp table rule_rates as select {listed}", dict(zip(names, map(list, zip(*rates)))))


@makes("clue_ids", needs=("clue_hits",))
def lay_clue_ids(con: duckdb.DuckDBPyConnection) -> None:
    """Table `clue_ids(clue, clue_id)`: the same 16 characters for the same clue every night."""
    con.execute(CLUE_IDS)


@makes("clue_faces", needs=("clue_hits", "clue_rows", "rule_rates", "items", "masked_texts"))
def lay_faces(con: duckdb.DuckDBPyConnection) -> None:
    """Table `clue_faces`: what a reader of the published side sees of each clue, and how likely it is true."""
    con.execute(FACES)


@makes("clue_places", needs=("clue_hits", "clue_rows", "clue_persons", "masked_texts"))
def lay_places(con: duckdb.DuckDBPyConnection) -> None:
    """Table `clue_places`: clue, street, community, whole_street, whole_community; of clues with something of these.

    The whole ones are for case workers.
    """
    con.execute(PLACES)


@makes("clue_numbers", needs=("clue_ids", "evidence_hashes"))
def lay_clue_numbers(con: duckdb.DuckDBPyConnection) -> None:
    """Table `clue_numbers(clue, clue_id, evidence_hash)`: which gathered clue is which, in the catalogue's order."""
    con.execute(CLUE_NUMBERS)


@makes("identities", needs=("clue_hits", "clue_rows", "clue_faces"))
def lay_identities(con: duckdb.DuckDBPyConnection) -> None:
    """Table `identities(kind, key, value, name)`: whom or what the published keys stand for. Restricted."""
    con.execute(IDENTITIES)


@makes(
    "found_clues",
    needs=("clue_hits", "clue_persons", "clue_ids", "clue_faces", "clue_places", "summaries"),
    scratch=("clue_households",),
)
def lay_found_clues(con: duckdb.DuckDBPyConnection, run_date: date) -> None:
    """Table `found_clues`: tonight's clues in the published columns, each 待核查 and seen first and last tonight.

    The ledger knows more of those that were seen before: it makes `clues` of them.
    """
    con.execute(HOUSEHOLDS)
    con.execute(FOUND_CLUES, {"run_date": run_date})


CLUE_IDS = """
create or replace temp table clue_ids as
select clue, keyed('clue', concat_ws(chr(31), rule, coalesce(item, ''), coalesce(id_number, ''), coalesce(subject, '')))
           as clue_id
from clue_hits
"""

# The latest payment row that names a street, the clue's own person before the household's, else population; the
# community likewise, but never one of another street; the smallest where several are as late. A clue without a person
# (funds) has only the rows matched.
PLACES = """
create or replace temp table clue_places as
with candidates as (
    select r.clue, r.street, r.community, h.id_number,
           case r.role when 'payment' then 1 else 2 end as origin, r.starts_on,
           case when r.id_number = h.id_number then 0 else 1 end as kin
    from clue_rows as r join clue_hits as h on h.clue = r.clue
    where r.role = 'payment' or h.id_number is null
    union all
    select h.clue, p.street, p.community, h.id_number, case p.status when '正常' then 3 else 4 end, null, 0
    from clue_hits as h join clue_persons as p on p.id_number = h.id_number
),
streets as (
    select clue, any_value(id_number) as id_number,
           first(street order by origin, starts_on desc nulls last, kin, street) as street
    from candidates where street is not null group by clue
),
communities as (
    select c.clue, any_value(c.id_number) as id_number,
           first(c.community order by c.origin, c.starts_on desc nulls last, c.kin, c.community) as community
    from candidates as c left join streets as s on s.clue = c.clue
    where c.community is not null and coalesce(c.street = s.street, true)
    group by c.clue
)
select clue, case when s.id_number is null then told(s.street) else if_common(s.street) end as street,
       case when c.id_number is null then told(c.community) else if_common(c.community) end as community,
       s.street as whole_street, c.community as whole_community
from streets as s full join communities as c using (clue)
"""

HOUSEHOLDS = """
create or replace temp table clue_households as
select h.clue, keyed('household', coalesce(min(p.household_number), h.id_number)) as household_key
from clue_hits as h
left join clue_persons as p on p.id_number = h.id_number and p.status = '正常'
where h.id_number is not null
group by h.clue, h.id_number
"""

MASKED_SUBJECTS = " ".join(
    f"when '{kind.name}' then {kind.mask.of('h.subject')}" for kind in TYPES.values() if kind.mask.domain
)
SUBJECT_DOMAINS = " ".join(
    f"when '{kind.name}' then '{kind.mask.domain}'" for kind in TYPES.values() if kind.mask.domain
)

# What the reader sees of a clue. The name of a clue without a person is a project, a unit or a commitment.
FACES = f"""
create or replace temp table clue_faces as
select h.clue, r.title as rule_title, i.department_title as department,
       coalesce(i.item, told(h.item)) as item, coalesce(i.title, told(h.item)) as item_title,
       case when h.id_number is null then told(h.name) else masked_name(h.name) end as name,
       case r.kind {MASKED_SUBJECTS} else told(h.subject) end as subject,
       case r.kind {SUBJECT_DOMAINS} end as subject_kind,
       form_of(h.last_period, h.last_ends_on) as form,
       try_cast(substr(h.id_number, 7, 8) as integer) as born,
       try_cast(substr(h.id_number, 17, 1) as integer) as parity,
       r.hit_rate
from clue_hits as h
join rule_rates as r on r.rule = h.rule and r.tier = h.tier
left join items as i on i.item = h.item
"""

# The age on 1 January: on a birthday it would step, and tell the day. TINYINT ends at 127: an ID number may still say
# 1880, and then the age is left open.
FOUND_CLUES = f"""
create or replace temp table found_clues as
select k.clue_id, h.rule, f.rule_title, h.tier, f.item, f.item_title, f.department,
       keyed('person', h.id_number) as person_key, masked_id(h.id_number) as id_number_masked,
       masked_name(h.name) as name_masked,
       try_cast((year($run_date::date) * 10000 + 101 - f.born) // 10000 as tinyint) as age,
       case f.parity % 2 when 1 then '男' when 0 then '女' end as sex,
       f.subject, keyed(f.subject_kind, h.subject) as subject_key, p.street, p.community,
       h.first_period, h.last_period, h.periods, h.amount_at_risk, h.identity,
       f.hit_rate * case h.identity when 'C' then 0.3::double else 1::double end
           * greatest(h.amount_at_risk, 1)::double as priority,
       f.hit_rate, '{OPEN}' as state, $run_date::date as first_seen, $run_date::date as last_seen,
       o.household_key, s.summary
from clue_hits as h
join clue_ids as k on k.clue = h.clue
join clue_faces as f on f.clue = h.clue
join summaries as s on s.clue = h.clue
left join clue_places as p on p.clue = h.clue
left join clue_households as o on o.clue = h.clue
order by h.clue
"""

CLUE_NUMBERS = """
create or replace table clue_numbers as
select k.clue, k.clue_id, e.evidence_hash
from clue_ids as k left join evidence_hashes as e on e.clue = k.clue
order by k.clue
"""

# Only what a published key stands for; the name is the one the newest clue about the person carries.
IDENTITIES = """
create or replace table identities as
with known as (
    select 'person' as kind, id_number as value, name, 1 as origin, last_period as day, clue from clue_hits
    where id_number is not null
    union all
    select f.subject_kind, h.subject, null, 3, h.last_period, h.clue
    from clue_hits as h join clue_faces as f on f.clue = h.clue
    where f.subject_kind is not null and h.subject is not null
    union all
    select 'person', r.id_number, r.name, 2, r.starts_on, r.clue
    from clue_rows as r join clue_hits as h on h.clue = r.clue join clue_faces as f on f.clue = h.clue
    where f.subject_kind = 'person' and r.id_number = h.subject
)
select kind, keyed(kind, value) as key, value,
       first(name order by origin, day desc, clue, name) filter (where name is not null) as name
from known group by kind, value
order by kind, key
"""

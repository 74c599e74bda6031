"""Who is on benefit where, and what was found and verified among them: streets that report nothing show here."""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from huimin.cells.id_number import digits_of
from huimin.clues.texts import OTHERS
from huimin.contracts.contract import Contract
from huimin.ledger.states import EXEMPT, GONE, PENDING
from huimin.matching.mount import PERIOD_SQL, benefits_of
from huimin.matching.numbered import id_text_sql
from huimin.matching.readings import CODE
from huimin.store.code import digest_of_code
from huimin.store.kept import Parts
from huimin.tables.work import makes


@makes(
    "coverage",
    needs=("told_deliveries", "ledger", "masked_texts", "common_texts"),
    scratch=("shown_streets", "people", "beneficiaries", "on_benefit"),
    whole=True,
)
def lay_coverage(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    run_date: date,
    kept: Parts,
    digests: Mapping[str, str],
) -> None:
    """Table `coverage(street, item, beneficiaries, households, paid, clues, verified)`: beneficiaries and `ledger`.

    beneficiaries and households: distinct persons and register households of `lay_beneficiaries`; paid: the yuan that
    they were paid for that period, 0 for rosters that tell none. clues: those of the ledger but 豁免 and 自然消除;
    verified: of these the ones with an outcome other than 待定. A street and item with only one of the two sides has 0
    for the other; a street that nothing tells is null.

    The people of an item are kept while its rows, the population register, what of both has begun by the run date
    (`digests`, of `matching/readings.py`) and how streets are shown are the same.
    """
    con.execute(SHOWN_STREETS)
    ((shown,),) = con.execute(DIGEST_OF_SHOWN).fetchall()
    alike = (digest_of_code("figures", "clues", *CODE), digests.get("roster population", ""), shown)
    items = benefits_of(contracts)
    parts = {item: (*alike, digests.get(f"roster {item}", ""), digests.get(f"cut {item}", "")) for item in items}

    def make(missing: Sequence[str]) -> None:
        lay_beneficiaries(con, {item: items[item] for item in missing}, run_date, counted=True)
        con.execute(PEOPLE)

    kept.lay(con, "people", parts, make)
    con.execute(COVERAGE)


def lay_beneficiaries(
    con: duckdb.DuckDBPyConnection, items: Mapping[str, Contract], run_date: date, *, counted: bool = False
) -> None:
    """Temporary table `beneficiaries`: one row a person, item and street at the item's latest period in force.

    The latest period that does not start after the run date is each unit's own, so that a street which delivers late is
    not taken for one without beneficiaries; of event rosters it is the latest month with an event. Columns: item,
    id_number, name, street and community (the row's, else the population register's, whole), head (of the dibao
    household, else the person), household (household_number of the head's register household, else the head's ID
    number), paid (yuan of that period; null where the roster tells none), person (the ID number as a number). Needs the
    rosters, `population` and `told_deliveries` (for their units).

    With `counted`, only what is counted: item, street, household, paid, person. Whole texts cost more than all the
    rest.
    """
    rows = " union all ".join(on_benefit_sql(contract, run_date) for contract in items.values())
    told = "item, street, amount, person, head_digits"
    con.execute(f"create or replace temp table on_benefit as select {told if counted else '*'} from ({rows})")
    con.execute(BENEFICIARIES.format(**(COUNTED if counted else WHOLE)))


def on_benefit_sql(contract: Contract, run_date: date) -> str:
    """SELECT of a benefit roster's rows at the latest period of each unit that does not start after the run date."""
    own = {column.name for column in contract.columns}
    street, community, head, amount = (
        f"r.{name}" if name in own else "null" for name in ("street", "community", "household_head_id", "amount")
    )
    person, of_head = f"r.{digits_of('id_number')}", f"{head}_digits" if head != "null" else head
    starts = PERIOD_SQL[contract.period][0].format(f"r.{contract.period_column}")
    begins = f"date_trunc('month', {starts})" if contract.period == "event" else starts
    return f"""
        select '{contract.roster}' as item, r.id_number, r.name, {street}::varchar as street,
               {community}::varchar as community, coalesce({head}, r.id_number) as head,
               {amount}::decimal(14, 2) as amount, {person} as person, coalesce({of_head}, {person}) as head_digits
        from {contract.roster} as r
        join told_deliveries as d on d.delivery = r.delivery
        join (
            select d.unit, max({begins}) as begins_on
            from {contract.roster} as r join told_deliveries as d on d.delivery = r.delivery
            where {starts} <= date '{run_date}' group by d.unit
        ) as l on l.unit is not distinct from d.unit and {begins} = l.begins_on
        where {starts} <= date '{run_date}'
    """


# Register households and missing streets are looked up for the few who need them: population may be everybody.
BENEFICIARIES = """
create or replace temp table beneficiaries as
with households as (
    select id_number_digits as head_digits, min(household_number) as household
    from population
    where status = '正常' and id_number_digits in (select head_digits from on_benefit)
    group by id_number_digits
),
homes as (
    select id_number_digits as person,
           first(street order by status = '正常' desc nulls last, street) as street{communities}
    from population
    where street is not null and id_number_digits in (select person from on_benefit where street is null)
    group by id_number_digits
),
placed as (
    select b.* exclude (street{exclude}), coalesce(b.street, h.street) as street{community}
    from on_benefit as b
    left join homes as h on b.street is null and h.person = b.person
)
select p.item, p.street, min(coalesce(o.household, {head})) as household, sum(p.amount) as paid, p.person{whose}
from placed as p
left join households as o on o.head_digits = p.head_digits
group by p.item, p.person, p.street
"""

SHOWN_STREETS = """
create or replace temp table shown_streets as select value as street, told(value) as shown from common_texts
"""

DIGEST_OF_SHOWN = """
select coalesce(sha256(string_agg(street || chr(31) || shown, chr(30) order by street)), '') from shown_streets
"""

COUNTED = {"communities": "", "exclude": "", "community": "", "head": id_text_sql("p.head_digits"), "whose": ""}
WHOLE = {
    "communities": ", first(community order by status = '正常' desc nulls last, community) as community",
    "exclude": ", community",
    "community": ", coalesce(b.community, h.community) as community",
    "head": "p.head",
    "whose": """,
       any_value(p.id_number) as id_number, min(p.name) as name, min(p.community) as community, min(p.head) as head""",
}
"""What `BENEFICIARIES` tells beside what is counted."""

PEOPLE = f"""
create or replace temp table people as
select b.item as part, case when b.street is not null then coalesce(s.shown, '{OTHERS}') end as street,
       count(distinct b.person) as beneficiaries, count(distinct b.household) as households,
       coalesce(sum(b.paid), 0)::decimal(38,2) as paid
from beneficiaries as b left join shown_streets as s on s.street = b.street
group by b.item, case when b.street is not null then coalesce(s.shown, '{OTHERS}') end
"""

COVERAGE = f"""
create or replace table coverage as
with found as (
    select street, item, count(*) as clues, count(*) filter (where outcome <> '{PENDING}') as verified
    from ledger where state not in ('{EXEMPT}', '{GONE}') group by street, item
)
select coalesce(p.street, f.street) as street, coalesce(p.part, f.item) as item,
       coalesce(p.beneficiaries, 0) as beneficiaries, coalesce(p.households, 0) as households,
       coalesce(p.paid, 0)::decimal(38,2) as paid, coalesce(f.clues, 0) as clues, coalesce(f.verified, 0) as verified
from people as p
full join found as f on f.street is not distinct from p.street and f.item is not distinct from p.part
"""

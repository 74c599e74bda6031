"""Who may be drawn: clues of the ledger, households on benefit, relatives of cadres on dibao."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from huimin.clues.masks import lay_masks
from huimin.contracts.contract import Contract
from huimin.deliveries.slots import resolve, rows_in_force
from huimin.deliveries.standard import receipts
from huimin.errors import PublishError
from huimin.figures.coverage import lay_beneficiaries
from huimin.language import _
from huimin.ledger.states import CLOSED, EXEMPT, GONE, RECHECKING, UNFOUNDED
from huimin.matching.mount import benefits_of, mount
from huimin.sampling.draw import TARGETS
from huimin.store.delivery import IN_FORCE
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.store.rulings import standing_rulings
from huimin.tables.declared import DELIVERIES
from huimin.tables.published import mount_published
from huimin.tables.sql import parquet

DIBAO = ("urban_dibao", "rural_dibao")


def lay_rosters(con: duckdb.DuckDBPyConnection, root: Root, run: str, contracts: Mapping[str, Contract]) -> None:
    """The rosters as they were in force in that run, and `beneficiaries`, on the connection.

    Deliveries received since are left out. Raises PublishError for a run or a delivery that is damaged or gone, or
    that was read anew since and gives other rows.
    """
    facts = read_manifest(root.published / run).facts
    mount_published(con, DELIVERIES, root.published / run, "told_deliveries")
    told = dict(con.execute("select delivery, status from told_deliveries").fetchall())
    known = [receipt for receipt in receipts(root) if receipt.delivery.delivery in told]
    kept_out = {
        receipt.delivery.delivery
        for receipt in known
        if receipt.outcome != "refused" and told[receipt.delivery.delivery] == "refused"
    }
    held = rows_in_force(root, resolve(known, contracts, kept_out, standing_rulings(facts.rulings)), contracts)
    found = {row.delivery for rows in held.values() for row in rows}
    if found != {delivery for delivery, status in told.items() if status in IN_FORCE}:
        fix = _("draw from the latest run; what plans were drawn from is kept with them")
        raise PublishError(str(root.published / run), _("the deliveries of this run are no longer as they were"), fix)
    mount(con, contracts, held)
    lay_masks(con, root.secret())
    lay_beneficiaries(con, benefits_of(contracts), facts.run_date)


def unfounded(con: duckdb.DuckDBPyConnection, released: Sequence[str], taken: pl.DataFrame) -> pl.DataFrame:
    """The clues found 查否 (`TARGETS`) in `previous_ledger`, but those that another plan has (`taken`).

    Clues drawn by the plans `released` count as 查否 again. A clue found 查否 anew, on other evidence than a plan had
    it, is not that plan's.
    """
    states = {"unfounded": UNFOUNDED, "rechecking": RECHECKING, "released": list(released)}
    found = con.execute(UNFOUNDED_CLUES, states).pl().cast(TARGETS)
    return found.join(taken, on=["target", "evidence"], how="anti", nulls_equal=True).sort("target")


def clues_and_households(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The clues of `previous_ledger` that are not settled and the households on benefit (`TARGETS`).

    A household stands in one street: that of its benefit first in the catalogue. Needs `lay_rosters`.
    """
    con.execute(HOUSEHOLDS)
    return con.execute(CLUES_AND_HOUSEHOLDS, {"settled": [EXEMPT, GONE, CLOSED]}).pl().cast(TARGETS)


def relatives(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every person on dibao whom a cadre filed as a relative (`TARGETS`). Needs `lay_rosters`."""
    con.execute(RELATIVES, {"dibao": list(DIBAO)})
    return (
        con.execute(
            "select 'person' as sort, target, street, null as item, null as evidence from relatives order by target"
        )
        .pl()
        .cast(TARGETS)
    )


def checkers(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The streets that `previous_ledger` names, ascending, without figures (`STREETS`)."""
    return con.execute(
        """select distinct street, 0::bigint as beneficiaries, 0::bigint as clues from previous_ledger
           where street is not null order by street"""
    ).pl()


def reports_of_streets(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`STREETS`, one row a street with its beneficiaries and clues: no or fewest clues per beneficiary first.

    Clues are those of `previous_ledger` but 豁免 and 自然消除. A street without beneficiaries, and then what has no
    street, comes last. Needs `lay_rosters`.
    """
    return con.execute(REPORTS, {"gone": [EXEMPT, GONE]}).pl()


def household_faces(con: duckdb.DuckDBPyConnection, drawn: pl.DataFrame) -> pl.DataFrame:
    """Who the drawn households are: target, community, name, id_number, told (in Chinese: who is on which benefit).

    Name and ID number are the head's: of the dibao household, else the smallest. Restricted: names are whole.
    """
    return shown(con, HOUSEHOLD_FACES, drawn)


def relative_faces(con: duckdb.DuckDBPyConnection, drawn: pl.DataFrame) -> pl.DataFrame:
    """Who the drawn relatives are: target, community, name, id_number, told (in Chinese: dibao, and whose relative)."""
    return shown(con, RELATIVE_FACES, drawn)


def clue_faces(con: duckdb.DuckDBPyConnection, cards: Path, drawn: pl.DataFrame) -> pl.DataFrame:
    """Who the drawn clues are about: target, community, name, id_number, told (the clue's sentence, whole).

    Nothing when that run wrote no cards.
    """
    if not cards.is_file():
        return pl.DataFrame(schema=dict.fromkeys(("target", "community", "name", "id_number", "told"), pl.String))
    return shown(con, CLUE_FACES.format(cards=parquet(cards)), drawn)


def shown(con: duckdb.DuckDBPyConnection, sql: str, drawn: pl.DataFrame) -> pl.DataFrame:
    """The rows of a query that reads the targets as `drawn`."""
    con.register("drawn", drawn)
    found = con.execute(sql).pl()
    con.unregister("drawn")
    return found


UNFOUNDED_CLUES = """
select 'clue' as sort, clue_id as target, street, item, decided_evidence as evidence from previous_ledger
where state = $unfounded or (state = $rechecking and list_contains($released::varchar[], plan))
"""

HOUSEHOLDS = """
create or replace temp table households as
select b.household, keyed('household', b.household) as target,
       first(b.street order by b.street is null, i.position, b.id_number) as street
from beneficiaries as b join items as i on i.item = b.item group by b.household
"""

CLUES_AND_HOUSEHOLDS = """
select 'clue' as sort, clue_id as target, street, item, null as evidence from previous_ledger
where not list_contains($settled, state)
union all
select 'household', target, street, null, null from households
order by sort, target
"""

RELATIVES = """
create or replace temp table relatives as
select id_number, keyed('person', id_number) as target, first(street order by street is null, street) as street
from beneficiaries
where list_contains($dibao, item) and id_number in (select id_number from cadre_relatives)
group by id_number
"""

REPORTS = """
with people as (
    select street, count(distinct id_number) as beneficiaries from beneficiaries group by street
),
found as (
    select street, count(*) as clues from previous_ledger where not list_contains($gone, state) group by street
),
streets as (
    select coalesce(p.street, f.street) as street, coalesce(p.beneficiaries, 0) as beneficiaries,
           coalesce(f.clues, 0) as clues
    from people as p full join found as f on f.street is not distinct from p.street
)
select street, beneficiaries, clues from streets
order by street is null, beneficiaries = 0, clues / greatest(beneficiaries, 1), beneficiaries desc, street
"""

HOUSEHOLD_FACES = """
with members as (
    select h.target, b.id_number, b.head, b.community, b.item, i.title, i.position,
           first(b.name) over (partition by h.target, b.id_number order by i.position, b.street) as name
    from drawn as d
    join households as h on h.target = d.target
    join beneficiaries as b on b.household = h.household
    join items as i on i.item = b.item
),
benefits as (
    select distinct target, id_number, name, title, position from members
),
persons as (
    select target, id_number, name, string_agg(title, '、' order by position) as titles
    from benefits group by target, id_number, name
),
heads as (
    select target, coalesce(min(head) filter (where item in ('urban_dibao', 'rural_dibao')), min(id_number)) as head,
           first(community order by community is null, position, id_number) as community
    from members group by target
),
registered as (
    select id_number, first(name order by status = '正常' desc nulls last, name) as name
    from population where id_number in (select head from heads) group by id_number
)
select h.target, h.community,
       coalesce(any_value(p.name) filter (where p.id_number = h.head), any_value(r.name)) as name, h.head as id_number,
       '在享' || count(*) || '人：' || string_agg(p.name || '（' || p.titles || '）', '；' order by p.id_number) as told
from heads as h
join persons as p on p.target = h.target
left join registered as r on r.id_number = h.head
group by h.target, h.community, h.head
"""

CLUE_FACES = """
select c.clue_id as target, c.community, c.name, c.id_number,
       c.item_title || '：' || coalesce(c.summary, c.rule_title) as told
from {cards} as c semi join drawn as d on d.target = c.clue_id
"""

RELATIVE_FACES = """
with benefits as (
    select distinct r.target, r.id_number, i.title, i.position
    from drawn as d
    join relatives as r on r.target = d.target
    join beneficiaries as b on b.id_number = r.id_number
    join items as i on i.item = b.item
),
filed as (
    select distinct c.id_number, c.cadre_id, coalesce(c.cadre_name, '姓名未填') as cadre_name, c.relation
    from cadre_relatives as c semi join benefits as b on b.id_number = c.id_number
),
relations as (
    select id_number, string_agg(cadre_name || coalesce('（' || relation || '）', ''), '；' order by cadre_id, relation)
               as cadres
    from filed group by id_number
),
persons as (
    select id_number, first(name order by item, street) as name, first(community order by community is null, item)
               as community
    from beneficiaries where list_contains(['urban_dibao', 'rural_dibao'], item) group by id_number
)
select b.target, p.community, p.name, b.id_number,
       '在享：' || string_agg(b.title, '、' order by b.position) || '。备案干部：' || f.cadres as told
from benefits as b
join persons as p on p.id_number = b.id_number
join relations as f on f.id_number = b.id_number
group by b.target, p.community, p.name, b.id_number, f.cadres
"""

"""What a ledger workbook says of each clue, whole: who, what, and the evidence in sentences that can be read aloud."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from huimin.cells import TYPES
from huimin.clues.cited import cited
from huimin.clues.summary import tell
from huimin.contracts.contract import Column, Contract
from huimin.matching.rule import Rule
from huimin.tables.declared import CARDS, column_types
from huimin.tables.sql import literal, parquet
from huimin.tables.work import makes

CARDS_FILE = f"{CARDS.name}.parquet"
MOST_TOLD = 6
"""Lines told of one roster; what is left out is counted, and `huimin explain` lists it."""


@makes(
    "cards",
    needs=(
        "clues", "clue_numbers", "clue_hits", "clue_rows", "clue_places", "identities", "items", "ledger", "reopened",
        "told_deliveries",
    ),
    scratch=(
        "card_faces", "card_summaries", "ranked_rows", "told_sources", "told_rows", "roster_titles", "evidence_blocks",
        "previous_cards",
    ),
)  # fmt: skip
def lay_cards(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    contracts: Mapping[str, Contract],
    run_date: date,
    past_cards: Path | None = None,
) -> None:
    """Table `cards`, one row a clue of the ledger. Restricted: names, ID numbers and subjects are whole.

    A clue that tonight's data do not show has its card of the last
    run (`past_cards`: that run's file of cards); without one, what the ledger knows. `told_on` is the day of the data.
    """
    con.execute(FACES, {"rule": list(rules), "kind": [rule.subject.name for rule in rules.values()]})
    con.execute("create or replace temp table card_summaries (clue integer, summary varchar)")
    tell(con, rules, "card_summaries", "card_faces", whole=True)
    periodic = [name for name, contract in contracts.items() if contract.period in ("month", "year", "term")]
    con.execute(RANKED, {"most": MOST_TOLD, "periodic": periodic})
    con.execute(TOLD_SOURCES)
    for (roster,) in con.execute("select distinct roster from ranked_rows where roster is not null").fetchall():
        con.execute(told_sources_sql(contracts[roster]))
    con.execute(TOLD_ROWS)
    titles = {"roster": list(contracts), "title": [contract.title for contract in contracts.values()]}
    con.execute(TITLES, titles)
    con.execute(BLOCKS)
    con.execute(f"create or replace temp table previous_cards ({column_types(CARDS)})")
    if past_cards is not None and past_cards.exists():
        con.execute(f"insert into previous_cards by name select * from {parquet(past_cards)}")
    con.execute(f"create or replace table cards ({column_types(CARDS)})")
    con.execute(TONIGHT, {"run_date": run_date})
    con.execute(GONE_ON)
    con.execute(KNOWN, {"rule": list(rules), "title": [rule.title for rule in rules.values()]})


def mount_cards(con: duckdb.DuckDBPyConnection, place: Path) -> None:
    """View `cards` over a run's own file of cards, for readers between two nights."""
    con.execute(f"create or replace temp view cards as from {parquet(place)}")


# As `clues.build.FACES`, for those who go to the door: ID numbers and accounts stand in a column of their own.
MASKED_SUBJECTS = " ".join(
    f"when '{kind.name}' then {kind.mask.door.format('h.subject')}" for kind in TYPES.values() if kind.mask.door
)
FACES = f"""
create or replace temp table card_faces as
with kinds as (select unnest($rule::varchar[]) as rule, unnest($kind::varchar[]) as kind)
select h.clue, coalesce(i.title, h.item) as item_title, coalesce(p.name, h.name) as name,
       case k.kind {MASKED_SUBJECTS} else h.subject end as subject,
       form_of(h.last_period, h.last_ends_on) as form
from clue_hits as h
left join kinds as k on k.rule = h.rule
left join identities as p on p.kind = 'person' and p.value = h.id_number
left join items as i on i.item = h.item
"""

# Of a roster of months, years or terms the latest row of each person under each name stands for the others.
RANKED = """
create or replace temp table ranked_rows as
with grouped as (
    select r.*, r.id_number is not distinct from h.id_number as own,
           case when list_contains($periodic::varchar[], r.roster) then concat_ws('/', r.id_number, r.name)
               else r.ref::varchar end as line
    from clue_rows as r join clue_hits as h on h.clue = r.clue
),
counted as (
    select *, row_number() over alike as turn, count(*) over (alike rows between unbounded preceding
               and unbounded following)::integer as lines,
           min(starts_on) over (partition by clue, role, roster, line) as since,
           sum(amount) over (partition by clue, role, roster, line) as paid,
           count(*) over block::integer as size, sum(amount) over block as total,
           min(starts_on) over block as first_on, max(starts_on) over block as last_on,
           min(id_number) over block <> max(id_number) over block as several
    from grouped
    window alike as (partition by clue, role, roster, line order by starts_on desc nulls last, ref),
           block as (partition by clue, role, roster)
),
placed as (
    select *, row_number() over (
               partition by clue, role, roster order by own desc, starts_on desc nulls last, ref
           )::integer as place
    from counted where turn = 1
)
select * from placed where place <= $most
"""


def told_sources_sql(contract: Contract) -> str:
    """SQL that adds one roster's ranked rows to `told_sources`: where they stand, and the values compared."""
    facts = ", ".join(told_fact(contract.column(name)) for name in contract.evidence) or "''"
    return f"""
    insert into told_sources
    select s.ref, s.delivery, s.sheet, s."row", concat_ws('，', {facts})
    from {cited(contract.roster)} as s
    where s.ref in (select ref from ranked_rows where roster = {literal(contract.roster)})
    """


def told_fact(column: Column) -> str:
    """The SQL expression for a cell of `s` with its title, as one says it; null when it is empty."""
    cell = f's."{column.name}"'
    told = column.type.told.format(cell=cell, unit=literal(column.unit or ""))
    return f"{literal(column.titles[0])} || {told}"


TOLD_SOURCES = """
create or replace temp table told_sources (ref bigint, delivery varchar, sheet varchar, "row" integer, facts varchar)
"""

TOLD_ROWS = """
create or replace temp table told_rows as
select r.clue, r.role, r.roster, string_agg(
    '（' || r.place || '）' || case when r.id_number is null then ''
        when r.own then case when r.name <> f.name then '此处姓名为“' || r.name || '”，身份证号相同，'
            when r.several then coalesce(r.name || '，', '') else '' end
        else coalesce(r.name, '姓名不详') || '（身份证号尾号' || right(r.id_number, 4) || '），' end
    || s.facts
    || case when r.lines > 1 then '；' || shown_day(r.since, form_of(r.starts_on, r.ends_on)) || '以来共'
        || r.lines || '条' || coalesce('，合计' || format('{:,.2f}元', r.paid::double), '') || '，最近一条'
        else '；' end
    || '见“' || coalesce(d.file, '') || '”'
    || coalesce('工作表“' || s.sheet || '”', '') || '第' || s."row" || '行。', chr(10) order by r.place) as told
from ranked_rows as r
join told_sources as s on s.ref = r.ref
join card_faces as f on f.clue = r.clue
left join told_deliveries as d on d.delivery = s.delivery
group by r.clue, r.role, r.roster
"""

TITLES = """
create or replace temp table roster_titles as
select unnest($roster::varchar[]) as roster, unnest($title::varchar[]) as title,
       generate_subscripts($roster::varchar[], 1) as position
"""

BLOCKS = """
create or replace temp table evidence_blocks as
with heads as (
    select r.clue, r.role, r.roster, any_value(r.size) as size, any_value(r.total) as total,
           min(r.first_on) as first_on, max(r.last_on) as last_on, sum(r.lines)::integer as told,
           first(form_of(r.starts_on, r.ends_on) order by r.place) as form
    from ranked_rows as r group by r.clue, r.role, r.roster
)
select h.clue, string_agg(
    case h.role when 'payment' then '发放记录：' else '比对记录：' end || t.title
    || case when h.role = 'payment' then '，' || shown_day(h.first_on, h.form)
        || case when h.last_on > h.first_on then '至' || shown_day(h.last_on, h.form) else '' end else '' end
    || '，共' || h.size || '条' || coalesce(case when h.role = 'payment'
        then '，合计' || format('{:,.2f}', h.total::double) || '元' end, '') || '。' || chr(10) || w.told
    || case when h.size > h.told then chr(10) || '其余' || (h.size - h.told) || '条从略。' else '' end,
    chr(10) order by h.role, t.position) as evidence
from heads as h
join roster_titles as t on t.roster = h.roster
join told_rows as w on w.clue = h.clue and w.role = h.role and w.roster = h.roster
group by h.clue
"""

TONIGHT = """
insert into cards by name
select c.clue_id, c.rule, c.rule_title, c.tier, c.item, c.item_title, c.department, p.whole_street as street,
       p.whole_community as community,
       c.household_key, f.name, h.id_number, coalesce(t.title, h.subject) as subject,
       case when h.first_period = h.last_period then shown_day(h.first_period, f.form)
           else shown_day(h.first_period, f.form) || '至' || shown_day(h.last_period, f.form) end as span,
       c.periods, c.amount_at_risk, c.identity, c.priority, s.summary, b.evidence, n.evidence_hash,
       case when w.shown is not null then replace(l.what_changed, w.shown, w.whole)
           when l.reopened_on < $run_date::date then coalesce(o.what_changed, l.what_changed)
           else l.what_changed end as what_changed,
       $run_date::date as told_on
from clues as c
join ledger as l on l.clue_id = c.clue_id
left join reopened as w on w.clue_id = c.clue_id
left join previous_cards as o on o.clue_id = c.clue_id
join clue_numbers as n on n.clue_id = c.clue_id
join clue_hits as h on h.clue = n.clue
join card_faces as f on f.clue = n.clue
join card_summaries as s on s.clue = n.clue
left join clue_places as p on p.clue = n.clue
left join evidence_blocks as b on b.clue = n.clue
left join roster_titles as t on t.roster = h.subject
"""

GONE_ON = """
insert into cards by name
select p.* from previous_cards as p
semi join ledger as l on l.clue_id = p.clue_id
anti join clues as c on c.clue_id = p.clue_id
"""

KNOWN = """
insert into cards by name
with titles as (select unnest($rule::varchar[]) as rule, unnest($title::varchar[]) as title)
select l.clue_id, l.rule, coalesce(t.title, l.rule) as rule_title, l.tier, l.item,
       coalesce(i.title, l.item) as item_title, l.department, l.street, l.periods, l.amount_at_risk, l.evidence_hash,
       l.what_changed, l.last_seen as told_on
from ledger as l
left join titles as t on t.rule = l.rule
left join items as i on i.item = l.item
anti join cards as c on c.clue_id = l.clue_id
"""

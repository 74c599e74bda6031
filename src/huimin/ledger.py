"""The clue ledger: every clue ever seen, where it stands, and what to remember of it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from huimin.rule import Rule
from huimin.sql import exact

OPEN, GONE, EXEMPT = "待核查", "自然消除", "豁免"
AUTOMATIC = (OPEN, GONE, EXEMPT)
"""States that the nightly run sets; every other one is a decision of people and stays."""

REMEMBERED = ("查否", "查否维持", EXEMPT)
"""Found to be nothing: such a clue is not asked about again while its evidence is the same."""

LEDGER = """
clue_id varchar, rule varchar, item varchar, department varchar, street varchar, state varchar, first_seen date,
last_seen date, vanished_on date, tier tinyint, periods integer, amount_at_risk decimal(14, 2), evidence_hash varchar,
exemption varchar, outcome varchar, cause varchar, verified_on date, hit_rate double
"""
"""Columns of the table `ledger` and of its Parquet file, which the next run goes on from."""


def update_ledger(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], run_date: date) -> None:
    """Table `ledger`, one row a clue ever seen, out of `clues` and `previous_ledger`; `clues` gets states and dates.

    A clue with an exemption in force on the run date is 豁免, and `exemption` says by which source row
    (`delivery`, `sheet` and `row` joined by `/`). Any other clue that is found is 待核查, unless people decided on it.
    One that was 查否, 查否维持 or 豁免 stays so while its evidence is the same, and is 待核查 again when that changed.
    A clue that is not found any more, though its rule ran, has `vanished_on`, the first such run date; if it was 待核查
    it is 自然消除. Rules that did not run change nothing. A clue that comes back keeps `first_seen`.
    """
    con.execute(
        "create or replace temp table rule_titles as "
        "select unnest($rule::varchar[]) as rule, unnest($title::varchar[]) as title",
        {"rule": list(rules), "title": [rule.title for rule in rules.values()]},
    )
    con.execute(EXEMPTIONS, {"run_date": run_date})
    con.execute(f"create or replace table ledger ({LEDGER})")
    con.execute(
        FOUND,
        {
            "run_date": run_date,
            "automatic": list(AUTOMATIC),
            "remembered": list(REMEMBERED),
            "open": OPEN,
            "exempt": EXEMPT,
        },
    )
    con.execute(NOT_FOUND, {"run_date": run_date, "open": OPEN, "gone": GONE})
    con.execute(STATES)
    con.execute("drop table rule_titles")
    con.execute("drop table exempt_clues")


def lay_previous(con: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Temporary table `previous_ledger`: the rows to go on from; columns that the file lacks are null."""
    con.execute(f"create or replace temp table previous_ledger ({LEDGER})")
    if previous is not None:
        con.execute(
            "insert into previous_ledger by name select * from read_parquet($place)", {"place": exact(previous)}
        )


def verified_outcomes(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Rule to (confirmed, verified) over `previous_ledger`; errors of data and exceptions of policy confirm nothing."""
    found = con.execute(
        """select rule, count(*) filter (where outcome in ('查实', '部分查实', '改判查实')
                      and coalesce(cause, '') not in ('数据错误', '政策例外')), count(*)
           from previous_ledger where outcome is not null and outcome <> '待定' group by rule order by rule"""
    ).fetchall()
    return {rule: (confirmed, verified) for rule, confirmed, verified in found}


# An exemption names a rule by id or title, and a subject or none; subjects are compared without case, spaces, · and -.
EXEMPTIONS = """
create or replace temp table exempt_clues as
with bare as (
    select *, upper(regexp_replace(subject, '[\\s\u3000·-]', '', 'g')) as bare_subject from exemptions
    where from_on <= $run_date and coalesce(to_on >= $run_date, true)
)
select n.clue_id, first(concat_ws('/', e.delivery, e.sheet, e."row") order by e.ref) as exemption
from clue_hits as h
join clue_numbers as n on n.clue = h.clue
join rule_titles as t on t.rule = h.rule
join bare as e on e.id_number = h.id_number and e.rule in (t.rule, t.title)
where e.subject is null or e.bare_subject = upper(regexp_replace(h.subject, '[\\s\u3000·-]', '', 'g'))
group by n.clue_id
"""

FOUND = """
insert into ledger by name
select c.clue_id, c.rule, c.item, c.department, c.street,
       case when e.clue_id is not null then $exempt
            when list_contains($remembered, p.state)
                then case when p.evidence_hash <> n.evidence_hash then $open else p.state end
            when p.state is null or list_contains($automatic, p.state) then $open
            else p.state end as state,
       coalesce(p.first_seen, $run_date::date) as first_seen, $run_date::date as last_seen, c.tier, c.periods,
       c.amount_at_risk, n.evidence_hash, e.exemption, p.outcome, p.cause, p.verified_on, c.hit_rate
from clues as c
join clue_numbers as n on n.clue_id = c.clue_id
left join previous_ledger as p on p.clue_id = c.clue_id
left join exempt_clues as e on e.clue_id = c.clue_id
order by c.clue_id
"""

NOT_FOUND = """
insert into ledger
select p.* replace (
    case when p.state = $open and r.rule is not null then $gone else p.state end as state,
    case when r.rule is not null then coalesce(p.vanished_on, $run_date::date) else p.vanished_on end as vanished_on
)
from previous_ledger as p
left join rule_outcomes as r on r.rule = p.rule and r.status = 'ran'
where p.clue_id not in (select clue_id from clues)
order by p.clue_id
"""

STATES = """
create or replace table clues as
select c.* replace (l.state as state, l.first_seen as first_seen, l.last_seen as last_seen)
from clues as c
join ledger as l on l.clue_id = c.clue_id
join clue_numbers as n on n.clue_id = c.clue_id
order by n.clue
"""

"""The clue ledger: every clue ever seen, where it stands, and what to remember of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from huimin.ledger.states import (
    CLOSED,
    CONFIRMED,
    EXEMPT,
    GONE,
    NO_MISTAKE,
    OPEN,
    OVERTURNED,
    PARTLY,
    PENDING,
    RECHECKING,
    UNFOUNDED,
    UPHELD,
)
from huimin.matching.rule import Rule
from huimin.tables.declared import DECISIONS, LEDGER, column_types
from huimin.tables.sql import parquet, parquets
from huimin.tables.work import makes

REMEMBERED = (UNFOUNDED, UPHELD)
"""Found to be nothing: such a clue is not asked about again while its evidence is the same."""

EXEMPTION_ENDED = "豁免备案已失效"
"""Why a clue is to be looked at that was not, for as long as it was exempt."""

UNKNOWN_CHANGE = "比对事实有变化（此前的事实未留存）"
"""Why a clue opens whose facts were not kept when it was decided on."""

IS_CONFIRMED = f"(outcome in {(CONFIRMED, PARTLY, OVERTURNED)} and coalesce(cause, '') not in {NO_MISTAKE})"
"""Over a ledger: errors of data and exceptions of policy confirm nothing."""


@makes(
    "ledger",
    "clues",
    needs=(
        "found_clues", "clue_hits", "clue_numbers", "previous_ledger", "rule_outcomes", "masked_texts", "reopened",
    ),
    scratch=("rule_titles", "exempt_clues"),
)  # fmt: skip
def update_ledger(
    con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], run_date: date, open_plans: Collection[str]
) -> None:
    """Table `ledger`, one row a clue ever seen, and `clues`: tonight's, with the states and dates that the ledger has.

    A clue with an exemption in force on the run date is 豁免, and `exemption` says by which source row (`delivery`,
    `sheet` and `row` joined by `/`). Once none is in force it is again what it was before; drawn for re-check by a
    plan that is not among the `open_plans` any more, it is 查否. Any other clue that is found is 待核查, unless
    people decided on it. One that was 查否, 查否维持 or closed as such stays so while its evidence is that of the
    decision; one that was rectified and closed, until a later period violates. Otherwise it is 待核查 again:
    `reopened_on` and `what_changed` (in Chinese) say so, and what was found last stays. A clue that is not found any
    more, though its rule ran, has `vanished_on`, the first such run date; if it was 待核查 it is 自然消除. Rules that
    did not run change nothing. A clue that comes back keeps `first_seen`.
    """
    con.execute(
        "create or replace temp table rule_titles as "
        "select unnest($rule::varchar[]) as rule, unnest($title::varchar[]) as title",
        {"rule": list(rules), "title": [rule.title for rule in rules.values()]},
    )
    con.execute(EXEMPTIONS, {"run_date": run_date})
    con.execute(f"create or replace table ledger ({column_types(LEDGER)})")
    con.execute(
        FOUND,
        {
            "run_date": run_date,
            "remembered": list(REMEMBERED),
            "open": OPEN,
            "gone": GONE,
            "exempt": EXEMPT,
            "closed": CLOSED,
            "rechecking": RECHECKING,
            "unfounded": UNFOUNDED,
            "open_plans": list(open_plans),
            "exemption_ended": EXEMPTION_ENDED,
            "unknown_change": UNKNOWN_CHANGE,
        },
    )
    con.execute(NOT_FOUND, {"run_date": run_date, "open": OPEN, "gone": GONE})
    con.execute(STATES)


@makes("previous_ledger", scratch=("carried_ledger", "decided"))
def lay_previous(
    con: duckdb.DuckDBPyConnection, previous: Path | None = None, decided_since: Sequence[Path] = ()
) -> None:
    """Table `previous_ledger`: the rows to go on from, as people left them; columns that the file lacks are null.

    `previous`: the ledger file of the last complete run, None before the first. `decided_since`: the files of the
    decisions taken after it (`ledger/records.py`). They are taken by record and sequence, whatever the order of the
    files. A decision without an outcome adds to what was known; one with an outcome replaces what was found before, but
    the sums of money, which are totals of the clue. Results of spot checks and visits, and decisions on clues that the
    ledger does not have, change nothing.
    """
    lay_carried(con, previous)
    move_on(con, decided_since)


def lay_carried(con: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Table `carried_ledger`: the rows of a ledger file as it was written, none without one."""
    con.execute(f"create or replace temp table carried_ledger ({column_types(LEDGER)})")
    if previous is not None:
        con.execute(f"insert into carried_ledger by name select * from {parquet(previous)}")


def move_on(con: duckdb.DuckDBPyConnection, decisions: Sequence[Path]) -> None:
    """Table `previous_ledger`: `carried_ledger` moved on by the files of decisions, as `lay_previous` says."""
    if decisions:
        con.execute(DECIDED.format(decisions=parquets(decisions)))
        con.execute(MOVED_ON, {"closed": CLOSED})
    else:
        con.execute("create or replace temp table previous_ledger as from carried_ledger")


def lay_standing(con: duckdb.DuckDBPyConnection) -> None:
    """Table `ledger` for readers between two nights: `previous_ledger` as it stands."""
    con.execute("create or replace temp table ledger as from previous_ledger")


@makes("decisions")
def lay_decisions(con: duckdb.DuckDBPyConnection, decisions: Sequence[Path]) -> None:
    """Table `decisions`: every row of these files."""
    con.execute(f"create or replace table decisions ({column_types(DECISIONS)})")
    if decisions:
        con.execute(f"insert into decisions by name from {parquets(decisions)}")


def verified_outcomes(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], tuple[int, int]]:
    """Rule and tier to (confirmed, verified) over `previous_ledger`.

    Errors of data and exceptions of policy confirm nothing.
    """
    found = con.execute(
        f"""select rule, tier, count(*) filter (where {IS_CONFIRMED}), count(*) from previous_ledger
            where outcome is not null and outcome <> '{PENDING}' and tier is not null
            group by rule, tier order by rule, tier"""
    ).fetchall()
    return {(rule, tier): (confirmed, verified) for rule, tier, confirmed, verified in found}


# An exemption names a rule by id or title, and a subject or none; subjects are compared without case, spaces, · and -.
EXEMPTIONS = """
create or replace temp table exempt_clues as
with bare as (
    select *, upper(regexp_replace(subject, '[\\s\u3000·-]', '', 'g')) as bare_subject from exemptions
    where from_on <= $run_date and coalesce(to_on >= $run_date, true)
)
select n.clue_id, first(concat_ws('/', e.delivery, told(e.sheet), e."row") order by e.ref) as exemption
from clue_hits as h
join clue_numbers as n on n.clue = h.clue
join rule_titles as t on t.rule = h.rule
join bare as e on e.id_number = h.id_number and e.rule in (t.rule, t.title)
where e.subject is null or e.bare_subject = upper(regexp_replace(h.subject, '[\\s\u3000·-]', '', 'g'))
group by n.clue_id
"""

# A round begins with the last outcome: what was found before it is history, but money recovered stays recovered.
DECIDED = """
create or replace temp table decided as
with placed as (
    select *, row_number() over (partition by clue_id order by record, sequence) as place
    from {decisions} where clue_id is not null and kind not in ('spot', 'visits')
),
rounds as (select clue_id, max(place) filter (where outcome is not null) as began from placed group by clue_id),
own as (
    select p.* from placed as p join rounds as r on r.clue_id = p.clue_id and p.place >= coalesce(r.began, 1)
)
select r.clue_id, r.began is not null as is_anew, w.* exclude (clue_id), o.* exclude (clue_id)
from rounds as r
join (
    select clue_id, last(state order by place) filter (where state is not null) as state,
           last(decided_at order by place) filter (where state is not null) as stated_at,
           last(due_amount order by place) filter (where due_amount is not null) as due_amount,
           last(recovered_amount order by place) filter (where recovered_amount is not null) as recovered_amount,
           last(plan order by place) filter (where plan is not null) as plan,
           last(record || '/' || sequence order by place) as decision
    from placed group by clue_id
) as w on w.clue_id = r.clue_id
join (
    select clue_id, last(outcome order by place) filter (where outcome is not null) as outcome,
           last(evidence_hash order by place) filter (where outcome is not null) as seen_evidence,
           last(cause order by place) filter (where cause is not null) as cause,
           last(verified_on order by place) filter (where verified_on is not null) as verified_on,
           last(handling order by place) filter (where handling is not null) as handling,
           last(deadline_on order by place) filter (where deadline_on is not null) as deadline_on,
           last(rectified_on order by place) filter (where rectified_on is not null) as rectified_on
    from own group by clue_id
) as o on o.clue_id = r.clue_id
"""

MOVED_ON = """
create or replace temp table previous_ledger as
select p.* replace (
    coalesce(d.state, p.state) as state,
    coalesce(d.outcome, p.outcome) as outcome,
    case when d.is_anew then d.cause else coalesce(d.cause, p.cause) end as cause,
    case when d.is_anew then d.verified_on else coalesce(d.verified_on, p.verified_on) end as verified_on,
    case when d.is_anew then d.handling else coalesce(d.handling, p.handling) end as handling,
    case when d.is_anew then d.deadline_on else coalesce(d.deadline_on, p.deadline_on) end as deadline_on,
    case when d.is_anew then d.rectified_on else coalesce(d.rectified_on, p.rectified_on) end as rectified_on,
    case when d.is_anew then coalesce(d.seen_evidence, p.evidence_hash) else p.decided_evidence end
        as decided_evidence,
    coalesce(d.due_amount, p.due_amount) as due_amount,
    coalesce(d.recovered_amount, p.recovered_amount) as recovered_amount,
    case when d.state is null then p.closed_on
        when d.state = $closed then (d.stated_at + interval 8 hours)::date end as closed_on,
    case when d.state is null then p.what_changed end as what_changed,
    coalesce(d.plan, p.plan) as plan,
    coalesce(d.decision, p.decision) as decision
)
from carried_ledger as p
left join decided as d on d.clue_id = p.clue_id
"""

# What an exempt clue was before is kept: it is that again, by tonight's facts, when no exemption is in force.
# (A ledger file of before this was kept knows the outcome.)
FOUND = """
insert into ledger by name
with standing as (
    select c.clue_id, c.rule, c.item, c.department, c.street, c.last_period as found_period,
           p.* exclude (clue_id, rule, item, department, street, last_seen, vanished_on, exemption, hit_rate,
               tier, periods, amount_at_risk, evidence_hash, identity),
           c.tier, c.periods, c.amount_at_risk, n.evidence_hash, c.identity, c.hit_rate, e.exemption,
           e.clue_id is not null as is_exempt, p.state = $exempt as was_exempt,
           p.periods as past_periods, p.amount_at_risk as past_amount, p.evidence_hash as past_evidence,
           r.shown as facts_changed
    from found_clues as c
    join clue_numbers as n on n.clue_id = c.clue_id
    left join previous_ledger as p on p.clue_id = c.clue_id
    left join exempt_clues as e on e.clue_id = c.clue_id
    left join reopened as r on r.clue_id = c.clue_id
),
bare as (
    select *, case when not coalesce(was_exempt, false) then state
               when exempted_state = $rechecking
                   and not coalesce(list_contains($open_plans::varchar[], plan), false) then $unfounded
               else coalesce(exempted_state, outcome, $open) end as own_state
    from standing
),
compared as (
    select *, case when list_contains($remembered, case when own_state = $closed then outcome else own_state end)
                   then coalesce(decided_evidence, past_evidence) <> evidence_hash
               when own_state = $closed then found_period > last_period
               end as is_changed
    from bare
),
judged as (
    select *, coalesce(is_changed and not is_exempt, false) as opens_again,
           case when is_exempt then $exempt when coalesce(is_changed, false) then $open
               when own_state is null or own_state = $gone then $open else own_state end as standing_state,
           case when was_exempt and not is_exempt then $exemption_ended end as ended
    from compared
)
select * exclude (
    found_period, is_exempt, was_exempt, past_periods, past_amount, past_evidence, facts_changed, own_state, is_changed,
    opens_again, standing_state, ended
) replace (
    standing_state as state,
    case when is_exempt then coalesce(own_state, $open) end as exempted_state,
    coalesce(first_seen, $run_date::date) as first_seen,
    case when standing_state = $closed then coalesce(last_period, found_period) else found_period end as last_period,
    case when standing_state = $closed then closed_on end as closed_on,
    case when standing_state = $open and (opens_again or ended is not null) then $run_date::date else reopened_on end
        as reopened_on,
    case when opens_again then concat_ws('；', coalesce(nullif(concat_ws('；',
            case when periods <> past_periods then '期间 ' || past_periods || ' → ' || periods end,
            case when amount_at_risk <> past_amount
                then '涉及金额 ' || format('{:,.2f}', past_amount::double) || ' → '
                    || format('{:,.2f}', amount_at_risk::double) end,
            case when found_period > last_period
                then '最近期间 ' || last_period || ' → ' || found_period end,
            facts_changed
        ), ''), $unknown_change), ended)
        when standing_state = $open then nullif(concat_ws('；', what_changed, ended), '')
        when is_exempt and own_state = $open then what_changed end as what_changed
), $run_date::date as last_seen
from judged
order by clue_id
"""

NOT_FOUND = """
insert into ledger
select p.* replace (
    case when p.state = $open and r.rule is not null then $gone else p.state end as state,
    case when r.rule is not null then coalesce(p.vanished_on, $run_date::date) else p.vanished_on end as vanished_on
)
from previous_ledger as p
left join rule_outcomes as r on r.rule = p.rule and r.status = 'ran'
where p.clue_id not in (select clue_id from found_clues)
order by p.clue_id
"""

STATES = """
create or replace table clues as
select c.* replace (l.state as state, l.first_seen as first_seen, l.last_seen as last_seen)
from found_clues as c
join ledger as l on l.clue_id = c.clue_id
join clue_numbers as n on n.clue_id = c.clue_id
order by n.clue
"""

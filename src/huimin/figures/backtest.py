"""A rule tried against the past (回测): of those it names, who was visited before, and what was found there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import duckdb

from huimin.figures.rates import in_force, wilson
from huimin.ledger.fold import IS_CONFIRMED
from huimin.ledger.states import EXEMPT, FOUND_SOMETHING, GONE, OPEN, PENDING

OWN, ALIKE, DRAWN, ELSEWHERE, UNDER_WAY, NEVER = "own", "alike", "drawn", "elsewhere", "under_way", "never"
NEARNESS: Mapping[str, str] = MappingProxyType(
    {
        OWN: "本规则核查过（同一条线索）",
        ALIKE: "因其他线索核查过（同一人、同一项目）",
        DRAWN: "抽查、走访到过（同一户或同一人）",
        ELSEWHERE: "只核查过其他项目（同一人）",
        UNDER_WAY: "台账上已有，尚无结果（同一人、同一项目）",
        NEVER: "从未核查",
    }
)
"""How near earlier visits came to what a clue asks, the nearest first."""


@dataclass(frozen=True)
class EarlierVisits:
    """Some of the clues that a rule would find, and what was found there before."""

    nearness: str
    """One of `NEARNESS`; each clue counts under the nearest."""
    clues: int
    confirmed: int
    """查实; of `alike`, where any such clue was; of `drawn`, 发现问题."""
    unfounded: int
    """Everything else with a result: also what an error of data or an exception of policy explained."""


@dataclass(frozen=True)
class AskedBefore:
    """What people found of one rule's earlier clues that are about persons and items of the trial."""

    rule: str
    confirmed: int
    unfounded: int
    open: int
    """Without a result: 待核查, 待定."""


@dataclass(frozen=True)
class ExpectedRate:
    """How often the rule may turn out true, as in the published table `rates`, and what that costs in visits."""

    basis: str
    """`own`: a clue of this rule counts once. `alike`: a person and item counts once, by the verdicts of others."""
    checked: int
    positive: int
    rate: float
    low: float
    high: float
    visits: float | None
    """Visits a confirmed clue: the rate turned over. None: no end."""
    visits_low: float
    visits_high: float | None


@dataclass(frozen=True)
class Backtest:
    """What people found before of those whom a rule would name. Counts alone."""

    earlier: tuple[EarlierVisits, ...]
    """One each of `NEARNESS`, in its order; together all clues that the rule would find."""
    asked_by: tuple[AskedBefore, ...]
    """By rule, this one among them."""
    not_named: tuple[int, int]
    """Confirmed and unfounded clues that the ledger has of this rule, and it does not find now."""
    to_visit: int
    """Clues that would stand 待核查: not exempt, and not found 查否 on the same evidence."""
    households: int
    """To which these lead; a clue without a person is one of its own."""
    waiting: int
    """Of these clues, those that are 待核查 already."""
    alike: int
    """Persons and items of whom only verdicts on other clues tell."""
    least: int
    """Results under which no rate is told (policy `review_outcomes`)."""
    expected: ExpectedRate | None


def backtest(con: duckdb.DuckDBPyConnection, rule: str, run_date: date) -> Backtest:
    """The rule's clues of a trial held against the ledger.

    Needs `clues`, `clue_numbers` and `clue_hits` of the trial under the root's keys; `previous_ledger`, `decisions` and
    `cards` as the root has them, of which the cards say whom an earlier clue was about: one without a card counts for
    nobody but itself. An outcome stays that of a clue which was opened again; 待定 is none.
    """
    con.execute(NAMED_CLUES, {"rule": rule})
    con.execute(PAST_CLUES)
    con.execute(MET_CLUES)
    con.execute(DRAWN_RESULTS)
    con.execute(JUDGED_CLUES, {"order": list(NEARNESS)})
    found = {row[0]: EarlierVisits(*row) for row in con.execute(EARLIER).fetchall()}
    earlier = tuple(found.get(nearness, EarlierVisits(nearness, 0, 0, 0)) for nearness in NEARNESS)
    asked_by = tuple(AskedBefore(*row) for row in con.execute(ASKED_BY).fetchall())
    (not_named,) = con.execute(NOT_NAMED, {"rule": rule}).fetchall()
    ((to_visit, households, waiting),) = con.execute(TO_VISIT).fetchall()
    ((alike, confirmed),) = con.execute(PERSONS_AND_ITEMS).fetchall()
    least = int(in_force(con, "review_outcomes", run_date))
    own = earlier[0]
    expected = expected_rate(OWN, own.confirmed, own.clues, least) or expected_rate(ALIKE, confirmed, alike, least)
    return Backtest(earlier, asked_by, not_named, to_visit, households, waiting, alike, least, expected)


def expected_rate(basis: str, positive: int, checked: int, least: int) -> ExpectedRate | None:
    """The rate with its Wilson interval, and how many visits a confirmed clue takes; None below `least` results."""
    rate, low, high = wilson(positive, checked)
    if checked < least or rate is None or low is None or high is None:
        return None
    visits, visits_high = (1 / share if share > 0 else None for share in (rate, low))
    return ExpectedRate(basis, checked, positive, rate, low, high, visits, 1 / high, visits_high)


NAMED_CLUES = """
create or replace temp table named_clues as
select c.clue_id, c.item, c.state, c.household_key, c.person_key, h.id_number
from clues as c
join clue_numbers as n on n.clue_id = c.clue_id
join clue_hits as h on h.clue = n.clue
where c.rule = $rule
"""

# What vanished before anybody went, and what is exempt, has no result and waits for none.
PAST_CLUES = f"""
create or replace temp table past_clues as
select p.clue_id, p.rule, p.item, p.state, d.id_number,
       coalesce(p.outcome <> '{PENDING}', false) as is_verified, coalesce({IS_CONFIRMED}, false) as is_confirmed,
       coalesce(p.outcome = '{PENDING}', true) and p.state not in {(GONE, EXEMPT)} as is_open
from previous_ledger as p
left join cards as d on d.clue_id = p.clue_id
"""

MET_CLUES = f"""
create or replace temp table met_clues as
select m.clue_id as named, p.*, '{OWN}' as nearness
from named_clues as m join past_clues as p on p.clue_id = m.clue_id
union all
select m.clue_id, p.*, case when p.item is not distinct from m.item then '{ALIKE}' else '{ELSEWHERE}' end
from named_clues as m join past_clues as p on p.id_number = m.id_number and p.clue_id <> m.clue_id
"""

DRAWN_RESULTS = f"""
create or replace temp table drawn_results as
select coalesce(clue_id, target_key) as target,
       last(outcome order by record, sequence) = '{FOUND_SOMETHING}' as is_found
from decisions where kind in ('spot', 'visits') and outcome is not null
group by coalesce(clue_id, target_key)
"""

JUDGED_CLUES = f"""
create or replace temp table judged_clues as
with targets as (
    select clue_id as named, unnest([clue_id, household_key, person_key]) as target from named_clues
    union
    select named, clue_id from met_clues where nearness = '{ALIKE}'
),
visited as (
    select named, nearness, bool_or(is_confirmed) as is_confirmed from met_clues where is_verified
    group by named, nearness
    union all
    select t.named, '{DRAWN}', bool_or(d.is_found) from targets as t join drawn_results as d on d.target = t.target
    group by t.named
    union all
    select distinct named, '{UNDER_WAY}', null::boolean from met_clues where is_open and nearness <> '{ELSEWHERE}'
),
nearest as (
    select *, row_number() over (
               partition by named order by list_position($order::varchar[], nearness)
           ) as place
    from visited
)
select m.clue_id, m.item, m.id_number, coalesce(n.nearness, '{NEVER}') as nearness, n.is_confirmed
from named_clues as m
left join nearest as n on n.named = m.clue_id and n.place = 1
"""

EARLIER = """
select nearness, count(*), count(*) filter (where is_confirmed), count(*) filter (where not is_confirmed)
from judged_clues group by nearness
"""

ASKED_BY = f"""
select rule, count(distinct clue_id) filter (where is_confirmed),
       count(distinct clue_id) filter (where is_verified and not is_confirmed),
       count(distinct clue_id) filter (where is_open)
from met_clues where (is_verified or is_open) and nearness <> '{ELSEWHERE}'
group by rule order by count(distinct clue_id) desc, rule
"""

NOT_NAMED = """
select count(*) filter (where is_confirmed), count(*) filter (where not is_confirmed)
from past_clues where rule = $rule and is_verified and clue_id not in (select clue_id from named_clues)
"""

TO_VISIT = f"""
select count(*), count(distinct coalesce(m.household_key, m.clue_id)), count(p.clue_id)
from named_clues as m
left join past_clues as p on p.clue_id = m.clue_id and p.state = '{OPEN}'
where m.state = '{OPEN}'
"""

# Several clues of one person and item have the same verdicts of others: they are one case.
PERSONS_AND_ITEMS = f"""
with persons as (
    select id_number, item, bool_or(is_confirmed) as is_confirmed from judged_clues where nearness = '{ALIKE}'
    group by id_number, item
)
select count(*), count(*) filter (where is_confirmed) from persons
"""

"""The periods that a rule about absence cannot judge, since a roster that it looks for in them was not delivered."""

from collections.abc import Collection

from huimin.tables.sql import literal

JUDGED_PAYMENTS = "judged_payments"

PERIODS_NOT_JUDGED = """
select distinct p.item, p.starts_on, p.ends_on
from ({periods}) as p
cross join ({absent}) as a
left join delivered as d on a.roster = d.roster and d.starts_on <= p.ends_on and d.ends_on >= p.starts_on
where d.roster is null
"""


def judged_periods(items: Collection[str]) -> str:
    """The SELECT of every judged period of these items: item, starts_on, ends_on."""
    listed = ", ".join(map(literal, items))
    return f"select distinct item, starts_on, ends_on from {JUDGED_PAYMENTS} where item in ({listed})"


def not_judged(periods: str, absence: Collection[str]) -> str:
    """The SELECT of those among these periods for which one of these rosters was not delivered."""
    absent = " union all ".join(f"select {literal(roster)} as roster" for roster in absence)
    return PERIODS_NOT_JUDGED.format(periods=periods, absent=absent)

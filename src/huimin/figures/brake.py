"""The brake: a run whose clues differ too much from those before is held, until a person lets it go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from huimin.figures.rates import in_force
from huimin.language import _
from huimin.matching.rule import Rule
from huimin.tables.sql import parquet
from huimin.tables.work import makes

MOST_LINES = 8
"""Rules, items and deliveries that are named of a held run."""


@dataclass(frozen=True)
class Jump:
    """How the clues of one rule, or one item, moved."""

    by: str
    """rule or item."""
    value: str
    before: int
    new: int
    vanished: int


@dataclass(frozen=True)
class Held:
    """Why a run is held: how far its clues are from those before, where they moved most, and what was delivered."""

    before: int
    new: int
    vanished: int
    jumps: tuple[Jump, ...]
    """Rules, then items, those that moved most first."""
    arrived: tuple[tuple[str, str, str], ...]
    """Roster, file as published and id of the deliveries in force that the run before did not have."""

    def lines(self, run: str) -> Iterator[str]:
        """For an operator: what happened, where to look, and what to do."""
        yield (
            _(
                "HELD: {new} clues are new and {vanished} vanished, of {before} before; "
                "latest and the ledger stay where they were",
                new=self.new,
                vanished=self.vanished,
                before=self.before,
            )
        )
        for by in ("rule", "item"):
            moved = [jump for jump in self.jumps if jump.by == by][:MOST_LINES]
            for one in moved:
                yield _(
                    "  {by} {value}: {new} new, {vanished} vanished, of {before} before",
                    by=by,
                    value=one.value,
                    new=one.new,
                    vanished=one.vanished,
                    before=one.before,
                )
        for roster, file, delivery in self.arrived[:MOST_LINES]:
            yield _("  new delivery {delivery}: {roster}/{file}", delivery=delivery, roster=roster, file=file)
        yield _("  if it is right: huimin release {run} --why '…'", run=run)
        yield _("  if a delivery is wrong: huimin withdraw DELIVERY --why '…'")


def held_by_brake(con: duckdb.DuckDBPyConnection) -> Held | None:
    """Why the run is held, by its tables; None when it is not."""
    ((is_held, before, new, vanished),) = con.execute("select is_held, before, new, vanished from brake").fetchall()
    if not is_held:
        return None
    jumps = con.execute('select "by", value, before, new, vanished from jumps where new + vanished > 0').fetchall()
    return Held(before, new, vanished, tuple(Jump(*jump) for jump in jumps), tuple(con.execute(ARRIVED).fetchall()))


ARRIVED = """
select roster, file, delivery from deliveries
anti join (select delivery from delivered_before where status in ('accepted', 'accepted_with_rejects')) using (delivery)
where status in ('accepted', 'accepted_with_rejects') order by roster, file, delivery
"""


@makes("delivered_before")
def lay_delivered_before(con: duckdb.DuckDBPyConnection, past_deliveries: Path | None) -> None:
    """Table `delivered_before`: delivery, roster, status, as the run that this one goes on from told them.

    `past_deliveries`: None before the first run.
    """
    known = f"select delivery, roster, status from {parquet(past_deliveries)}" if past_deliveries else NOBODY
    con.execute(f"create or replace table delivered_before as {known}")


NOBODY = "select null::varchar as delivery, null::varchar as roster, null::varchar as status where false"


@makes(
    "brake",
    "jumps",
    needs=("changes", "previous_ledger", "deliveries", "delivered_before"),
    scratch=("braked_rules",),
)
def lay_brake(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    past_rules: Path | None,
    run_date: date,
    complete: bool = True,
) -> None:
    """Tables `brake` and `jumps`: whether the run is held, and what moved.

    `brake`, one row: is_held; before, new, vanished: clues of the rules that count. `jumps`, a row a rule and a row an
    item with new or vanished clues: by (rule, item), value, before, new, vanished. Rules that run for the first time,
    or read a roster delivered for the first time, count in neither. `past_rules`: what the run gone on from told of
    its rules; None before the first, which is never held, nor is a run of some rules (not `complete`).
    """
    reads = [(name, roster) for name, rule in rules.items() for roster in {*rule.items, *rule.reads, *rule.optional}]
    ran = (
        f"select rule from {parquet(past_rules)} where status = 'ran'"
        if past_rules
        else "select null::varchar as rule where false"
    )
    con.execute(
        COUNTED.format(ran=ran),
        {"rule": [name for name, _ in reads], "roster": [roster for _, roster in reads]},
    )
    con.execute(JUMPS)
    most = in_force(con, "brake_clues", run_date)
    con.execute(BRAKE, {"may_hold": complete and past_rules is not None, "most": most})


# A roster is known once a delivery of it could be used; a rule once it ran, or the ledger has a clue of it.
COUNTED = """
create or replace table braked_rules as
with used as (
    select distinct roster from deliveries where status not in ('refused', 'withdrawn')
),
known as (
    select distinct roster from delivered_before where status <> 'refused'
),
reads as (
    select unnest($rule::varchar[]) as rule, unnest($roster::varchar[]) as roster
)
select rule from ({ran} union select rule from previous_ledger)
where rule not in (
    select r.rule from reads as r
    join used as u on u.roster = r.roster
    where r.roster not in (select roster from known)
)
"""

JUMPS = """
create or replace table jumps as
with moved as (
    select rule, item, 0 as before, count(*) filter (where change = 'new') as new,
           count(*) filter (where change = 'vanished') as vanished
    from changes semi join braked_rules using (rule) group by rule, item
    union all
    select rule, item, count(*), 0, 0
    from previous_ledger semi join braked_rules using (rule) where vanished_on is null group by rule, item
)
select "by", value, before, new, vanished
from (
    select 'rule' as "by", rule as value, sum(before)::bigint as before, sum(new)::bigint as new,
           sum(vanished)::bigint as vanished
    from moved group by rule
    union all
    select 'item', item, sum(before)::bigint, sum(new)::bigint, sum(vanished)::bigint from moved group by item
)
order by "by" desc, new + vanished desc, value
"""

BRAKE = """
create or replace table brake as
select $may_hold and (new + vanished) * 2 > before and new + vanished > $most as is_held, before, new, vanished
from (
    select coalesce(sum(before), 0)::bigint as before, coalesce(sum(new), 0)::bigint as new,
           coalesce(sum(vanished), 0)::bigint as vanished
    from jumps where "by" = 'rule'
)
"""

"""What a run tells of its rules: how each ended, how many clues it has."""

from collections.abc import Iterable, Mapping

import duckdb

from huimin.deliveries.slots import Standing
from huimin.matching.rule import Rule
from huimin.tables.work import makes


@makes("rules", needs=("rule_outcomes", "clues"))
def lay_rules(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], standings: Iterable[Standing]) -> None:
    """Table `rules`: each rule's outcome, its clues, and the stale rosters it had to read."""
    stale = {standing.receipt.delivery.roster or "" for standing in standings if standing.stale}
    said = {name: ", ".join(sorted(stale & {*rule.items, *rule.reads, *rule.optional})) for name, rule in rules.items()}
    why = {name: f"stale {rosters}" for name, rosters in said.items() if rosters}
    con.execute(
        """
        create or replace table rules as
        select o.rule, o.version, o.tier, o.status, coalesce(o.why, s.why) as why, coalesce(c.clues, 0) as clues,
               o.population, o.periods_not_judged
        from rule_outcomes as o
        left join (select rule, count(*) as clues from clues group by rule) as c on c.rule = o.rule
        left join (select unnest($rule::varchar[]) as rule, unnest($why::varchar[]) as why) as s on s.rule = o.rule
        """,
        {"rule": list(why), "why": list(why.values())},
    )

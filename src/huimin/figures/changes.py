"""What is new, changed or vanished among the clues between two runs."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from huimin.tables.sql import parquet, parquet_below
from huimin.tables.work import makes

CHANGES = ("new", "continuing", "changed", "vanished")

LEDGER_CLUES = "(select * from previous_ledger where vanished_on is null)"
"""Clues of the ledger before that have not vanished: those found then, and those whose rule has not run since."""

CURRENT_CLUES = "(select c.*, n.evidence_hash from clues as c join clue_numbers as n on n.clue_id = c.clue_id)"

RULES_RAN = "(select rule from rule_outcomes where status = 'ran')"


@makes("changes", needs=("clues", "clue_numbers", "previous_ledger", "rule_outcomes"))
def lay_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Table `changes`: which clues are new, changed or vanished against the ledger of the run before, one row a clue.

    A clue of a rule that did not run has not vanished; one that comes back after it vanished is new. On the first run
    every clue is new.
    """
    con.execute(
        f"""create or replace table changes as
        select clue_id, change, rule, item, street, what from ({diff_sql(LEDGER_CLUES, CURRENT_CLUES, RULES_RAN)})
        where change <> 'continuing' order by change, rule, item, clue_id"""
    )


def compare_runs(older: Path, newer: Path, todays: Mapping[str, str]) -> pl.DataFrame:
    """Counts of clues by rule, item and street between two published runs: by, value, and one column a kind of change.

    Ordered by `by` (rule, item, street), then value, null last. Clues of rules that the newer run skipped are left out.
    `todays`: keys of earlier secrets, and what they are now.
    """
    ran = f"(select rule from {parquet(newer / 'rules.parquet')} where status = 'ran')"
    counts = ", ".join(f"count(*) filter (where change = '{change}') as {change}" for change in CHANGES)
    parts = " union all ".join(
        f"select {place} as place, '{by}' as \"by\", {by} as value, {counts} from found group by {by}"
        for place, by in enumerate(("rule", "item", "street"))
    )
    with duckdb.connect() as con:
        keys = pl.DataFrame([*todays.items()], schema={"before": pl.String, "now": pl.String}, orient="row")
        con.register("todays_keys", keys)
        con.execute(f"create table found as {diff_sql(run_clues(older), run_clues(newer), ran)}")
        return con.execute(f"select * exclude (place) from ({parts}) order by place, value nulls last").pl()


def diff_sql(earlier: str, later: str, ran: str) -> str:
    """SELECT of (clue_id, change, rule, item, street, what) over two sources of clues and one of the rules that ran.

    `what` says in Chinese which of amount, periods, tier and evidence differ, 金额 1→2；期间 1→2, null if not changed.
    Values that one side does not know (null) do not differ. Street: as of the later run in which the clue is.
    """
    return f"""
    with sides as (
        select coalesce(b.clue_id, a.clue_id) as clue_id, coalesce(b.rule, a.rule) as rule,
               coalesce(b.item, a.item) as item, case when b.clue_id is null then a.street else b.street end as street,
               a.clue_id is null as is_new, b.clue_id is null as is_gone,
               nullif(concat_ws('；',
                   case when a.amount_at_risk <> b.amount_at_risk
                       then '金额 ' || a.amount_at_risk || '→' || b.amount_at_risk end,
                   case when a.periods <> b.periods then '期间 ' || a.periods || '→' || b.periods end,
                   case when a.tier <> b.tier then '等级 ' || a.tier || '→' || b.tier end,
                   case when a.evidence_hash <> b.evidence_hash then '证据有变' end
               ), '') as differs
        from {earlier} as a full join {later} as b on b.clue_id = a.clue_id
    )
    select clue_id, rule, item, street,
           case when is_new then 'new' when is_gone then 'vanished' when differs is not null then 'changed'
               else 'continuing' end as change,
           case when not is_new and not is_gone then differs end as what
    from sides where not is_gone or rule in {ran}
    """


def run_clues(folder: Path) -> str:
    """SQL source of a published run's clues with the evidence hash that its ledger keeps, by `todays_keys`."""
    clues = parquet_below(
        folder / "clues", "rule=*/*.parquet", "hive_partitioning = true", "hive_types_autocast = false"
    )
    return f"""(select c.* replace (coalesce(k.now, c.clue_id) as clue_id),
               coalesce(e.now, l.evidence_hash) as evidence_hash
        from {clues} as c
        join {parquet(folder / "ledger.parquet")} as l on l.clue_id = c.clue_id
        left join todays_keys as k on k.before = c.clue_id
        left join todays_keys as e on e.before = l.evidence_hash)"""

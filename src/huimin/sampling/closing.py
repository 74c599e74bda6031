"""The end of a plan by somebody's hand, before all its results are in."""

from contextlib import closing
from datetime import datetime

import duckdb
import polars as pl

from huimin.audit import note
from huimin.errors import UsageError
from huimin.mount import open_work
from huimin.root import Root
from huimin.sampling.plans import CLOSES, Plan, Standing, standings_of
from huimin.verification.closing import closed_by
from huimin.verification.columns import RECHECKING, UNFOUNDED, UPHELD
from huimin.verification.fold import lay_current
from huimin.verification.records import Decision, append, held


def close_by_hand(root: Root, plan: str, reason: str, now: datetime) -> Standing:
    """How the plan stood when it was closed; the reason stands in the audit log.

    What was drawn and has no result was not checked again: it is 查否 as before, and so is all 查否 of its street and
    item, for the next plan to draw. All else ends as when a plan finishes. Raises UsageError for a plan that is not
    open, and without a reason.
    """
    if not reason.strip():
        raise UsageError("--reason", "a plan closed by hand needs a reason", "say why, for the audit log")
    with held(root), closing(open_work(None)) as con:
        standings = {standing.plan.plan: standing for standing in standings_of(lay_current(con, root))}
        standing = standings.get(plan)
        if standing is None or standing.status != "open":
            raise UsageError("--close", "no open plan of that name", "see `huimin sample --list`")
        decisions = ended(con, standing.plan)
        append(root, decisions, now, told={CLOSES: [plan]})
        note(root, now, "close", plans=[plan], closed=len(decisions), checked=standing.checked, reason=reason)
    return standing


def ended(con: duckdb.DuckDBPyConnection, plan: Plan) -> list[Decision]:
    """What becomes of the clues of a plan that ends before its time, by `previous_ledger`."""
    unchecked, upheld = (standing_as(con, plan, state) for state in (RECHECKING, UPHELD))
    population = plan.population()
    unfinished = population.filter(pl.col("target").is_in(unchecked)).select("street", "item").unique()
    kept = population.join(unfinished, on=["street", "item"], how="semi", nulls_equal=True)
    stays = {*kept["target"]} - {*upheld}
    return [
        *(Decision(kind="close", plan=plan.plan, clue_id=clue, state=UNFOUNDED) for clue in unchecked),
        *(decision for decision in closed_by(con, plan) if decision.clue_id not in stays),
    ]


def standing_as(con: duckdb.DuckDBPyConnection, plan: Plan, state: str) -> list[str]:
    """The clues that the plan drew and that stand so, ascending."""
    sql = "select clue_id from previous_ledger where state = $state and plan = $plan order by clue_id"
    return [clue for (clue,) in con.execute(sql, {"state": state, "plan": plan.plan}).fetchall()]

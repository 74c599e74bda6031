"""What the end of a sampling plan closes: whoever was upheld, and whoever could have been drawn and was not."""

from contextlib import closing
from datetime import datetime

import duckdb

from huimin.ledger.current import lay_current
from huimin.ledger.plans import CLOSES, UNFOUNDED_KINDS, Plan, Standing, standings_of
from huimin.ledger.records import Decision, append
from huimin.ledger.states import CLOSED, RECHECKING, UNFOUNDED, UPHELD
from huimin.store.audit import note
from huimin.store.root import Root
from huimin.tables.work import open_work


def close_finished(root: Root, now: datetime) -> tuple[str, ...]:
    """The plans closed now, by name: open ones that wait for no result any more. Inside `held(root)`."""
    with closing(open_work(None)) as con:
        records = lay_current(con, root)
        done = [standing.plan for standing in standings_of(records) if is_finished(con, standing)]
        decisions = [decision for plan in done for decision in closed_by(con, plan)]
    names = tuple(plan.plan for plan in done)
    if names:
        append(root, decisions, now, told={CLOSES: list(names)})
        note(root, now, "close", plans=list(names), closed=len(decisions))
    return names


def is_finished(con: duckdb.DuckDBPyConnection, standing: Standing) -> bool:
    """Whether an open plan waits for nobody, by `previous_ledger`. A drawn clue exempted meanwhile needs no result."""
    plan = standing.plan
    if standing.status != "open" or not plan.drawn:
        return False
    if plan.kind not in UNFOUNDED_KINDS:
        return standing.checked >= plan.drawn
    waiting = con.execute(
        "select count(*) from previous_ledger where state = $state and plan = $plan",
        {"state": RECHECKING, "plan": plan.plan},
    ).fetchall()
    return waiting == [(0,)]


def closed_by(con: duckdb.DuckDBPyConnection, plan: Plan) -> list[Decision]:
    """已销号 are 查否维持 of the plan, and 查否 of its population not drawn that rest on the same evidence."""
    if plan.kind not in UNFOUNDED_KINDS:
        return []
    con.register("undrawn", plan.population().join(plan.targets(), on="target", how="anti"))
    found = con.execute(
        """select clue_id from previous_ledger where state = $upheld and plan = $plan
           union
           select p.clue_id from previous_ledger as p join undrawn as u on u.target = p.clue_id
           where p.state = $unfounded and u.evidence is not distinct from p.decided_evidence
           order by clue_id""",
        {"upheld": UPHELD, "plan": plan.plan, "unfounded": UNFOUNDED},
    ).fetchall()
    con.unregister("undrawn")
    return [Decision(kind="close", plan=plan.plan, clue_id=clue, state=CLOSED) for (clue,) in found]

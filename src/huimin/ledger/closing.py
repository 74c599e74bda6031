"""The end of a plan: all its results are in, or somebody ends it by hand."""

from contextlib import closing
from datetime import datetime

import duckdb

from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.current import lay_current
from huimin.ledger.plans import CLOSES, UNFOUNDED_KINDS, PlanResult, SamplingPlan, plan_results
from huimin.ledger.records import Decision, append, held
from huimin.ledger.states import CLOSED, RECHECKING, UNFOUNDED, UPHELD
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.root import Root
from huimin.tables.work import open_work


def close_finished(root: Root, now: datetime) -> tuple[str, ...]:
    """The plans closed now, by name: open ones of which nothing is waited for any more. To be called inside `held`.

    Of a re-check, 查否维持 and the 查否 that it could have drawn and did not are 已销号. Raises PublishError when a
    record is damaged.
    """
    with closing(open_work(None)) as con:
        results = plan_results(lay_current(con, root))
        done = [result.plan for result in results if result.status == "open" and not waited_for(con, result)]
        decisions = [decision for plan in done for decision in ended(con, plan)]
    names = tuple(plan.plan for plan in done)
    if names:
        append(root, decisions, now, told={CLOSES: list(names)})
        note(root, now, "close", plans=list(names), closed=len(decisions))
    return names


def close_by_hand(root: Root, plan: str, reason: str, now: datetime) -> PlanResult:
    """How the plan stood when it was closed; the reason stands in the audit log.

    What was drawn and has no result was not checked again: it is 查否 as before, and so is all 查否 of its street and
    item, for the next plan to draw. All else ends as when a plan finishes. Raises UsageError for a plan that is not
    open, and without a reason.
    """
    if not reason.strip():
        raise UsageError("--reason", _("a plan closed by hand needs a reason"), _("say why, for the audit log"))
    with written_whole(root.state), held(root), closing(open_work(None)) as con:
        results = {result.plan.plan: result for result in plan_results(lay_current(con, root))}
        result = results.get(plan)
        if result is None or result.status != "open":
            raise UsageError("--close", _("no open plan of that name"), _("see `huimin sample --list`"))
        decisions = ended(con, result.plan)
        append(root, decisions, now, told={CLOSES: [plan]})
        note(root, now, "close", plans=[plan], closed=len(decisions), checked=result.checked, reason=reason)
    return result


def waited_for(con: duckdb.DuckDBPyConnection, result: PlanResult) -> bool:
    """Whether something that the plan drew has no result; a plan that drew nothing is ended by hand alone.

    A drawn clue that was exempted meanwhile needs no result.
    """
    if not result.plan.drawn:
        return True
    if result.plan.kind not in UNFOUNDED_KINDS:
        return result.checked < result.plan.drawn
    waiting = con.execute(
        "select count(*) from previous_ledger where state = $state and plan = $plan",
        {"state": RECHECKING, "plan": result.plan.plan},
    ).fetchall()
    return waiting != [(0,)]


def ended(con: duckdb.DuckDBPyConnection, plan: SamplingPlan) -> list[Decision]:
    """What becomes of the clues that the plan could draw, by `previous_ledger`."""
    if plan.kind not in UNFOUNDED_KINDS:
        return []
    states = {"unfounded": UNFOUNDED, "upheld": UPHELD, "rechecking": RECHECKING, "closed": CLOSED}
    con.register("population", plan.population())
    found = con.execute(ENDS, {"plan": plan.plan, **states}).fetchall()
    con.unregister("population")
    return [Decision(kind="close", plan=plan.plan, clue_id=clue, state=state) for clue, state in found]


# A clue that was opened again and found 查否 anew, on other evidence, is not what the plan judged.
ENDS = """
with standing as (
    select l.clue_id, l.state, p.street, p.item, l.plan is not distinct from $plan as is_drawn,
           l.decided_evidence is not distinct from p.evidence as is_same
    from population as p join previous_ledger as l on l.clue_id = p.target
),
unfinished as (
    select distinct street, item, true as is_unfinished from standing where is_drawn and state = $rechecking
)
select s.clue_id, case s.state when $rechecking then $unfounded else $closed end as state
from standing as s
left join unfinished as u on u.street is not distinct from s.street and u.item is not distinct from s.item
where (s.is_drawn and s.state in ($rechecking, $upheld))
   or (s.state = $unfounded and s.is_same and u.is_unfinished is null)
order by s.clue_id
"""

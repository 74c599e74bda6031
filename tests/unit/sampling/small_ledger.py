"""A published run whose ledger is drawn as text, and decisions on it, for tests of plans."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from huimin.ledger.closing import close_finished
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_previous
from huimin.ledger.plans import PlanKind, PlanResult, SamplingPlan, plan_results
from huimin.ledger.records import Decision, append, held, records_of
from huimin.publishing.publish import point
from huimin.sampling.drawing import Asked, plan_for
from huimin.store.manifest import MANIFEST, Manifest, outputs_in
from huimin.store.root import Root
from huimin.tables.work import open_work
from unit.published_run import facts
from unit.work_database import contracts, fill

MOMENT = datetime(2023, 9, 2, 9, tzinfo=UTC)
MINUTES = count()
STREETS = ("东街", "西街", None)
ITEMS = ("urban_dibao", "tekun")


def clue(number: int) -> str:
    return f"{number:016x}"


def ledger(size: int = 36, state: str = "查否") -> str:
    """So many clues in that state over three streets and two items, and one of each other kind."""
    rows = [
        f"{clue(n)} | deceased | {ITEMS[n // 3 % 2]} | {STREETS[n % 3] or ''} | {state} | {state} | e{n}"
        for n in range(size)
    ]
    others = [
        f"{clue(900 + n)} | deceased | tekun | 东街 | {other} | | e"
        for n, other in enumerate(("待核查", "豁免", "查实", "查否维持"))
    ]
    head = "clue_id | rule | item | street | state | outcome | decided_evidence"
    return "\n".join([head, *rows, *others])


def published(folder: Path, text: str | None = None, run: str = "20230901T020000-abc123") -> Root:
    """A root whose only run has that ledger: what a plan of clues reads of a run, and no more."""
    root = Root(folder)
    root.prepare()
    root.secret()
    place = root.published / run
    place.mkdir()
    with open_work(None) as con:
        lay_previous(con, None)
        fill(con, "previous_ledger", ledger() if text is None else text)
        con.execute(f"copy previous_ledger to '{place}/ledger.parquet'")
    (place / MANIFEST).write_text(Manifest(facts(run), {}, outputs_in(place)).as_json(), encoding="utf-8")
    point(root.published, run)
    return root


def asked(kind: PlanKind = "recheck", rate: str = "0.2", seed: int = 1) -> Asked:
    return Asked(kind, Decimal(rate), seed)


def draw(root: Root, kind: PlanKind = "recheck", rate: str = "0.2", seed: int = 1) -> SamplingPlan:
    plan = plan_for(root, contracts(), asked(kind, rate, seed), later())
    assert plan is not None
    return plan


def later() -> datetime:
    return MOMENT + timedelta(minutes=next(MINUTES))


def closed_tonight(root: Root) -> tuple[str, ...]:
    """The plans that a night closes, by name."""
    with held(root):
        return close_finished(root, later())


def decide(root: Root, *decisions: Decision) -> None:
    with held(root):
        append(root, decisions, later())


def returned(root: Root, plan: SamplingPlan, targets: Sequence[str], outcome: str = "查否维持") -> None:
    """Results of clues that the plan drew."""
    decide(root, *(
        Decision(kind=plan.kind, plan=plan.plan, clue_id=target, state=outcome, outcome=outcome) for target in targets
    ))  # fmt: skip


def states(root: Root) -> dict[str, str]:
    """Where every clue stands now."""
    with open_work(None) as con:
        lay_current(con, root)
        return dict(con.execute("select clue_id, state from previous_ledger").fetchall())


def standing(root: Root, plan: SamplingPlan) -> PlanResult:
    return next(found for found in plan_results(records_of(root)) if found.plan.plan == plan.plan)


def targets(plan: SamplingPlan) -> list[str]:
    return plan.targets()["target"].to_list()


def strata(plan: SamplingPlan) -> dict[tuple[str | None, str], tuple[int, int]]:
    return {(street, item): (size, drawn) for street, item, size, drawn in plan.strata().rows()}

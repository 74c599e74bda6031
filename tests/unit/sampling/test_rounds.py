"""Many rounds of finding, drawing, checking and closing: what must hold whatever people do next."""

import random
from pathlib import Path

import pytest

from huimin.ledger.closing import close_by_hand
from huimin.ledger.plans import plan_results, plans_of
from huimin.ledger.records import Decision, records_of
from huimin.sampling.drawing import plan_for
from huimin.store.root import Root
from unit.sampling.small_ledger import asked, closed_tonight, clue, decide, later, published, returned, states, targets
from unit.work_database import contracts

SIZE = 40
HEAD = "clue_id | rule | item | street | state | evidence_hash"
OPEN = "\n".join([HEAD, *(f"{clue(n)} | car | item{n % 2} | 街{n % 3} | 待核查 | e{n}" for n in range(SIZE))])
ARROWS = {
    "待核查": {"查否", "查实"},
    "查否": {"复核中", "已销号"},
    "复核中": {"查否维持", "改判查实", "查否"},
    "查否维持": {"已销号"},
    "查实": set(),
    "改判查实": set(),
    "已销号": set(),
}
"""Where one step may lead; 复核中 to 查否 when a plan is withdrawn or ends unchecked."""


def step(root: Root, chance: random.Random) -> None:
    stand = states(root)
    open_plans = [found.plan for found in plan_results(records_of(root)) if found.status == "open"]
    act = chance.choice(["find", "find", "draw", "draw", "check", "check", "check", "close"])
    if act == "find":
        waiting = [name for name, state in stand.items() if state == "待核查"]
        for name in chance.sample(sorted(waiting), min(len(waiting), 6)):
            found = chance.choice(["查否", "查否", "查实"])
            evidence = {"evidence_hash": f"e{int(name, 16)}"}
            decide(root, Decision(kind="ledger", clue_id=name, state=found, outcome=found, **evidence))
    elif act == "draw":
        kind = chance.choice(["recheck", "cross"])
        plan_for(root, contracts(), asked(kind, chance.choice(["0.2", "0.5"]), chance.randrange(3)), later())
    elif act == "check" and open_plans:
        plan = chance.choice(open_plans)
        waiting = [name for name in targets(plan) if stand[name] == "复核中"]
        part = waiting[: chance.randrange(len(waiting) + 1)]
        if part:
            returned(root, plan, part, chance.choice(["查否维持", "查否维持", "改判查实"]))
        closed_tonight(root)
    elif act == "close" and open_plans and chance.random() < 0.3:
        close_by_hand(root, chance.choice(open_plans).plan, "试", later())


@pytest.mark.parametrize("seed", range(3))
def test_rounds(tmp_path: Path, seed: int) -> None:
    root, chance = published(tmp_path, OPEN), random.Random(seed)
    before = states(root)
    for _ in range(20):
        step(root, chance)
        now = states(root)
        for name, state in now.items():
            was = before[name]
            # one step may find several, and close a plan right after its last result
            allowed = {was} | ARROWS[was] | {after for next_one in ARROWS[was] for after in ARROWS[next_one]}
            assert state in allowed, (was, state)
        before = now
        records = records_of(root)
        standings = plan_results(records)
        drawn = [(name, found) for found in standings if found.status == "open" for name in targets(found.plan)]
        held_by = [name for name, _ in drawn if now[name] == "复核中"]
        assert sorted(held_by) == sorted(name for name, state in now.items() if state == "复核中")
        for kind in ("recheck", "cross"):
            empty = [
                found for found in standings if found.status == "open" and found.plan.kind == kind and not found.checked
            ]
            assert len(empty) <= 1, "an open plan without results is withdrawn by the next"
        for found in standings:
            assert found.checked <= found.plan.drawn
            assert found.status != "withdrawn" or found.checked == 0
        assert [plan.records for plan in plans_of(records)] == sorted(plan.records for plan in plans_of(records))
    assert "已销号" in now.values() or "复核中" in now.values()

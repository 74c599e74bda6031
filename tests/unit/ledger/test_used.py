"""Which ledger and which records a run goes on from, and that none of them is gone or changed."""

from pathlib import Path
from typing import Any

import pytest

from huimin.errors import PublishError, UsageError
from huimin.ledger.closing import close_by_hand, close_finished
from huimin.ledger.current import latest_ledger, lay_current, seen_through, used_records
from huimin.ledger.records import Decision, append, held
from huimin.store.archive import hash_file
from huimin.store.audit import notes
from huimin.store.manifest import UsedFile
from huimin.store.root import Root
from huimin.tables.work import open_work
from unit.sampling.small_ledger import closed_tonight, clue, draw, later, ledger, published, returned, states, targets

RUN = "20230901T020000-abc123"
FOUND = Decision(kind="ledger", clue_id=clue(900), state="查实", outcome="查实", evidence_hash="e")


def take(root: Root, *decisions: Decision) -> Path:
    """The receipt of a record of these decisions."""
    with held(root):
        return append(root, decisions, later()).folder / "receipt.json"


def used(root: Root, place: Path, run: str) -> UsedFile:
    return UsedFile(place.relative_to(root.path).as_posix(), hash_file(place), run)


def test_the_ledger_is_the_newest_runs_as_it_was_written(tmp_path: Path) -> None:
    root = published(tmp_path)
    place = root.published / RUN / "ledger.parquet"
    assert latest_ledger(root) == used(root, place, RUN)
    with place.open("ab") as opened:
        opened.write(b" ")
    with pytest.raises(PublishError) as caught:
        latest_ledger(root)
    assert caught.value.where == str(place)
    place.unlink()
    with pytest.raises(PublishError, match="gone or damaged"):
        latest_ledger(root)


def test_before_the_first_run_there_is_no_ledger(tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.prepare()
    assert latest_ledger(root) is None
    place = take(root, FOUND)
    assert used_records(root, "r1") == (used(root, place, "r1"),)
    with open_work(None) as con, pytest.raises(UsageError, match="nothing is published"):
        lay_current(con, root)


def test_a_run_lists_its_own_records_behind_those_of_the_runs_before(tmp_path: Path) -> None:
    root = published(tmp_path)
    assert used_records(root, "r2") == ()
    first, second = take(root, FOUND), take(root)
    assert used_records(root, "r2") == (used(root, first, "r2"), used(root, second, "r2"))


def test_a_new_record_that_is_damaged_stops_the_run(tmp_path: Path) -> None:
    root = published(tmp_path)
    place = take(root, FOUND)
    (place.parent / "decisions.parquet").write_bytes(b"")
    with pytest.raises(PublishError) as caught:
        used_records(root, "r2")
    assert caught.value.where == str(place.parent / "decisions.parquet")


@pytest.mark.parametrize("damage", [Path.unlink, lambda place: place.write_bytes(place.read_bytes() + b" ")])
def test_a_listed_record_that_is_gone_or_changed_is_named(tmp_path: Path, damage: Any) -> None:
    root = published(tmp_path)
    first, second = take(root, FOUND), take(root)
    listed = used_records(root, "r2")
    assert [record.record for record in seen_through(root, listed)] == [first.parent.name, second.parent.name]
    damage(second)
    with pytest.raises(PublishError) as caught:
        seen_through(root, listed)
    assert caught.value.where == str(second)


def test_what_was_decided_since_moves_the_ledger_on(tmp_path: Path) -> None:
    root = published(tmp_path)
    assert states(root)[clue(900)] == "待核查"
    place = take(root, FOUND)
    with open_work(None) as con:
        assert [record.folder for record in lay_current(con, root)] == [place.parent]
    assert states(root)[clue(900)] == "查实"


def test_a_plan_that_drew_nothing_is_ended_by_hand_alone(tmp_path: Path) -> None:
    root = published(tmp_path)
    told = {"kind": "spot", "rate": "0.1", "seed": 1, "run": RUN, "records": 0, "drawn": 0}
    with held(root):
        plan = append(root, [], later(), told={"plan": told})
        assert close_finished(root, later()) == ()
    assert close_by_hand(root, plan.record, "没有可抽的", later()).checked == 0


def test_a_spot_check_ends_with_its_last_result_and_moves_no_clue(tmp_path: Path) -> None:
    root = published(tmp_path)
    told = {"kind": "spot", "rate": "0.1", "seed": 1, "run": RUN, "records": 0, "drawn": 2}
    with held(root):
        plan = append(root, [], later(), told={"plan": told}).record
    before = states(root)
    for number, closed in ((1, ()), (2, (plan,))):
        take(root, Decision(kind="spot", plan=plan, clue_id=clue(number), outcome="未发现问题"))
        assert closed_tonight(root) == closed
    assert states(root) == before
    assert [(note["plans"], note["closed"]) for note in notes(root, "close")] == [([plan], 0)]


def test_a_drawn_clue_that_was_exempted_needs_no_result(tmp_path: Path) -> None:
    root = published(tmp_path, ledger(6))
    plan = draw(root)
    exempted, *rest = targets(plan)
    take(root, Decision(kind="ledger", clue_id=exempted, state="豁免"))
    returned(root, plan, rest)
    assert closed_tonight(root) == (plan.plan,)
    (told,) = notes(root, "close")
    assert (told["plans"], told["closed"]) == ([plan.plan], list(states(root).values()).count("已销号"))


def test_found_anew_on_other_evidence_a_clue_is_not_what_the_plan_judged(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root)
    anew, same = [name for name, state in states(root).items() if state == "查否"][:2]
    take(root, Decision(kind="ledger", clue_id=anew, state="查否", outcome="查否", evidence_hash="other"))
    returned(root, plan, targets(plan))
    assert closed_tonight(root) == (plan.plan,)
    stand = states(root)
    assert (stand[anew], stand[same]) == ("查否", "已销号")


def test_by_hand_nothing_ends_without_a_reason_and_why_is_kept(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root)
    with pytest.raises(UsageError, match="needs a reason"):
        close_by_hand(root, plan.plan, " \n", later())
    found = close_by_hand(root, plan.plan, "年底清理", later())
    assert (found.status, found.checked, found.plan.plan) == ("open", 0, plan.plan)
    (told,) = notes(root, "close")
    assert (told["plans"], told["checked"], told["reason"]) == ([plan.plan], 0, "年底清理")
    assert told["closed"] == plan.drawn
    assert set(states(root).values()) == {"查否", "待核查", "豁免", "查实", "查否维持"}

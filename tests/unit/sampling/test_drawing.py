"""Plans of clues found 查否: drawn once, withdrawn before their first result, gone on from after it."""

from decimal import Decimal
from pathlib import Path

import pytest

from huimin.errors import UsageError
from huimin.ledger.closing import close_by_hand
from huimin.ledger.plans import plan_results
from huimin.ledger.records import Decision, records_of
from huimin.sampling.drawing import draw_again, plan_for
from unit.sampling.small_ledger import (
    asked,
    closed_tonight,
    clue,
    decide,
    draw,
    later,
    ledger,
    published,
    returned,
    standing,
    states,
    strata,
    targets,
)
from unit.work_database import contracts


def test_a_fifth_of_each_street_and_item_becomes_rechecked(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root)
    assert strata(plan) == {
        (street, item): (6, 2) for street in ("东街", "西街", None) for item in ("urban_dibao", "tekun")
    }
    assert plan.drawn == len(targets(plan)) == 12
    stand = states(root)
    assert {target for target, state in stand.items() if state == "复核中"} == {*targets(plan)}
    assert sorted(stand.values()).count("查否") == 24
    assert [stand[clue(900 + n)] for n in range(4)] == ["待核查", "豁免", "查实", "查否维持"]
    assert plan.as_of == "20230901T020000-abc123+0"
    for place in (plan.record.folder, *plan.record.folder.iterdir()):
        assert place.stat().st_mode & 0o077 == 0


def test_the_same_command_gives_the_stored_plan(tmp_path: Path) -> None:
    root = published(tmp_path)
    first = draw(root)
    assert draw(root) == first
    assert draw(root, rate="0.20") == first
    assert len(records_of(root)) == 1
    returned(root, first, targets(first)[:3])
    assert draw(root) == first


@pytest.mark.parametrize(("rate", "seed"), [("0.2", 2), ("0.5", 1)], ids=["seed", "rate"])
def test_without_a_result_another_draw_withdraws_the_open_plan(tmp_path: Path, rate: str, seed: int) -> None:
    root = published(tmp_path)
    first = draw(root)
    second = draw(root, rate=rate, seed=seed)
    assert second.population().equals(first.population())
    assert second.as_of == "20230901T020000-abc123+1"
    assert (standing(root, first).status, standing(root, second).status) == ("withdrawn", "open")
    stand = states(root)
    assert {target for target, state in stand.items() if state == "复核中"} == {*targets(second)}
    assert all(stand[target] == "查否" for target in {*targets(first)} - {*targets(second)})
    # and back: the same population, seed and rate draw the same again, as a plan of its own
    third = draw(root)
    assert targets(third) == targets(first)
    assert third.plan != first.plan
    log = (root.state / "audit.jsonl").read_text()
    assert all(plan.plan in log for plan in (first, second, third))


def test_after_a_result_a_new_plan_draws_only_outside_the_population(tmp_path: Path) -> None:
    root = published(tmp_path)
    first = draw(root)
    returned(root, first, targets(first)[:1])
    assert plan_for(root, contracts(), asked(seed=2), later()) is None
    fresh = [clue(900), clue(902)]
    decide(
        root, *(Decision(kind="ledger", clue_id=new, state="查否", outcome="查否", evidence_hash="x") for new in fresh)
    )
    second = draw(root, seed=2)
    assert sorted(second.population()["target"]) == fresh
    assert second.drawn == 1
    assert [found.status for found in plan_results(records_of(root))] == ["open", "open"]


def test_a_clue_found_anew_on_other_evidence_is_outside_the_population(tmp_path: Path) -> None:
    root = published(tmp_path)
    first = draw(root)
    returned(root, first, targets(first)[:1])
    again = next(target for target, state in states(root).items() if state == "查否")
    decide(root, Decision(kind="ledger", clue_id=again, state="查否", outcome="查否", evidence_hash="other"))
    assert targets(draw(root, seed=2)) == [again]


def test_with_all_results_the_plan_closes_what_was_upheld_and_what_was_not_drawn(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root)
    drawn = targets(plan)
    returned(root, plan, drawn[:-1])
    assert closed_tonight(root) == ()
    returned(root, plan, drawn[-1:], "改判查实")
    late = Decision(kind="ledger", clue_id=clue(900), state="查否", outcome="查否", evidence_hash="x")
    decide(root, late)
    assert closed_tonight(root) == (plan.plan,)
    assert closed_tonight(root) == ()
    stand = states(root)
    assert {target: stand[target] for target in drawn} == dict.fromkeys(drawn[:-1], "已销号") | {drawn[-1]: "改判查实"}
    assert all(stand[clue(n)] == "已销号" for n in range(36) if clue(n) not in drawn)
    assert stand[clue(900)] == "查否"
    ended = standing(root, plan)
    assert (ended.status, ended.checked, ended.found) == ("closed", 12, 1)
    assert draw(root).population()["target"].to_list() == [clue(900)]


def test_closed_by_hand_only_what_was_checked_again_is_settled(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root)
    whole = plan.targets().filter(street="东街", item="tekun")["target"].to_list()
    partly = plan.targets().filter(street="西街", item="tekun")["target"].to_list()
    returned(root, plan, [*whole, partly[0]])
    with pytest.raises(UsageError, match="reason"):
        close_by_hand(root, plan.plan, " ", later())
    with pytest.raises(UsageError, match="no open plan"):
        close_by_hand(root, "000009-aaaaaaaaaaaa", "重复", later())
    assert close_by_hand(root, plan.plan, "年底清理", later()).checked == 3
    with pytest.raises(UsageError, match="no open plan"):
        close_by_hand(root, plan.plan, "年底清理", later())
    assert "年底清理" in (root.state / "audit.jsonl").read_text()
    stand = states(root)
    rows = plan.population().rows(named=True)
    settled = {row["target"] for row in rows if (row["street"], row["item"]) == ("东街", "tekun")} | {partly[0]}
    assert {row["target"] for row in rows if stand[row["target"]] == "已销号"} == settled
    assert all(stand[row["target"]] == "查否" for row in rows if row["target"] not in settled)
    # the next plan takes what was left
    assert {*draw(root).population()["target"]} == {row["target"] for row in rows} - settled


def test_a_cross_check_goes_to_another_street_in_even_parts(tmp_path: Path) -> None:
    root = published(tmp_path)
    plan = draw(root, "cross")
    rows = plan.targets().select("street", "checker").rows()
    assert len(rows) == 12
    assert all(street != checker and checker in ("东街", "西街") for street, checker in rows)
    assert sorted(checker for _, checker in rows).count("东街") == 6
    assert plan.streets()["street"].to_list() == ["东街", "西街"]


def test_a_cross_check_needs_two_streets(tmp_path: Path) -> None:
    one = "\n".join(line for line in ledger().splitlines() if "西街" not in line)
    with pytest.raises(UsageError, match="no other street"):
        draw(published(tmp_path, one), "cross")


def test_two_kinds_share_what_was_found(tmp_path: Path) -> None:
    root = published(tmp_path)
    recheck, cross = draw(root), draw(root, "cross")
    assert not {*targets(recheck)} & {*targets(cross)}
    assert {found.status for found in plan_results(records_of(root))} == {"open"}


def test_what_was_drawn_is_drawn_again_from_the_ledger_of_then(tmp_path: Path) -> None:
    root = published(tmp_path)
    first = draw(root)
    second = draw(root, rate="0.5", seed=9)
    returned(root, second, targets(second))
    closed_tonight(root)
    for plan, what in ((first, asked()), (second, asked(rate="0.5", seed=9))):
        made = draw_again(root, contracts(), what, plan.as_of)
        assert made.drawn.equals(plan.targets())
        assert made.strata.equals(plan.strata())
    other = draw_again(root, contracts(), asked(seed=5), first.as_of)
    assert other.population.equals(first.population())
    assert other.drawn["target"].to_list() != targets(first)
    # a kind that was not drawn then: from the run's ledger and the records of then
    assert draw_again(root, contracts(), asked("cross"), first.as_of).population.height == 36
    assert draw_again(root, contracts(), asked("cross"), second.as_of).population.height == 24
    assert len(records_of(root)) == 4


@pytest.mark.parametrize(
    "as_of",
    ["20230901T020000-abc123+99", "20230901T020000-abc124+0", "20230901T020000-abc123", "../x+0", "+0", "latest+0"],
)
def test_a_ledger_that_never_was_is_a_wrong_use(tmp_path: Path, as_of: str) -> None:
    with pytest.raises(UsageError) as caught:
        draw_again(published(tmp_path), contracts(), asked(), as_of)
    assert caught.value.where == "--as-of"


def test_before_the_first_run_nothing_can_be_drawn(tmp_path: Path) -> None:
    from huimin.store.root import Root

    Root(tmp_path).prepare()
    with pytest.raises(UsageError, match="nothing is published"):
        plan_for(Root(tmp_path), contracts(), asked(), later())


def test_nothing_found_unfounded_is_no_plan(tmp_path: Path) -> None:
    root = published(tmp_path, ledger(0))
    assert plan_for(root, contracts(), asked(), later()) is None
    assert records_of(root) == ()


def test_another_machine_draws_the_same(tmp_path: Path) -> None:
    lines = ledger().splitlines()
    one, other = tmp_path / "a", tmp_path / "b"
    for folder in (one, other):
        folder.mkdir()
    first = draw(published(one, "\n".join(lines)))
    second = draw(published(other, "\n".join([lines[0], *reversed(lines[1:])])))
    assert second.targets().equals(first.targets())
    assert second.rate == Decimal("0.2")

"""Plans and how they stand, read from records: what counts as a result, what was found, and how a plan ended."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from huimin.ledger.plans import drawn_lists, open_plans, plan_results, plans_of, results_of
from huimin.ledger.records import Decision, Record, append, records_of
from huimin.store.root import Root

NOW = datetime(2023, 9, 2, 9, tzinfo=UTC)


class Taken:
    """Records as they are taken, a minute apart."""

    def __init__(self, root: Root, folder: Path) -> None:
        self.root, self.folder, self.count = root, folder, 0

    def add(self, *decisions: Decision, told: Mapping[str, Any] | None = None, **frames: pl.DataFrame) -> Record:
        self.count += 1
        files = {}
        for name, frame in frames.items():
            files[f"{name}.parquet"] = self.folder / f"{name}.parquet"
            frame.write_parquet(files[f"{name}.parquet"])
        return append(self.root, decisions, NOW + timedelta(minutes=self.count), files=files, told=told)

    def plan(self, kind: str, size: int, **frames: pl.DataFrame) -> str:
        told = {"kind": kind, "rate": "0.20", "seed": 7, "run": "r1", "records": 3, "drawn": size}
        return self.add(told={"plan": told}, **frames).record

    def results(self, plan: str | None, kind: str, outcomes: Sequence[tuple[str, str | None]]) -> None:
        self.add(*(Decision(kind=kind, plan=plan, clue_id=c, outcome=o) for c, o in outcomes))  # type: ignore[arg-type]

    def standing(self) -> list[tuple[str, int, int]]:
        return [(found.status, found.checked, found.found) for found in plan_results(records_of(self.root))]


@pytest.fixture
def taken(held_root: Root, tmp_path: Path) -> Taken:
    return Taken(held_root, tmp_path)


def test_a_plan_is_read_as_it_was_drawn(taken: Taken) -> None:
    frames = {name: pl.DataFrame({"told": [name]}) for name in ("drawn", "population", "streets", "strata")}
    taken.add(Decision(kind="ledger", clue_id="c", outcome="查否"))
    name = taken.plan("spot", 4, **frames)
    (plan,) = plans_of(records_of(taken.root))
    assert (plan.plan, plan.kind, plan.rate, plan.seed, plan.run, plan.records, plan.drawn) == (
        name, "spot", Decimal("0.20"), 7, "r1", 3, 4
    )  # fmt: skip
    assert (plan.as_of, plan.drawn_at) == ("r1+3", NOW + timedelta(minutes=2))
    read = {"drawn": plan.targets, "population": plan.population, "streets": plan.streets, "strata": plan.strata}
    assert {name: frame()["told"].to_list() for name, frame in read.items()} == {name: [name] for name in frames}
    assert plan.lots()["told"].to_list() == ["population"]
    assert drawn_lists(records_of(taken.root)) == [plan.record.folder / "drawn.parquet"]


def test_the_last_result_of_a_target_counts_and_only_results_of_plans_do(taken: Taken) -> None:
    first, other = taken.plan("recheck", 3), taken.plan("visits", 2)
    taken.results(first, "recheck", [("c1", "查否维持"), ("c2", "改判查实"), ("c3", None)])
    taken.results(first, "recheck", [("c1", "改判查实")])
    taken.results(None, "ledger", [("c3", "查实")])
    taken.add(Decision(kind="visits", plan=other, target_key="h1", outcome="发现问题"))
    taken.add(Decision(kind="visits", plan=other, target_key="h2", outcome="未发现问题"))
    assert sorted(results_of(records_of(taken.root)).rows()) == sorted([
        (first, "c1", "改判查实"), (first, "c2", "改判查实"), (other, "h1", "发现问题"), (other, "h2", "未发现问题"),
    ])  # fmt: skip
    assert taken.standing() == [("open", 2, 2), ("open", 2, 1)]


def test_every_kind_of_plan_has_results(taken: Taken) -> None:
    for kind in ("recheck", "spot", "visits", "cross"):
        taken.results(taken.plan(kind, 1), kind, [("c1", "查否维持")])
    assert taken.standing() == [("open", 1, 0)] * 4


def test_without_a_result_nothing_was_checked(taken: Taken) -> None:
    taken.plan("recheck", 3)
    assert taken.standing() == [("open", 0, 0)]
    assert results_of([]).is_empty()


def test_a_plan_that_was_withdrawn_or_closed_is_open_no_more(taken: Taken) -> None:
    names = [taken.plan("recheck", 1) for _ in range(3)]
    taken.add(told={"withdraws": names[:1]})
    taken.add(told={"closes": names[2:]})
    assert [status for status, *_ in taken.standing()] == ["withdrawn", "open", "closed"]
    assert open_plans(records_of(taken.root)) == names[1:2]

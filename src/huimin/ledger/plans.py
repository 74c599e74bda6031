"""The plans that were drawn and how they stand: read from the verification records, where each draw is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import polars as pl

from huimin.ledger.records import Record
from huimin.ledger.states import CHECKED_OUTCOMES, OVERTURNED
from huimin.store.encrypted import scan

PlanKind = Literal["recheck", "spot", "visits", "cross"]


KINDS: tuple[PlanKind, ...] = ("recheck", "spot", "visits", "cross")


UNFOUNDED_KINDS: tuple[PlanKind, ...] = ("recheck", "cross")
"""Kinds that draw clues found 查否 and check them again."""

POPULATION, DRAWN, STRATA = "population.parquet", "drawn.parquet", "strata.parquet"
STREETS_FILE = "streets.parquet"
STREETS = pl.Schema({"street": pl.String(), "beneficiaries": pl.Int64(), "clues": pl.Int64()})
PLAN, WITHDRAWS, CLOSES = "plan", "withdraws", "closes"
"""Keys of a record's receipt: the plan that it drew, the plans that it withdrew, the plans that it closed."""

FINDINGS = (OVERTURNED, CHECKED_OUTCOMES[1])
RESULT_COLUMNS = ["kind", "plan", "clue_id", "target_key", "outcome"]

PlanStatus = Literal["open", "closed", "withdrawn"]


@dataclass(frozen=True)
class SamplingPlan:
    """One draw as it was kept."""

    plan: str
    """Its record's name."""
    kind: PlanKind
    rate: Decimal
    seed: int
    run: str
    """The run whose ledger and rosters it was drawn from."""
    records: int
    """How many verification records had been taken by then."""
    drawn_at: datetime
    record: Record
    drawn: int
    """Targets."""

    @property
    def as_of(self) -> str:
        """The ledger that it was drawn from: a run and the records folded onto it."""
        return f"{self.run}+{self.records}"

    def targets(self) -> pl.DataFrame:
        """Who was drawn, in the order to be checked: `draw.TARGETS` and checker.

        Spot checks and visits also have community, name, id_number and told: restricted.
        """
        return scan(self.record.file(DRAWN)).collect()

    def population(self) -> pl.DataFrame:
        """Whoever could have been drawn (`draw.TARGETS`)."""
        return scan(self.record.file(POPULATION)).collect()

    def lots(self) -> pl.DataFrame:
        """The population under the keys of the secret that it was drawn with: the order of the draw hangs on them."""
        return scan(self.record.folder / POPULATION).collect()

    def streets(self) -> pl.DataFrame:
        """`STREETS`: of a spot check in the order to be checked, of a cross check those that check; else empty."""
        return scan(self.record.file(STREETS_FILE)).collect()

    def strata(self) -> pl.DataFrame:
        """A stratum a row, as it was drawn."""
        return scan(self.record.file(STRATA)).collect()


@dataclass(frozen=True)
class PlanResult:
    """A plan and what came back."""

    plan: SamplingPlan
    status: PlanStatus
    checked: int
    """Drawn targets with a result."""
    found: int
    """Of these 改判查实 or 发现问题."""


def plans_of(records: Sequence[Record]) -> tuple[SamplingPlan, ...]:
    """Every plan among the records, in the order drawn."""
    return tuple(plan_of(record, record.receipt[PLAN]) for record in records if PLAN in record.receipt)


def plan_of(record: Record, told: Any) -> SamplingPlan:  # noqa: ANN401  JSON
    """The plan that the record drew."""
    drawn_at = datetime.fromisoformat(record.receipt["decided_at"])
    rate = Decimal(told["rate"])
    return SamplingPlan(
        record.record, told["kind"], rate, told["seed"], told["run"], told["records"], drawn_at, record,
        told["drawn"],
    )  # fmt: skip


def drawn_lists(records: Sequence[Record]) -> list[Path]:
    """The list of each plan, in the order drawn."""
    return [plan.record.file(DRAWN) for plan in plans_of(records)]


def results_of(records: Sequence[Record]) -> pl.DataFrame:
    """The last result of each target of a plan: plan, target, outcome."""
    rows = [scan(record.decisions).select(RESULT_COLUMNS) for record in records]
    return (
        pl.concat([pl.LazyFrame(schema=dict.fromkeys(RESULT_COLUMNS, pl.String)), *rows])
        .filter(pl.col("kind").is_in(KINDS) & pl.col("outcome").is_not_null())
        .select("plan", pl.coalesce("clue_id", "target_key").alias("target"), "outcome")
        .unique(["plan", "target"], keep="last", maintain_order=True)
        .collect()
    )


def plan_results(records: Sequence[Record]) -> tuple[PlanResult, ...]:
    """How every plan stands, in the order drawn."""
    ended: dict[str, PlanStatus] = {}
    for record in records:
        ended |= dict.fromkeys(record.receipt.get(WITHDRAWS, ()), "withdrawn")
        ended |= dict.fromkeys(record.receipt.get(CLOSES, ()), "closed")
    results = results_of(records).group_by("plan").agg(pl.len(), pl.col("outcome").is_in(FINDINGS).sum().alias("found"))
    counts = {plan: (checked, found) for plan, checked, found in results.rows()}
    return tuple(
        PlanResult(plan, ended.get(plan.plan, "open"), *counts.get(plan.plan, (0, 0))) for plan in plans_of(records)
    )


def open_plans(records: Sequence[Record]) -> list[str]:
    """The names of the plans that still wait for results."""
    return [result.plan.plan for result in plan_results(records) if result.status == "open"]

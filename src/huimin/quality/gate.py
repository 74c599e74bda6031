"""The gate: what is expected of a delivery beside the others, judged for all deliveries in one validation."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.quality.bench import RESULTS, Check, Outcome, bench
from huimin.quality.rows import critical_failures, expectation_name

RECORDS_JUDGED, PREVIOUS_ROWS_JUDGED = 100, 1000
"""The critical expectations hold from these sizes on."""

_HALF = (("min_value", 0.5),)
_BETWEEN = "expect_column_values_to_be_between"
CRITICAL = (
    Check("delivery.accepted_share", Expectation(_BETWEEN, "critical", _HALF, "accepted_share")),
    Check("delivery.previous_share", Expectation(_BETWEEN, "critical", _HALF, "previous_share")),
)
"""At least half of the records are accepted; a register has at least half the rows of the one it would supersede."""


def gate(
    profile: pl.DataFrame, contracts: Mapping[str, Contract], scratch: Path | None = None
) -> tuple[frozenset[str], pl.DataFrame]:
    """The deliveries that fail a critical expectation, and a row for every (delivery, expectation that applies to it).

    `profile` has one row a delivery: delivery, roster, period_kind, records, accepted, previous_rows, age_days,
    register_share, previous_period_rows; nulls where a figure does not apply. Results by roster, delivery,
    expectation. Raises QualityError when an expectation cannot be evaluated.
    """
    schema = {"roster": pl.String, "delivery": pl.String, **RESULTS}
    if profile.is_empty():
        return frozenset(), pl.DataFrame(schema=schema)
    figures = _figures(profile)
    checks = [*CRITICAL, *_stated(contracts)]
    with bench(scratch) as table:
        table.load("deliveries", figures)
        outcomes = table.validate("deliveries", checks, "the gate", index="delivery")
    rows = [row for check in checks for row in _results(check, outcomes[check.name], figures)]
    quality = pl.DataFrame(rows, schema=schema, orient="row").sort("roster", "delivery", "expectation")
    return critical_failures(quality), quality


def _figures(profile: pl.DataFrame) -> pl.DataFrame:
    """The figures judged, one row a delivery; null where an expectation does not apply."""
    accepted = pl.col("accepted").cast(pl.Float64)
    before = pl.coalesce("previous_period_rows", "previous_rows")
    judged = (pl.col("period_kind") == "register") & (pl.col("previous_rows") >= PREVIOUS_ROWS_JUDGED)
    return profile.select(
        "delivery",
        "roster",
        pl.when(pl.col("records") >= RECORDS_JUDGED).then(accepted / pl.col("records")).alias("accepted_share"),
        pl.when(judged).then(accepted / pl.col("previous_rows")).alias("previous_share"),
        pl.col("age_days").cast(pl.Float64),
        pl.when(before > 0).then(accepted / before).alias("volume_ratio"),
        pl.col("register_share").cast(pl.Float64),
    )


def _stated(contracts: Mapping[str, Contract]) -> Iterator[Check]:
    """The contracts' expectations of a delivery as a whole, each once with the rosters that state it."""
    rosters: dict[Expectation, list[str]] = {}
    for contract in contracts.values():
        for expectation in contract.expectations:
            if expectation.column in DELIVERY_COLUMNS:
                rosters.setdefault(expectation, []).append(contract.roster)
    for expectation, names in rosters.items():
        yield Check(expectation_name(expectation), expectation, tuple(names))


def _results(check: Check, outcome: Outcome, figures: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    stated = check.expectation
    column = stated.column or ""
    for roster, delivery, figure in figures.select("roster", "delivery", column).iter_rows():
        if figure is None or (check.rosters and roster not in check.rosters):
            continue
        failed = delivery in outcome.unexpected
        observed = f"{figure:.0f}" if column == "age_days" else f"{figure:.4f}"
        yield roster, delivery, check.name, stated.type, column, stated.severity, not failed, observed, int(failed), 1

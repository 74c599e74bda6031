"""The gate: what is expected of a delivery beside the others, judged for all deliveries in one validation."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.quality.bench import RESULTS, Check, CheckResult, bench
from huimin.quality.rows import expectation_name

WHOLE_NUMBERS = frozenset({"age_days", "persons_again", "overlap_persons"})


def gate(figures: pl.DataFrame, contracts: Mapping[str, Contract], scratch: Path | None = None) -> pl.DataFrame:
    """A row for every (delivery, expectation that applies to it), by roster, delivery, expectation.

    `figures` has one row a delivery: delivery, roster, and each of `DELIVERY_COLUMNS`, null where it does not apply.
    Raises QualityError when an expectation cannot be evaluated.
    """
    schema = {"roster": pl.String, "delivery": pl.String, **RESULTS}
    checks = [check for check in _stated(contracts) if _applies(check, figures)]
    if not checks:
        return pl.DataFrame(schema=schema)
    with bench(scratch) as table:
        table.load("deliveries", figures)
        outcomes = table.validate("deliveries", checks, "the gate", index="delivery")
    rows = [row for check in checks for row in _results(check, outcomes[check.name], figures)]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("roster", "delivery", "expectation")


def _stated(contracts: Mapping[str, Contract]) -> Iterator[Check]:
    """The contracts' expectations of a delivery as a whole, each once with the rosters that state it."""
    rosters: dict[Expectation, list[str]] = {}
    for contract in contracts.values():
        for expectation in contract.expectations:
            if expectation.column in DELIVERY_COLUMNS:
                rosters.setdefault(expectation, []).append(contract.roster)
    for expectation, names in rosters.items():
        yield Check(expectation_name(expectation), expectation, tuple(names))


def _applies(check: Check, figures: pl.DataFrame) -> bool:
    """Whether some delivery has the figure that is expected."""
    known = figures.filter(pl.col("roster").is_in(check.rosters), pl.col(check.expectation.column or "").is_not_null())
    return not known.is_empty()


def _results(check: Check, outcome: CheckResult, figures: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    stated = check.expectation
    column = stated.column or ""
    for roster, delivery, figure in figures.select("roster", "delivery", column).iter_rows():
        if figure is None or roster not in check.rosters:
            continue
        failed = delivery in outcome.unexpected
        observed = f"{figure:.0f}" if column in WHOLE_NUMBERS else f"{figure:.4f}"
        yield roster, delivery, check.name, stated.type, column, stated.severity, not failed, observed, int(failed), 1

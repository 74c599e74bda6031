"""The gate: what is expected of a delivery beside the others, judged for all deliveries at once."""

from collections.abc import Iterator, Mapping

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.quality.judge import RESULTS, Check
from huimin.quality.rows import expectation_name
from huimin.quality.verdicts import Verdicts

WHOLE_NUMBERS = frozenset({"age_days", "persons_again", "overlap_persons"})


def gate(figures: pl.DataFrame, contracts: Mapping[str, Contract], verdicts: Verdicts | None = None) -> pl.DataFrame:
    """A row for every (delivery, expectation that applies to it), by roster, delivery, expectation.

    `figures` has one row a delivery: delivery, roster, and each of `DELIVERY_COLUMNS`, null where it does not apply.
    `verdicts`: what is known already, and takes in what is new. Raises QualityError when an expectation cannot be
    evaluated.
    """
    verdicts = Verdicts() if verdicts is None else verdicts
    asked = [(check, known_figures(check, rosters, figures)) for check, rosters in stated(contracts)]
    verdicts.learn((check, found["figure"].unique().to_list()) for check, found in asked)
    rows = [row for check, found in asked for row in results(check, found, verdicts)]
    schema = {"roster": pl.String, "delivery": pl.String, **RESULTS}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("roster", "delivery", "expectation")


def stated(contracts: Mapping[str, Contract]) -> Iterator[tuple[Check, list[str]]]:
    """The contracts' expectations of a delivery as a whole, each once with the rosters that state it."""
    rosters: dict[Expectation, list[str]] = {}
    for contract in contracts.values():
        for expectation in contract.expectations:
            if expectation.column in DELIVERY_COLUMNS:
                rosters.setdefault(expectation, []).append(contract.roster)
    for expectation, names in rosters.items():
        yield Check(expectation_name(expectation), expectation), names


def known_figures(check: Check, rosters: list[str], figures: pl.DataFrame) -> pl.DataFrame:
    """Roster, delivery and figure of the deliveries that have what is expected."""
    figure = pl.col(check.expectation.column or "").alias("figure")
    return figures.filter(pl.col("roster").is_in(rosters)).select("roster", "delivery", figure).drop_nulls("figure")


def results(check: Check, found: pl.DataFrame, verdicts: Verdicts) -> Iterator[tuple[object, ...]]:
    """The rows of one expectation."""
    expected = check.expectation
    for roster, delivery, figure in found.iter_rows():
        passes = verdicts.passes(check, figure)
        observed = f"{figure:.0f}" if expected.column in WHOLE_NUMBERS else f"{figure:.4f}"
        told = (check.name, expected.type, expected.column, expected.severity)
        yield roster, delivery, *told, passes, observed, int(not passes), 1

"""The figures of every delivery of itself, of the run's day and beside the one before: where each applies."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from huimin.deliveries.slots import Standing
from huimin.quality.compare import FIGURES
from huimin.quality.profile import PROFILE, profile
from huimin.store.delivery import Delivery, Receipt
from unit.quality_rows import contracts

CONTRACTS = contracts()
RUN_DATE = date(2023, 9, 20)


def standing(name: str, *slots: str, roster: str = "tekun", unit: str | None = None, **changes: Any) -> Standing:
    """A delivery of 10 records, all accepted, in force in each of its slots unless something else is said."""
    counts = {key: changes.pop(key) for key in ("records", "accepted") if key in changes}
    delivery = Delivery(name, roster, unit, "", f"{name}.csv", name, datetime(2023, 9, 1, tzinfo=UTC), 1)
    receipt = Receipt(delivery, "accepted", RUN_DATE, "", slots, **{"records": 10, "accepted": 10, **counts})
    return Standing(receipt, **{"status": "accepted", "slots": slots, **changes})


def found(
    *standings: Standing, known: dict[str, float] | None = None, compared: tuple[tuple[str, str, float], ...] = ()
) -> dict[str, dict[str, Any]]:
    """The row of each delivery, without what does not apply."""
    worst = pl.DataFrame(compared, schema=["delivery", "column", "figure"], orient="row")
    whole = pl.concat([pl.DataFrame(schema=FIGURES), worst.cast({"figure": pl.Float64})], how="diagonal_relaxed")
    figures = profile(standings, CONTRACTS, RUN_DATE, known or {}, whole)
    assert dict(figures.schema) == PROFILE
    return {
        row["delivery"]: {name: value for name, value in row.items() if value is not None and name != "delivery"}
        for row in figures.iter_rows(named=True)
    }


@pytest.mark.parametrize(("records", "share"), [(99, None), (100, 0.4), (101, 40 / 101)])
def test_a_share_of_the_records_is_told_of_a_hundred_and_more(records: int, share: float | None) -> None:
    row = found(standing("a", "2023-08", records=records, accepted=40))["a"]
    assert row.get("accepted_share") == share


def test_a_delivery_that_changes_nothing_or_was_taken_out_has_no_figures() -> None:
    assert [*found(
        standing("a", "2023-08"), standing("b", "2023-08", status="unchanged", slots=()),
        standing("c", "2023-08", status="withdrawn", slots=()), standing("d", "2023-08", status="superseded", slots=()),
    )] == ["a", "d"]  # fmt: skip


def test_only_the_delivery_that_reaches_furthest_in_its_roster_and_unit_tells_its_age() -> None:
    ages = {
        name: row.get("age_days")
        for name, row in found(
            standing("a", "2023-06"), standing("b", "2023-08", "2023-07"), standing("c", "2023-08"),
            standing("d", "2023-05", unit="甲街道"), standing("e", "2023-07", roster="urban_dibao"),
        ).items()
    }  # fmt: skip
    assert ages == {"a": None, "b": 20, "c": 20, "d": 112, "e": 51}


def test_the_rows_are_told_beside_those_of_the_slot_before_as_many_slots_as_there_are() -> None:
    rows = found(
        standing("a", "2023-04", "2023-05", accepted=30),
        standing("b", "2023-06", accepted=30),
        standing("c", "2023-07", "2023-08", accepted=90),
        standing("d", "2023-06", unit="甲街道", accepted=1),
        standing("e", "2023-07", unit="甲街道", slots=(), status="refused"),
        standing("f", "2023-07", roster="urban_dibao", accepted=0),
        standing("g", "2023-08", roster="urban_dibao"),
    )
    assert {name: row.get("volume_ratio") for name, row in rows.items()} == {
        "a": None, "b": 2.0, "c": 1.5, "d": None, "e": None, "f": None, "g": None
    }  # fmt: skip


def test_of_slots_that_lie_in_each_other_the_one_that_begins_first_is_before() -> None:
    rows = found(
        standing("a", "2023", roster="vehicle_trade_in", accepted=30),
        standing("b", "2023-08", roster="vehicle_trade_in", accepted=60),
    )
    assert {name: row.get("volume_ratio") for name, row in rows.items()} == {"a": None, "b": 2.0}


def test_rows_to_expect_are_whole() -> None:
    assert found(standing("a", "2023-05", "2023-06", "2023-07", accepted=10), standing("b", "2023-08", accepted=6))[
        "b"
    ]["volume_ratio"] == pytest.approx(2.0)


def test_a_register_is_told_beside_the_one_that_it_replaces_or_would() -> None:
    first, kept_out, last = (
        standing("a", "2023-06-01", roster="deaths", accepted=40, slots=(), status="superseded"),
        standing("b", "2023-07-01", roster="deaths", slots=(), status="refused", replaces=(("2023-06-01", "a"),)),
        standing("c", "2023-08-01", roster="deaths", accepted=60, replaces=(("2023-06-01", "a"),)),
    )
    rows = found(first, kept_out, last)
    assert {name: row.get("volume_ratio") for name, row in rows.items()} == {"a": None, "b": 0.25, "c": 1.5}


def test_a_month_that_is_replaced_is_not_the_one_before() -> None:
    replaced = standing("a", "2023-08", accepted=5, slots=(), status="superseded")
    rows = found(replaced, standing("b", "2023-08", replaces=(("2023-08", "a"),)), standing("c", "2023-07"))
    assert {name: row.get("volume_ratio") for name, row in rows.items()} == {"a": None, "b": 1.0, "c": None}


def test_shares_of_the_register_and_figures_beside_others_stand_with_their_delivery() -> None:
    one = standing("a", "2023-08")
    told = (("a", "previous_share", 0.5), ("b", "overlap_share", 0.75))
    rows = found(one, replace(one, receipt=standing("b", "2023-07").receipt), known={"b": 0.9}, compared=told)
    assert (rows["a"].get("previous_share"), rows["a"].get("overlap_share"), rows["a"].get("register_share")) == (
        0.5, None, None
    )  # fmt: skip
    assert (rows["b"].get("previous_share"), rows["b"].get("overlap_share"), rows["b"].get("register_share")) == (
        None, 0.75, 0.9
    )  # fmt: skip

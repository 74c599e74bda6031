"""What the rules find depends neither on the order in which anything came nor on people who do not concern it."""

import random
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from huimin.identity import keyed_hash
from nights import PROJECT
from properties.drawing import LONG
from properties.worlds import Maker, Row, deliveries, found_in, person, shuffled

SEEDS = range(40) if LONG else ()
"""Whole worlds, several nights each: only by ``make properties``."""
STRANGER = person(999, "19430101")


@cache
def world(seed: int) -> tuple[Maker, dict[str, list[Row]]]:
    maker = Maker(seed, PROJECT.contracts)
    return maker, {roster: maker.rows(contract, 25) for roster, contract in PROJECT.contracts.items()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, pl.DataFrame]]:
    """What is found in each world as it was drawn, once for all properties."""
    folder = tmp_path_factory.mktemp("worlds")
    return {seed: found_in(deliveries(world(seed)[1]), PROJECT, folder / str(seed)) for seed in SEEDS}


def same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Raises when the rows differ, in whatever order they are."""
    assert_frame_equal(found, expected, check_row_order=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_world_speaks_of_most_rules(seed: int, first: dict[int, dict[str, pl.DataFrame]]) -> None:
    assert first[seed]["clues"]["rule"].n_unique() >= 45
    assert first[seed]["rules"]["status"].unique().to_list() == ["ran"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_and_deliveries_changes_nothing(
    seed: int, first: dict[int, dict[str, pl.DataFrame]], tmp_path: Path
) -> None:
    came = shuffled(world(seed)[1], random.Random(seed))
    again = found_in(came, PROJECT, tmp_path / "again")
    for table, expected in first[seed].items():
        same(again[table], expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_somebody_unrelated_changes_no_clue(
    seed: int, first: dict[int, dict[str, pl.DataFrame]], tmp_path: Path
) -> None:
    """Only totals move: the population of a rule, the statistics and exposure that count the stranger's own clues."""
    maker, rows = world(seed)
    joined = {
        roster: [*own, maker.newcomer(PROJECT.contracts[roster], maker.random.choice(own), STRANGER)]
        if "id_number" in own[0]
        else own
        for roster, own in rows.items()
    }
    again = found_in(deliveries(joined), PROJECT, tmp_path / "again")
    key = keyed_hash(b"secret", "person", STRANGER)
    own = again["clues"].filter(pl.col("person_key") == key)
    assert own.height > 0, "the stranger is on every roster, and some rule says so"
    for table in ("clues", "ledger", "changes", "evidence"):
        same(again[table].filter(~pl.col("clue_id").is_in(own["clue_id"].to_list())), first[seed][table])
    outcomes = ["rule", "status", "why", "periods_not_judged"]
    same(again["rules"].select(outcomes), first[seed]["rules"].select(outcomes))

"""What was planted is exactly what the rule engine finds."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from huimin.district import District, build_district
from huimin.district.plants.plan import HITS, NEAR
from huimin.nights.case_plants import with_cases
from unit.district.engine import KEY, PROJECT, found_clues

CAMPAIGN = {
    "student_living": 37,
    "high_school_grant": 8,
    "vehicle_trade_in": 274,
    "rural_dibao": 3,
    "urban_dibao": 16,
    "disability_living": 1,
    "disability_nursing": 1,
    "elderly_allowance": 1,
    "pension_contribution": 46,
}
FIGURES = ["first_period", "last_period", "periods", "amount_at_risk", "tier"]


def hits(district: District) -> pl.DataFrame:
    return district.truth.filter(pl.col("kind") == "hit")


def catalogue() -> set[str]:
    return set(PROJECT.rules)


def test_the_campaign_has_the_numbers_of_the_statistics_table() -> None:
    main = hits(build_district(5_000)).filter((pl.col("part") == "main") & ~pl.col("exempted"))
    assert dict(main.group_by("item").len().iter_rows()) == CAMPAIGN
    assert main.height == 387
    assert hits(build_district(5_000)).filter("exempted").height == 1


def test_a_smaller_district_has_fewer_and_keeps_its_size() -> None:
    small = build_district(1_500)
    assert hits(small).height < 200
    assert small.rosters["population"].height == 1_500


def test_every_rule_has_hits_and_near_misses() -> None:
    truth = build_district(2_000, profile="every_rule").truth
    kinds = truth.group_by("rule").agg(pl.col("kind").unique().sort())
    assert set(HITS) == set(NEAR) <= catalogue()
    assert set(kinds["rule"]) == set(HITS)
    assert all(found.to_list() == ["hit", "near_miss"] for found in kinds["kind"])


def test_no_clue_is_planted_twice_nor_both_ways() -> None:
    for profile in ("campaign", "every_rule"):
        truth = build_district(2_000, profile=profile).truth
        assert not truth.select(KEY).is_duplicated().any()


@pytest.mark.parametrize(
    ("profile", "seed", "run_date"),
    [
        pytest.param("campaign", 0, date(2023, 8, 22), marks=pytest.mark.long),
        pytest.param("every_rule", 0, date(2023, 8, 22), marks=pytest.mark.long),
        ("every_rule", 4, date(2024, 12, 31)),
        ("campaign", 2, date(2025, 6, 20)),
    ],
)
def test_the_engine_finds_what_was_planted_and_nothing_else(profile, seed: int, run_date: date, tmp_path: Path) -> None:
    district = build_district(5_000, seed, run_date, profile)
    cases = with_cases(district, PROJECT, catalogue() - set(HITS))
    found = cases.measured(found_clues(cases.district, tmp_path)).select([*KEY, *FIGURES])
    planted = cases.measured(hits(cases.district)).select(
        pl.col(name).cast(found.schema[name]) for name in found.columns
    )
    unplanted = found.join(planted, on=found.columns, how="anti", nulls_equal=True)
    unfound = planted.join(found, on=found.columns, how="anti", nulls_equal=True)
    assert unplanted.select("rule", "item", *FIGURES).rows() == []
    assert unfound.select("rule", "item", *FIGURES).rows() == []
    assert found.height > 300

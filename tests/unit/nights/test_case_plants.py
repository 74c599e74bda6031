"""Rules without a plant of their own are planted out of their cases, and found as the cases say."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from huimin.district import build_district, write_district
from huimin.nights.case_plants import PlantedCases, may_move, slots_of, with_cases
from huimin.nights.rule_cases import Case, draw
from nights import PROJECT
from unit.district.engine import KEY, found_clues

FIGURES = ["first_period", "last_period", "periods", "amount_at_risk", "tier"]
RULES = ("dibao_tekun", "deceased", "elderly_underage", "housing_home", "fund_overspent")


@pytest.fixture(scope="module")
def planted() -> PlantedCases:
    return with_cases(build_district(300, 3), PROJECT, RULES)


@pytest.fixture(scope="module")
def found(planted: PlantedCases, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return found_clues(planted.district, tmp_path_factory.mktemp("district"))


def own(clues: pl.DataFrame, planted: PlantedCases, rule: str) -> pl.DataFrame:
    about = pl.coalesce("id_number", "subject").is_in(list(planted.subjects[rule]))
    return clues.filter(pl.col("rule") == rule, about)


@pytest.mark.parametrize("rule", RULES)
def test_the_engine_finds_of_a_rules_cases_what_they_state(rule, planted, found) -> None:
    truth = own(planted.district.truth, planted, rule)
    hits = truth.filter(pl.col("kind") == "hit").select([*KEY, *FIGURES]).sort(KEY)
    clues = own(found, planted, rule).select([*KEY, *FIGURES]).sort(KEY)
    assert hits.height
    assert clues.rows() == hits.rows()


def test_people_of_whom_a_case_states_nothing_are_near_misses(planted: PlantedCases) -> None:
    truth = own(planted.district.truth, planted, "deceased")
    kinds = dict(truth.group_by("kind").agg("id_number").iter_rows())
    assert kinds.keys() == {"hit", "near_miss"}
    assert not set(kinds["hit"]) & set(kinds["near_miss"])


def test_no_number_of_a_case_is_anybody_elses(planted: PlantedCases) -> None:
    people = build_district(300, 3).rosters["population"]["id_number"]
    brought = [number for known in planted.subjects.values() for number in known]
    assert len(brought) == len(set(brought))
    assert not set(brought) & set(people)


def test_only_what_can_be_compared_is_measured(planted: PlantedCases, found: pl.DataFrame) -> None:
    strangers = found.filter(pl.coalesce("id_number", "subject").is_in(list(planted.subjects["dibao_tekun"])))
    assert set(strangers["rule"]) > {"dibao_tekun"}  # who is on no register breaks other rules too
    kept = planted.measured(strangers)
    assert set(kept["rule"]) == {"dibao_tekun"}


@pytest.mark.parametrize(
    ("tekun", "moves"),
    [
        ("name | id_number | amount | period\n张三 | zhang | 600 | 2023-07", True),
        ("name | id_number | amount | period\n张三 | zhang | 600 | 2023-09", False),
        ("name | id_number | amount | period\n     | zhang | 600 | 2023-07", False),
        ("id_number | amount | period\nzhang | 600 | 2023-07", False),
    ],
)
def test_a_case_moves_where_its_rows_could_be_delivered(tekun: str, moves: bool) -> None:
    delivered = slots_of(build_district(300, 3), PROJECT.contracts)
    case = Case("deceased", "drawn", date(2023, 8, 22), {"tekun": draw(tekun)}, draw(""), None, None, None)
    assert may_move(case, PROJECT.contracts, delivered) is moves


@pytest.mark.parametrize("table", ["policy_elderly_min_age", "delivered"])
def test_a_case_with_a_policy_or_a_delivery_of_its_own_stays(table: str) -> None:
    given = {"tekun": draw("name | id_number | amount | period\n张三 | zhang | 600 | 2023-07"), table: draw("")}
    case = Case("deceased", "drawn", date(2023, 8, 22), given, draw(""), None, None, None)
    assert not may_move(case, PROJECT.contracts, slots_of(build_district(300, 3), PROJECT.contracts))


def test_a_roster_that_the_district_does_not_know_is_delivered_plainly(tmp_path: Path) -> None:
    district = build_district(300, 3)
    known = district.rosters["tekun"].head(2)
    contracts = dict(PROJECT.contracts)
    contracts["meals"] = contracts["tekun"]
    district.rosters["meals"] = known
    write_district(district, tmp_path / "inbox", contracts)
    assert [place.suffix for place in (tmp_path / "inbox" / "meals").iterdir()] == [".csv"]

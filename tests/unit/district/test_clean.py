"""The clean district breaks no rule, by plain counting; the whole catalogue is held against it in test_truth."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from huimin.district.clean import draw_district
from huimin.district.days import Days
from huimin.district.registers import RosterFrames
from huimin.district.tables import MONTH_ITEMS, SCHEMAS, TITLES
from huimin.errors import UsageError
from unit.district.engine import PROJECT

DAYS = Days(date(2023, 8, 22))


@pytest.fixture(scope="module")
def clean() -> RosterFrames:
    return draw_district(6_000, np.random.default_rng(5), DAYS)


def ids(frame: pl.DataFrame) -> set[str]:
    return set(frame["id_number"])


def test_columns_are_those_of_the_contracts() -> None:
    contracts = PROJECT.contracts
    for roster, schema in SCHEMAS.items():
        assert schema.names() == [column.name for column in contracts[roster].columns], roster


def test_every_roster_but_the_exemptions_has_rows(clean: RosterFrames) -> None:
    assert [roster for roster, frame in clean.items() if frame.is_empty()] == ["exemptions"]


def test_everyone_is_one_person_with_one_number(clean: RosterFrames) -> None:
    people = clean["population"]
    assert people.height == 6_000
    assert people["id_number"].n_unique() == 6_000
    assert people["household_number"].n_unique() > 2_000


def test_names_are_the_registers_everywhere(clean: RosterFrames) -> None:
    known = clean["population"].select("id_number", "name")
    for roster, frame in clean.items():
        if "id_number" in frame.columns:
            assert frame.join(known, on=["id_number", "name"], how="anti").is_empty(), roster


def test_dibao_and_tekun_do_not_meet_and_own_no_cars(clean: RosterFrames) -> None:
    urban, rural, tekun = (ids(clean[item]) for item in ("urban_dibao", "rural_dibao", "tekun"))
    assert not urban & rural
    assert not (urban | rural) & tekun
    for roster in ("vehicles", "businesses", "public_employees", "employee_pension", "prisoners", "deaths"):
        assert not (urban | rural) & ids(clean[roster]), roster


def test_everyone_of_eighty_is_on_the_roster_or_on_tekun(clean: RosterFrames) -> None:
    last = clean["elderly_allowance"].filter(pl.col("period") == DAYS.last)
    old = clean["population"].filter((pl.col("status") == "正常") & (pl.col("id_number").str.slice(6, 8) <= "19430831"))
    assert ids(old) == ids(last) | (ids(old) & ids(clean["tekun"]))
    assert old.height > 100


def test_the_ledger_adds_up_with_the_rosters(clean: RosterFrames) -> None:
    this_year = pl.col("period") >= DAYS.months[0]
    rosters = {item: clean[item].filter(this_year)["amount"].sum() for item in MONTH_ITEMS}
    ledger = dict(clean["payment_ledger"].group_by("item").agg(pl.col("amount").sum()).iter_rows())
    assert rosters == {item: ledger[title] for item, title in TITLES.items()}


def test_the_same_seed_gives_the_same_district() -> None:
    one, two = (draw_district(500, np.random.default_rng(9), DAYS) for _ in range(2))
    other = draw_district(500, np.random.default_rng(10), DAYS)
    assert all(one[roster].equals(two[roster]) for roster in one)
    assert not one["population"].equals(other["population"])


def test_a_run_date_too_early_in_the_year_is_refused() -> None:
    with pytest.raises(UsageError, match="too few months"):
        Days(date(2024, 3, 1))

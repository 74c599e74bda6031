"""Group K: rent subsidies."""

from datetime import date, timedelta

import numpy as np

from huimin.district.days import month_end
from huimin.district.identities import unit_numbers
from huimin.district.plants.scenes import every_month
from huimin.district.plants.stage import Person, PlantedCell, Stage


def _tenant(stage: Stage, person: Person | None = None, address: str | None = None) -> Person:
    person = person or stage.person(45)
    every_month(stage, "housing_subsidy", person, 420, rent_address=address or f"{person.street}{stage.number()}室")
    return person


def _home(stage: Stage, owner: Person, **cells: PlantedCell) -> str:
    unit = str(unit_numbers(np.array([stage.number()]))[0])
    row: dict[str, PlantedCell] = {"use": "住宅", "registered_on": date(2010, 3, 1), "status": "现势"}
    stage.add("real_estate", owner, unit_number=unit, **(row | cells))
    return unit


def housing_home(stage: Stage, item: str, i: int) -> None:
    """A home of one's own, or the parent's in the same register household; held until the first day of a month."""
    months = stage.days.months
    person = _tenant(stage)
    owner = stage.person(70, home=person, relation="父母") if i % 2 else person
    until: dict[str, PlantedCell] = {"cancelled_on": months[1], "status": "注销"} if i % 3 == 2 else {}
    held = months[:2] if until else months
    unit = _home(stage, owner, **until)
    stage.hit("housing_home", item, person, held, 420 * len(held), 2, f"owner {i % 2}", subject=unit)


def housing_home_near(stage: Stage) -> None:
    """A parking space; a home given up before the year; the home of a parent who is registered elsewhere."""
    year = stage.days.year
    spaced, sold, grown = (_tenant(stage) for _ in range(3))
    unit = _home(stage, spaced, use="车位")
    stage.near("housing_home", "housing_subsidy", spaced, "no home", subject=unit)
    unit = _home(stage, sold, cancelled_on=date(year - 1, 12, 31), status="注销")
    stage.near("housing_home", "housing_subsidy", sold, "given up", subject=unit)
    unit = _home(stage, stage.person(70))
    stage.near("housing_home", "housing_subsidy", grown, "of another household", subject=unit)


def housing_rental(stage: Stage, item: str, i: int) -> None:
    """A public home let since long, or until the first day of a month."""
    months, person = stage.days.months, _tenant(stage)
    until = months[2] if i % 2 else None
    stage.add("public_rental", person, rent_address="安居苑", from_on=date(2019, 1, 1), to_on=until)
    both = months[:3] if until else months
    stage.hit("housing_rental", item, person, both, 420 * len(both), 1, f"until {until}")


def housing_rental_near(stage: Stage) -> None:
    """Given back on the last day of the year before; begun after the latest month."""
    year, last = stage.days.year, month_end(stage.days.last)
    for first, until in ((date(2019, 1, 1), date(year - 1, 12, 31)), (last + timedelta(days=1), None)):
        person = _tenant(stage)
        stage.add("public_rental", person, rent_address="安居苑", from_on=first, to_on=until)
        stage.near("housing_rental", "housing_subsidy", person, f"from {first} to {until}")


def housing_same_address(stage: Stage, item: str, i: int) -> None:
    """Two families at one address, written with other blanks."""
    months, number = stage.days.months, stage.number()
    for blank in ("", " "):
        person = _tenant(stage, address=f"云岭街道{blank}清风路{number}号")
        stage.hit("housing_same_address", item, person, months, 420 * len(months), 3, "two families")


def housing_same_address_near(stage: Stage) -> None:
    """Two of one register household."""
    first = stage.person(45)
    second = stage.person(43, home=first, relation="配偶")
    for person in (first, second):
        _tenant(stage, person, f"锦澜街道梧桐里{first.household_number}号")
        stage.near("housing_same_address", "housing_subsidy", person, "one household")


HITS = {
    "housing_home": housing_home,
    "housing_rental": housing_rental,
    "housing_same_address": housing_same_address,
}
NEAR = {
    "housing_home": housing_home_near,
    "housing_rental": housing_rental_near,
    "housing_same_address": housing_same_address_near,
}

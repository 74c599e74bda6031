"""Group K: medical assistance and insurance."""

from datetime import date

from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan


def _assist(stage: Stage, person: Person, amount: float = 900, **cells: PlantedCell) -> date:
    """One payment of medical assistance in March for a stay in February; returns its day."""
    year = stage.days.year
    paid = date(year, 3, 20)
    row: dict[str, PlantedCell] = {
        "hardship_category": "其他", "hospital": "区人民医院", "admitted_on": date(year, 2, 1),
        "discharged_on": date(year, 2, 9), "total_cost": yuan(9000), "insurance_paid": yuan(6300),
        "amount": yuan(amount), "paid_on": paid,
    }  # fmt: skip
    stage.add("medical_assistance", person, **(row | cells))
    return paid


def _stay(stage: Stage, person: Person, first: date, last: date | None, cost: float = 9000) -> None:
    stage.add(
        "hospital_stays", person, hospital="区人民医院", admitted_on=first, discharged_on=last, total_cost=yuan(cost)
    )


def medical_no_stay(stage: Stage, item: str, i: int) -> None:
    """No stay at all; one that ended eight days before, one that began eight days after."""
    year = stage.days.year
    person = stage.person(50)
    paid = _assist(stage, person)
    if i % 3:
        first, last = ((date(year, 1, 3), date(year, 1, 24)), (date(year, 2, 17), date(year, 2, 20)))[i % 3 - 1]
        _stay(stage, person, first, last)
    stage.hit("medical_no_stay", item, person, [paid], 900, 1, f"stay {i % 3}")


def medical_no_stay_near(stage: Stage) -> None:
    """Seven days before and after; no day of admission told."""
    year = stage.days.year
    for first, last in ((date(year, 1, 3), date(year, 1, 25)), (date(year, 2, 16), None)):
        person = stage.person(50)
        _assist(stage, person)
        _stay(stage, person, first, last)
        stage.near("medical_no_stay", "medical_assistance", person, f"from {first} to {last}")
    person = stage.person(50)
    _assist(stage, person, admitted_on=None)
    stage.near("medical_no_stay", "medical_assistance", person, "no day told")


def _patient(stage: Stage, **cells: PlantedCell) -> tuple[Person, date]:
    person = stage.person(50)
    _stay(stage, person, date(stage.days.year, 2, 1), date(stage.days.year, 2, 9))
    return person, _assist(stage, person, **cells)


def medical_over_cost(stage: Stage, item: str, i: int) -> None:
    """A fen more than was left to pay, and much more."""
    over = (0.01, 500)[i % 2]
    person, paid = _patient(stage, amount=2700 + over)
    stage.hit("medical_over_cost", item, person, [paid], over, 1, f"{over} too much")


def medical_over_cost_near(stage: Stage) -> None:
    """Just what was left to pay; a cost not told."""
    for cells in ({"amount": 2700}, {"total_cost": None}):
        person, _ = _patient(stage, **cells)
        stage.near("medical_over_cost", "medical_assistance", person, str(cells))


def medical_not_hardship(stage: Stage, item: str, i: int) -> None:
    """The status claimed is on no roster; off the poverty list before the earliest of the thirteen months."""
    category = ("低保", "特困", "建档立卡")[i % 3]
    person, paid = _patient(stage, hardship_category=category)
    if category == "建档立卡":
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(stage.days.year - 1, 2, 28))
    stage.hit("medical_not_hardship", item, person, [paid], 900, 2, category)


def medical_not_hardship_near(stage: Stage) -> None:
    """On dibao twelve months before; on the poverty list on the first day of the thirteen months."""
    year = stage.days.year
    person, _ = _patient(stage, hardship_category="低保")
    stage.pay("rural_dibao", person, [date(year - 1, 3, 1)], 300, household_head_id=person.id_number, relation="户主")
    stage.near("medical_not_hardship", "medical_assistance", person, "twelve months before")
    person, _ = _patient(stage, hardship_category="建档立卡")
    stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year - 1, 3, 1))
    stage.near("medical_not_hardship", "medical_assistance", person, "the first day")


def _subsidise(stage: Stage, person: Person, category: str = "低保边缘") -> date:
    """The insurance subsidy of this year; returns its first day."""
    year = stage.days.year
    stage.add(
        "insurance_subsidy", person, hardship_category=category, year=year, amount=yuan(350), paid_on=date(year, 2, 20)
    )
    return date(year, 1, 1)


def insurance_subsidy_employee(stage: Stage, item: str, i: int) -> None:
    """Insured by an employer for all, exactly six, or five months of the year."""
    year = stage.days.year
    person = stage.person(40)
    start = _subsidise(stage, person)
    to_month, tier = ((None, 1), (date(year, 6, 1), 1), (date(year, 5, 1), 2))[i % 3]
    stage.add("insured", person, kind="职工", from_month=date(year - 2, 3, 1), to_month=to_month)
    stage.hit("insurance_subsidy_employee", item, person, [start], 350, tier, f"until {to_month}")


def insurance_subsidy_employee_near(stage: Stage) -> None:
    """Until December before; as a resident."""
    year = stage.days.year
    for kind, to_month in (("职工", date(year - 1, 12, 1)), ("居民", None)):
        person = stage.person(40)
        _subsidise(stage, person)
        stage.add("insured", person, kind=kind, from_month=date(year - 2, 3, 1), to_month=to_month)
        stage.near("insurance_subsidy_employee", "insurance_subsidy", person, f"{kind} until {to_month}")


def insurance_subsidy_not_hardship(stage: Stage, item: str, i: int) -> None:
    """The category claimed is not on the roster that it refers to."""
    category = ("低保", "特困", "重度残疾", "建档立卡")[i % 4]
    person = stage.person(40)
    if category == "重度残疾":
        stage.certify(person, 3)
    start = _subsidise(stage, person, category)
    stage.hit("insurance_subsidy_not_hardship", item, person, [start], 350, 2, category)


def insurance_subsidy_not_hardship_near(stage: Stage) -> None:
    """A certificate valid for one day; off the poverty list after one day."""
    start = stage.days.months[0]
    disabled, poor = stage.person(40), stage.person(40)
    stage.certify(disabled, 2, expires_on=start)
    stage.add("poverty_households", poor, from_on=None, to_on=start)
    for person, category in ((disabled, "重度残疾"), (poor, "建档立卡")):
        _subsidise(stage, person, category)
        stage.near("insurance_subsidy_not_hardship", "insurance_subsidy", person, category)


def missing_insurance_subsidy(stage: Stage, item: str, i: int) -> None:
    """On dibao in one month of the year, and on no roster of the subsidy."""
    person = stage.person(66)
    stage.dibao("rural_dibao", [person], stage.days.months[:1])
    stage.uninsured.add(person.id_number)
    stage.hit("missing_insurance_subsidy", item, person, [date(stage.days.year, 1, 1)], 0, 3, "one month")


def missing_insurance_subsidy_near(stage: Stage) -> None:
    """An employee in the latest month of the year; on dibao last year alone."""
    days = stage.days
    worker, former = stage.person(66), stage.person(66)
    stage.dibao("rural_dibao", [worker], days.months[:1])
    stage.uninsured.add(worker.id_number)
    stage.add("insured", worker, kind="职工", from_month=date(days.year, 12, 1))
    stage.dibao("rural_dibao", [former], days.past_months)
    stage.near("missing_insurance_subsidy", "insurance_subsidy", worker, "an employee")
    stage.near("missing_insurance_subsidy", "insurance_subsidy", former, "last year")


def missing_medical(stage: Stage, item: str, i: int) -> None:
    """Two stays that reach the line together, on the poverty list for a day; on dibao."""
    year, person = stage.days.year, stage.person(66)
    if i % 2:
        stage.dibao("urban_dibao", [person], stage.days.months)
    else:
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year, 1, 1))
    _stay(stage, person, date(year, 1, 1), date(year, 1, 9), 20_000)
    _stay(stage, person, date(year, 4, 2), None, 10_000)
    stage.hit("missing_medical", item, person, [date(year, 1, 1)], 0, 3, "30,000 together")


def missing_medical_near(stage: Stage) -> None:
    """A yuan short; the larger stay began the year before; assisted."""
    year = stage.days.year
    short, before, assisted = (stage.person(66) for _ in range(3))
    for person in (short, before, assisted):
        stage.dibao("urban_dibao", [person], stage.days.months)
    _stay(stage, short, date(year, 1, 1), date(year, 1, 9), 29_999)
    _stay(stage, before, date(year - 1, 12, 31), date(year, 1, 9), 90_000)
    _stay(stage, assisted, date(year, 2, 1), date(year, 2, 9), 90_000)
    _assist(stage, assisted)
    for person, note in ((short, "a yuan short"), (before, "the year before"), (assisted, "assisted")):
        stage.near("missing_medical", "medical_assistance", person, note)


HITS = {
    "medical_no_stay": medical_no_stay,
    "medical_over_cost": medical_over_cost,
    "medical_not_hardship": medical_not_hardship,
    "insurance_subsidy_employee": insurance_subsidy_employee,
    "insurance_subsidy_not_hardship": insurance_subsidy_not_hardship,
    "missing_insurance_subsidy": missing_insurance_subsidy,
    "missing_medical": missing_medical,
}
NEAR = {
    "medical_no_stay": medical_no_stay_near,
    "medical_over_cost": medical_over_cost_near,
    "medical_not_hardship": medical_not_hardship_near,
    "insurance_subsidy_employee": insurance_subsidy_employee_near,
    "insurance_subsidy_not_hardship": insurance_subsidy_not_hardship_near,
    "missing_insurance_subsidy": missing_insurance_subsidy_near,
    "missing_medical": missing_medical_near,
}

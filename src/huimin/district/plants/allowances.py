"""Group D: allowances for the old, the disabled and those on tekun."""

from datetime import date, timedelta

from huimin.district.days import month_end
from huimin.district.plants.scenes import recipient
from huimin.district.plants.stage import Person, PlantedCells, Stage, yuan


def elderly_underage(stage: Stage, item: str, i: int) -> None:
    """Eightieth birthday later this year, on the first day after some month, or years away."""
    months = stage.days.months
    born, early = (
        (date(stage.days.year - 80, 6, 1), months[:5]),
        (month_end(months[3]).replace(year=stage.days.year - 80) + timedelta(days=1), months[:4]),
        (date(1951, 3, 9), months),
    )[i % 3]
    person = stage.person(born=born)
    recipient(stage, item, person)
    stage.hit("elderly_underage", item, person, early, 100 * len(early), 1, f"born {born}")


def elderly_underage_near(stage: Stage) -> None:
    """Eighty on the last day of the first month."""
    got = recipient(stage, "elderly_allowance", stage.person(born=date(stage.days.year - 80, 1, 31)))
    stage.near("elderly_underage", "elderly_allowance", got.person, "eighty on the last day")


def elderly_over_standard(stage: Stage, item: str, i: int) -> None:
    """The amount of the next band, or somewhat more than one's own."""
    months = stage.days.months
    age, amount, standard = ((85, 200, 100), (95, 200.5, 200), (85, 180, 100))[i % 3]
    person = stage.person(age)
    stage.pay(item, person, months, amount)
    stage.hit(
        "elderly_over_standard", item, person, months, yuan(amount - standard) * len(months), 1, f"{age}: {amount}"
    )


def elderly_over_standard_near(stage: Stage) -> None:
    """Ninety on the last day of the first month, and paid as such from then on; exactly the band's amount."""
    for born, amount in ((date(stage.days.year - 90, 1, 31), 200), (date(stage.days.year - 101, 1, 1), 500)):
        person = stage.person(born=born)
        stage.pay("elderly_allowance", person, stage.days.months, amount)
        stage.near("elderly_over_standard", "elderly_allowance", person, f"born {born}, {amount}")


def _allowed(stage: Stage, item: str, printed: PlantedCells, person: Person) -> None:
    """The allowance all year, with dibao for the living subsidy."""
    if item == "disability_living":
        stage.dibao("urban_dibao", [person], stage.days.months)
    stage.pay(item, person, stage.days.months, 100 if item == "disability_living" else 150, **printed)


def disability_no_certificate(stage: Stage, item: str, i: int) -> None:
    """No certificate; one that ended the day before; one that ended in spring; one struck off."""
    months = stage.days.months
    person = stage.person(66)
    since = 0
    if i % 4 == 0:
        printed: PlantedCells = {"certificate_number": "残99", "disability_category": "肢体", "disability_grade": 2}
    elif i % 4 == 1:
        printed = stage.certify(person, 1, expires_on=months[0] - timedelta(days=1))
    elif i % 4 == 2:
        printed, since = stage.certify(person, 1, expires_on=months[2]), 3
    else:
        printed = stage.certify(person, 1, status="注销")
    _allowed(stage, item, printed, person)
    amount = (100 if item == "disability_living" else 150) * len(months[since:])
    stage.hit("disability_no_certificate", item, person, months[since:], amount, 2, "no valid certificate")


def disability_no_certificate_near(stage: Stage) -> None:
    """Valid on one day of the last month; issued on the last day of the first."""
    months = stage.days.months
    for item in ("disability_living", "disability_nursing"):
        one_day: tuple[PlantedCells, ...] = ({"expires_on": months[-1]}, {"issued_on": month_end(months[0])})
        for cells in one_day:
            person = stage.person(66)
            grade = 1 if item == "disability_nursing" else 3
            _allowed(stage, item, stage.certify(person, grade, **cells), person)
            stage.near("disability_no_certificate", item, person, str(cells))


def nursing_grade(stage: Stage, item: str, i: int) -> None:
    """A valid certificate of grade 3 or 4, the roster says 1."""
    person = stage.person(50)
    printed = stage.certify(person, 3 + i % 2)
    months = stage.days.months
    stage.pay(item, person, months, 150, **(printed | {"disability_grade": 1}))
    stage.hit("nursing_grade", item, person, months, 150 * len(months), 1, f"grade {3 + i % 2}")


def nursing_grade_near(stage: Stage) -> None:
    """Two certificates, one of grade 2."""
    person = stage.person(50)
    stage.certify(person, 3)
    stage.pay("disability_nursing", person, stage.days.months, 150, **stage.certify(person, 2, "视力"))
    stage.near("nursing_grade", "disability_nursing", person, "one of two is of grade 2")


def tekun_ineligible(stage: Stage, item: str, i: int) -> None:
    """Of working age without a certificate, or with one that does not count; sixty in the middle of the year."""
    months = stage.days.months
    person = stage.person(45) if i % 3 < 2 else stage.person(born=date(stage.days.year - 60, 4, 1))
    if i % 3 == 1:
        stage.certify(person, 3, "肢体")
    stage.tekun(person, months)
    until = 3 if i % 3 == 2 else len(months)
    stage.hit("tekun_ineligible", item, person, months[:until], 1216 * until, 2, f"born {person.born}")


def tekun_ineligible_near(stage: Stage) -> None:
    """Sixty on the last day of the first month; not yet eighteen; certificates of the last grade that counts."""
    months, year = stage.days.months, stage.days.year
    people = [
        stage.person(born=date(year - 60, 1, 31)),
        stage.person(born=month_end(months[-1]).replace(year=year - 18) + timedelta(days=1)),
    ]
    for category, grade in (("智力", 3), ("精神", 3), ("肢体", 2), ("视力", 1)):
        people.append(stage.person(45))
        stage.certify(people[-1], grade, category)
    for person in people:
        stage.tekun(person, months)
        stage.near("tekun_ineligible", "tekun", person, f"born {person.born}")


def living_not_hardship(stage: Stage, item: str, i: int) -> None:
    """Never on dibao; or off it since some month."""
    months = stage.days.months
    person = stage.person(66)
    until = (0, 3)[i % 2]
    if until:
        stage.dibao("rural_dibao", [person], months[:until])
    stage.pay(item, person, months, 100, **stage.certify(person, 3))
    stage.hit(
        "living_not_hardship",
        item,
        person,
        months[until:],
        100 * len(months[until:]),
        2,
        f"on dibao for {until} months",
    )


def living_not_hardship_near(stage: Stage) -> None:
    """From one dibao item to the other without a gap."""
    months = stage.days.months
    person = stage.person(66)
    stage.dibao("rural_dibao", [person], months[:3])
    stage.dibao("urban_dibao", [person], months[3:])
    stage.pay("disability_living", person, months, 100, **stage.certify(person, 4))
    stage.near("living_not_hardship", "disability_living", person, "always on one of the two")


HITS = {
    "elderly_underage": elderly_underage,
    "elderly_over_standard": elderly_over_standard,
    "disability_no_certificate": disability_no_certificate,
    "nursing_grade": nursing_grade,
    "tekun_ineligible": tekun_ineligible,
    "living_not_hardship": living_not_hardship,
}
NEAR = {
    "elderly_underage": elderly_underage_near,
    "elderly_over_standard": elderly_over_standard_near,
    "disability_no_certificate": disability_no_certificate_near,
    "nursing_grade": nursing_grade_near,
    "tekun_ineligible": tekun_ineligible_near,
    "living_not_hardship": living_not_hardship_near,
}

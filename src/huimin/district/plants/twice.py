"""Group B: the same help twice, or two that exclude each other."""

from datetime import date

from huimin.district.plants.scenes import DIBAO, PaidPeriods, aid, enrol, recipient, total, typical_age
from huimin.district.plants.stage import PlantedCell, Stage, yuan
from huimin.district.tables import MONTH_ITEMS

SOURCES = ((("公安",), 1), (("卫健",), 2), (("卫健", "殡葬"), 1), ((None,), 2))
EVENTS = ("vehicle_trade_in", "farm_machinery")


def duplicate_payment(stage: Stage, item: str, i: int) -> None:
    """Two rows of one person and period, the smaller one at risk."""
    days = stage.days
    person = stage.person(typical_age(item))
    if item in MONTH_ITEMS:
        twice = days.months[1 : 3 + i % 2]
        if item == "elderly_allowance":  # both together are no more than the band
            stage.pay(item, person, days.months, 60)
        else:
            recipient(stage, item, person)
        head: dict[str, PlantedCell] = (
            {"household_head_id": person.id_number, "household_head_name": person.name, "relation": "户主"}
            if item in DIBAO
            else {}
        )
        stage.pay(item, person, twice, 40, **head)
        stage.hit("duplicate_payment", item, person, twice, 40 * len(twice), 1, "a second row of 40 yuan")
        return
    if item in ("student_living", "high_school_grant"):
        recipient(stage, item, person, amount=yuan(250))
        aid(stage, item, person, days.spring, amount=yuan(200))
        stage.hit("duplicate_payment", item, person, [days.spring_on], 200, 1, "a second row in spring")
        return
    got = recipient(stage, item, person)
    stage.rows[item].append(dict(stage.rows[item][-1]))
    stage.hit("duplicate_payment", item, got.person, got.periods, got.amount, 1, "the same row twice")


def duplicate_payment_near(stage: Stage) -> None:
    """A second row of no amount; two plots of forest of different size."""
    got = recipient(stage, "elderly_allowance")
    stage.pay("elderly_allowance", got.person, stage.days.months[:1], 0)
    stage.near("duplicate_payment", "elderly_allowance", got.person, "the second row is 0 yuan")
    woods = recipient(stage, "forestry")
    stage.add("forestry", woods.person, year=stage.days.year, area_mu=yuan(13), amount=yuan(600))
    stage.near("duplicate_payment", "forestry", woods.person, "the areas differ")


def dibao_tekun(stage: Stage, item: str, i: int) -> None:
    """On dibao all year and on tekun from some month."""
    got = recipient(stage, item)
    both = stage.days.months[i % 3 :]
    stage.tekun(got.person, both)
    stage.hit("dibao_tekun", item, got.person, both, total(got, both), 1, "both in these months", subject="tekun")


def dibao_tekun_near(stage: Stage) -> None:
    """Changed from dibao to tekun: no month of both."""
    months = stage.days.months
    for item in DIBAO:
        person = stage.person(66)
        stage.dibao(item, [person], months[:3])
        stage.tekun(person, months[3:])
        stage.near("dibao_tekun", item, person, "the months do not meet", subject="tekun")


def urban_rural_dibao(stage: Stage, item: str, i: int) -> None:
    """On both dibao rosters."""
    got = recipient(stage, item)
    both = stage.days.months[2:]
    stage.dibao("urban_dibao", [got.person], both)
    stage.hit("urban_rural_dibao", item, got.person, both, total(got, both), 1, "both", subject="urban_dibao")


def urban_rural_dibao_near(stage: Stage) -> None:
    """Moved from the countryside to town."""
    months = stage.days.months
    person = stage.person(66)
    stage.dibao("rural_dibao", [person], months[:3])
    stage.dibao("urban_dibao", [person], months[3:])
    stage.near("urban_rural_dibao", "rural_dibao", person, "the months do not meet", subject="urban_dibao")


def disability_tekun(stage: Stage, item: str, i: int) -> None:
    """On tekun and on a disability allowance."""
    person = stage.person(66)
    months = stage.days.months
    stage.tekun(person, months[i % 3 :])
    amount = 100 if item == "disability_living" else 150
    both = months[i % 3 :]
    stage.pay(item, person, both, amount, **stage.certify(person, 1))
    stage.hit("disability_tekun", item, person, both, amount * len(both), 1, "both", subject="tekun")


def disability_tekun_near(stage: Stage) -> None:
    """The allowance ends the month before tekun begins."""
    months = stage.days.months
    person = stage.person(66)
    stage.pay("disability_nursing", person, months[:3], 150, **stage.certify(person, 1))
    stage.tekun(person, months[3:])
    stage.near("disability_tekun", "disability_nursing", person, "the months do not meet", subject="tekun")


def student_two_stages(stage: Stage, item: str, i: int) -> None:
    """Both kinds of student aid in one term; the pupil is on two school registers, so that only this shows."""
    got: PaidPeriods = recipient(stage, item)
    enrol(stage, got.person, "初中")
    aid(stage, "student_living", got.person, stage.days.spring, school="云岭中学")
    stage.hit(
        "student_two_stages", item, got.person, [stage.days.spring_on], got.amount, 1, "both", subject="student_living"
    )


def student_two_stages_near(stage: Stage) -> None:
    """One kind in autumn, the other in spring."""
    days = stage.days
    person = stage.person(16)
    enrol(stage, person, "初中", to_on=date(days.year, 1, 31), status="毕业")
    enrol(stage, person, "高中", from_on=days.spring_on)
    aid(stage, "student_living", person, days.autumn, school="云岭中学")
    aid(stage, "high_school_grant", person, days.spring)
    stage.near("student_two_stages", "high_school_grant", person, "not in the same term", subject="student_living")


HITS = {
    "duplicate_payment": duplicate_payment,
    "dibao_tekun": dibao_tekun,
    "urban_rural_dibao": urban_rural_dibao,
    "disability_tekun": disability_tekun,
    "student_two_stages": student_two_stages,
}
NEAR = {
    "duplicate_payment": duplicate_payment_near,
    "dibao_tekun": dibao_tekun_near,
    "urban_rural_dibao": urban_rural_dibao_near,
    "disability_tekun": disability_tekun_near,
    "student_two_stages": student_two_stages_near,
}

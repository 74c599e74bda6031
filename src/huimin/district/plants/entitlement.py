"""Group I: people entitled to help who do not get it."""

from datetime import date, timedelta

from huimin.district.days import month_end
from huimin.district.plants.scenes import enrol
from huimin.district.plants.stage import Person, Stage, yuan


def missing_elderly(stage: Stage, item: str, i: int) -> None:
    """Eighty or more and not on the roster; eighty on the last day of the latest month."""
    last = stage.days.last
    born = month_end(last).replace(year=last.year - 80) if i % 2 else stage.born(83)
    person = stage.person(born=born)
    stage.hit("missing_elderly", item, person, [last], 0, 3, f"born {born}")


def missing_elderly_near(stage: Stage) -> None:
    """Eighty a day later; reported dead; on tekun; moved away."""
    last = stage.days.last
    young = stage.person(born=month_end(last).replace(year=last.year - 80) + timedelta(days=1))
    dead, sheltered = stage.person(85), stage.person(85)
    stage.add("deaths", dead, died_on=date(last.year, 2, 2), source="卫健")
    stage.tekun(sheltered, stage.days.months)
    moved = stage.person(85, status="迁出", status_on=date(last.year, 1, 5))
    for person, note in ((young, "a day short"), (dead, "dead"), (sheltered, "on tekun"), (moved, "moved away")):
        stage.near("missing_elderly", "elderly_allowance", person, note)


def missing_nursing(stage: Stage, item: str, i: int) -> None:
    """A valid certificate of grade 1 or 2, and not on the roster."""
    person = stage.person(50)
    stage.certify(person, 1 + i % 2)
    stage.hit("missing_nursing", item, person, [stage.days.last], 0, 3, f"grade {1 + i % 2}")


def missing_nursing_near(stage: Stage) -> None:
    """Grade 3; expired the day before the latest month; on tekun."""
    months = stage.days.months
    third, expired, sheltered = stage.person(50), stage.person(50), stage.person(66)
    stage.certify(third, 3)
    stage.certify(expired, 1, expires_on=months[-1] - timedelta(days=1))
    stage.certify(sheltered, 1)
    stage.tekun(sheltered, months)
    for person, note in ((third, "grade 3"), (expired, "expired"), (sheltered, "on tekun")):
        stage.near("missing_nursing", "disability_nursing", person, note)


def _home_on_dibao(stage: Stage, months: tuple[date, ...]) -> Person:
    """A pupil of nine whose grandparent is on dibao."""
    pupil = stage.person(9, relation="孙子")
    stage.dibao("rural_dibao", [stage.person(66, home=pupil)], months)
    return pupil


def missing_student_living(stage: Stage, item: str, i: int) -> None:
    """At school, with a grandparent on dibao in a month of the term; on tekun; on file as poor."""
    days = stage.days
    pupil = stage.person(9) if i % 3 else _home_on_dibao(stage, days.months[:2])
    if i % 3 == 1:
        stage.tekun(pupil, days.months[1:])
    if i % 3 == 2:
        stage.add("poverty_households", pupil, from_on=date(2016, 1, 1), to_on=days.spring_on)
    enrol(stage, pupil, "小学")
    stage.hit("missing_student_living", item, pupil, [days.spring_on], 0, 3, ("dibao", "tekun", "poor")[i % 3])


def missing_student_living_near(stage: Stage) -> None:
    """On dibao before the term alone; at high school; suspended."""
    days = stage.days
    before = _home_on_dibao(stage, days.months[:1])
    enrol(stage, before, "小学")
    older = _home_on_dibao(stage, days.months)
    enrol(stage, older, "高中")
    away = _home_on_dibao(stage, days.months)
    enrol(stage, away, "小学", status="休学")
    for person, note in ((before, "before the term"), (older, "high school"), (away, "suspended")):
        stage.near("missing_student_living", "student_living", person, note)


def missing_contribution(stage: Stage, item: str, i: int) -> None:
    """On dibao or tekun for some months, of age, and no contribution; the bounds of age."""
    year = stage.days.year
    born = (stage.born(40), date(year - 60, 1, 2), date(year - 16, 12, 31))[i % 3]
    person = stage.person(born=born)
    if i % 3 == 0 and i % 2:
        stage.certify(person, 3, "智力")
        stage.pay("tekun", person, stage.days.months[1:3], 1216)
    else:
        stage.dibao("urban_dibao", [person], stage.days.months[1:3], insured=False)
    stage.hit("missing_contribution", item, person, [date(year, 1, 1)], 0, 3, f"born {born}")


def missing_contribution_near(stage: Stage) -> None:
    """Sixty on 1 January; insured by an employer; drawing a pension; moved away after the last month."""
    days = stage.days
    year = days.year
    people = [stage.person(born=date(year - 60, 1, 1)), stage.person(40), stage.person(40)]
    people.append(stage.person(40, status="迁出", status_on=days.last + timedelta(days=5)))
    stage.add("employee_pension", people[1], from_month=days.months[2], to_month=days.months[2])
    stage.add("pension_benefits", people[2], kind="城乡居民养老", from_month=days.months[0], monthly_amount=yuan(120))
    for person, note in zip(people, ("sixty", "employee", "drawing", "moved away")):
        stage.dibao("urban_dibao", [person], days.months, insured=False)
        stage.near("missing_contribution", "pension_contribution", person, note)


def _earning(stage: Stage, total: float, size: int) -> Person:
    """A household of some size whose head earned `total` last year, a twelfth a month (the rest in December)."""
    head = stage.person(52)
    for _ in range(size - 1):
        stage.person(30, home=head, relation="子女")
    share = int(total // 12)
    for month in stage.days.past_months:
        amount = share if month.month < 12 else total - 11 * share
        stage.add("income", head, period=month, source="工资", amount=yuan(amount))
    return head


def low_income_unassisted(stage: Stage, item: str, i: int) -> None:
    """Less than the line a head, by a fen or by far, alone or with others."""
    size = 1 + i % 3
    total = 8000 * size - (0.01 if i % 2 == 0 else 3000)
    head = _earning(stage, total, size)
    start = date(stage.days.year - 1, 1, 1)
    stage.hit("low_income_unassisted", item, head, [start], 0, 3, f"{total} for {size}")


def low_income_unassisted_near(stage: Stage) -> None:
    """Exactly the line; a member who moved away; on dibao in one month; no income known."""
    exact = _earning(stage, 16000, 2)
    apart = _earning(stage, 5000, 1)
    stage.person(27, home=apart, relation="子女", status="迁出", status_on=date(2021, 1, 1))
    helped = _earning(stage, 5000, 1)
    stage.dibao("urban_dibao", [helped], stage.days.past_months[-1:])
    unknown = stage.person(52)
    for person, note in ((exact, "the line"), (apart, "one moved away"), (helped, "on dibao"), (unknown, "no income")):
        stage.near("low_income_unassisted", "urban_dibao", person, note)


HITS = {
    "missing_elderly": missing_elderly,
    "missing_nursing": missing_nursing,
    "missing_student_living": missing_student_living,
    "missing_contribution": missing_contribution,
    "low_income_unassisted": low_income_unassisted,
}
NEAR = {
    "missing_elderly": missing_elderly_near,
    "missing_nursing": missing_nursing_near,
    "missing_student_living": missing_student_living_near,
    "missing_contribution": missing_contribution_near,
    "low_income_unassisted": low_income_unassisted_near,
}

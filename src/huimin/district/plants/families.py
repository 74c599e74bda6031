"""Group K: orphans, spouses, veterans, and people in sudden need."""

from datetime import date

from huimin.district.days import month_end
from huimin.district.plants.scenes import enrol, every_month
from huimin.district.plants.stage import Person, Stage, yuan


def temporary_repeat(stage: Stage, item: str, i: int) -> None:
    """Three or four times in a year."""
    year, person = stage.days.year, stage.person(45)
    days = [date(year, 1, 1), *(date(year, month, 9) for month in range(3, 5 + i % 2))]
    for day in days:
        stage.add(item, person, reason="生活困难", amount=yuan(1000), paid_on=day)
    amount = 1000 * (len(days) - 1)
    stage.hit("temporary_repeat", item, person, days, amount, 2, f"{len(days)} times", subject=str(year))


def temporary_repeat_near(stage: Stage) -> None:
    """Twice this year and on the last day of the year before."""
    year, person = stage.days.year, stage.person(45)
    for day in (date(year - 1, 12, 31), date(year, 1, 1), date(year, 4, 9)):
        stage.add("temporary_assistance", person, reason="生活困难", amount=yuan(1000), paid_on=day)
    stage.near("temporary_repeat", "temporary_assistance", person, "two in each year at most", subject=str(year))


def _orphan(stage: Stage, age: int = 10, born: date | None = None, category: str = "孤儿") -> Person:
    child = stage.person(age, born=born, relation="户主")
    every_month(stage, "orphan_allowance", child, 1400, child_category=category)
    return child


def orphan_parent(stage: Stage, item: str, i: int) -> None:
    """A parent on the register; one who died in the latest month."""
    days = stage.days
    child, parent = _orphan(stage), stage.person(38)
    stage.add("parents", child, parent_id=parent.id_number, parent_name=parent.name, relation="母")
    months = days.months
    if i % 2:
        stage.add("deaths", parent, died_on=month_end(days.last), source="公安")
        months = months[:-1]
    stage.hit("orphan_parent", item, child, months, 1400 * len(months), 2, "a living parent", subject=parent.id_number)


def orphan_parent_near(stage: Stage) -> None:
    """A parent dead since before the first month; no orphan, but nobody looks after the child."""
    days = stage.days
    for category, died in (("孤儿", month_end(days.months[0])), ("事实无人抚养儿童", None)):
        child, parent = _orphan(stage, category=category), stage.person(38)
        stage.add("parents", child, parent_id=parent.id_number, parent_name=parent.name, relation="父")
        if died:
            stage.add("deaths", parent, died_on=died, source="公安")
        stage.near("orphan_parent", "orphan_allowance", child, f"{category}, {died}", subject=parent.id_number)


def orphan_age(stage: Stage, item: str, i: int) -> None:
    """Eighteen on the first day of the latest month but one; eighteen all year."""
    days = stage.days
    from_month = (days.months[-2], days.months[0])[i % 2]
    child = _orphan(stage, born=from_month.replace(year=from_month.year - 18))
    months = [month for month in days.months if month >= from_month]
    stage.hit("orphan_age", item, child, months, 1400 * len(months), 3, f"of age from {from_month}")


def orphan_age_near(stage: Stage) -> None:
    """Eighteen on the second day of the latest month; of age and at school."""
    last = stage.days.last
    child = _orphan(stage, born=last.replace(year=last.year - 18, day=2))
    stage.near("orphan_age", "orphan_allowance", child, "a day short")
    pupil = _orphan(stage, 19)
    enrol(stage, pupil, "中职")
    stage.near("orphan_age", "orphan_allowance", pupil, "at school")


def veteran_not_registered(stage: Stage, item: str, i: int) -> None:
    """On no register of veterans."""
    person = stage.person(70)
    every_month(stage, item, person, 750, veteran_category="参战退役人员")
    months = stage.days.months
    stage.hit("veteran_not_registered", item, person, months, 750 * len(months), 1, "unknown")


def veteran_not_registered_near(stage: Stage) -> None:
    """Registered yesterday."""
    person = stage.person(70)
    every_month(stage, "veterans_allowance", person, 750)
    stage.add("veterans", person, registered_on=stage.days.last)
    stage.near("veteran_not_registered", "veterans_allowance", person, "registered late")


def _wed(stage: Stage, person: Person, spouse: Person, event: str, day: date) -> None:
    stage.add("marriages", person, spouse_id=spouse.id_number, spouse_name=spouse.name, event=event, registered_on=day)


def dibao_spouse(stage: Stage, item: str, i: int) -> None:
    """Married to somebody who is in no row; since the last day of the second month."""
    months = stage.days.months
    head, spouse = stage.person(66), stage.person(66)
    stage.dibao(item, [head], months)
    _wed(stage, head, spouse, "结婚", month_end(months[1]) if i % 2 else date(2001, 5, 1))
    wed = months[1:] if i % 2 else months
    stage.hit("dibao_spouse", item, head, wed, 300 * len(wed), 3, "spouse left out", subject=spouse.id_number)


def dibao_spouse_near(stage: Stage) -> None:
    """Divorced on the last day of the first month; the spouse is a member; the spouse died in the first month."""
    months = stage.days.months
    divorced, former = stage.person(66), stage.person(66)
    stage.dibao("urban_dibao", [divorced], months)
    _wed(stage, divorced, former, "结婚", date(2001, 5, 1))
    _wed(stage, divorced, former, "离婚", month_end(months[0]))
    stage.near("dibao_spouse", "urban_dibao", divorced, "divorced", subject=former.id_number)
    head = stage.person(66)
    mate = stage.person(66, home=head, relation="配偶")
    stage.dibao("rural_dibao", [head, mate], months)
    _wed(stage, head, mate, "结婚", date(2001, 5, 1))
    _wed(stage, mate, head, "结婚", date(2001, 5, 1))
    stage.near("dibao_spouse", "rural_dibao", head, "a member", subject=mate.id_number)
    widow, late = stage.person(66), stage.person(66)
    stage.dibao("urban_dibao", [widow], months)
    _wed(stage, widow, late, "结婚", date(2001, 5, 1))
    stage.add("deaths", late, died_on=month_end(months[0]), source="公安")
    stage.near("dibao_spouse", "urban_dibao", widow, "dead", subject=late.id_number)


HITS = {
    "temporary_repeat": temporary_repeat,
    "orphan_parent": orphan_parent,
    "orphan_age": orphan_age,
    "veteran_not_registered": veteran_not_registered,
    "dibao_spouse": dibao_spouse,
}
NEAR = {
    "temporary_repeat": temporary_repeat_near,
    "orphan_parent": orphan_parent_near,
    "orphan_age": orphan_age_near,
    "veteran_not_registered": veteran_not_registered_near,
    "dibao_spouse": dibao_spouse_near,
}

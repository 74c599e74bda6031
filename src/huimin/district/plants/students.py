"""Group G: student aid."""

from datetime import date, timedelta

from huimin.district.plants.scenes import aid, enrol
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan

LIVING, GRANT = "student_living", "high_school_grant"


def _pupil(stage: Stage, item: str) -> Person:
    return stage.person(9 if item == LIVING else 16)


def _kind(item: str) -> str:
    return "小学" if item == LIVING else "高中"


def student_not_enrolled(stage: Stage, item: str, i: int) -> None:
    """On no school register; left on the last day of the autumn term; suspended without a day."""
    days = stage.days
    person = _pupil(stage, item)
    if i % 3 == 1:
        enrol(stage, person, _kind(item), to_on=days.spring_on - timedelta(days=1), status="转出")
    if i % 3 == 2:
        enrol(stage, person, _kind(item), status="休学")
    terms = (
        [(days.spring, days.spring_on)]
        if i % 3 == 1
        else [(days.autumn, days.autumn_on), (days.spring, days.spring_on)]
    )
    for term in (days.autumn, days.spring):
        aid(stage, item, person, term)
    starts = [start for _, start in terms]
    stage.hit("student_not_enrolled", item, person, starts, 500 * len(starts), 1, ("never", "left", "suspended")[i % 3])


def student_not_enrolled_near(stage: Stage) -> None:
    """Left on the first day of the term."""
    for item in (LIVING, GRANT):
        person = _pupil(stage, item)
        enrol(stage, person, _kind(item), to_on=stage.days.spring_on, status="转出")
        aid(stage, item, person, stage.days.spring)
        stage.near("student_not_enrolled", item, person, "one day of the term")


def student_stage(stage: Stage, item: str, i: int) -> None:
    """At a school of another stage."""
    person = stage.person(16)
    kind = ("高中", "中职")[i % 2] if item == LIVING else ("中职", "初中")[i % 2]
    enrol(stage, person, kind)
    aid(stage, item, person, stage.days.spring)
    stage.hit("student_stage", item, person, [stage.days.spring_on], 500, 1, kind)


def student_stage_near(stage: Stage) -> None:
    """Two rows in the term, one of the right stage."""
    person = stage.person(15)
    enrol(stage, person, "初中", to_on=stage.days.spring_on, status="毕业")
    enrol(stage, person, "中职", from_on=stage.days.spring_on)
    aid(stage, LIVING, person, stage.days.spring, school="云岭中学")
    stage.near("student_stage", LIVING, person, "one of two rows fits")


def student_school(stage: Stage, item: str, i: int) -> None:
    """Right stage, another school."""
    days = stage.days
    person = _pupil(stage, item)
    enrol(stage, person, _kind(item), school="栖霞小学" if item == LIVING else "栖霞高级中学")
    terms = ((days.autumn, days.autumn_on), (days.spring, days.spring_on))[i % 2 :]
    for term, _ in terms:
        aid(stage, item, person, term)
    starts = [start for _, start in terms]
    stage.hit("student_school", item, person, starts, 500 * len(starts), 3, "another school")


def student_school_near(stage: Stage) -> None:
    """School not given; two schools, one of them the roster's."""
    person = _pupil(stage, LIVING)
    enrol(stage, person, "小学")
    aid(stage, LIVING, person, stage.days.spring, school=None)
    stage.near("student_school", LIVING, person, "school not given")
    person = _pupil(stage, GRANT)
    enrol(stage, person, "高中", school="栖霞高级中学", to_on=date(stage.days.year, 4, 1), status="转出")
    enrol(stage, person, "高中", from_on=date(stage.days.year, 4, 2))
    aid(stage, GRANT, person, stage.days.spring)
    stage.near("student_school", GRANT, person, "one of two schools")


def student_not_hardship(stage: Stage, item: str, i: int) -> None:
    """The hardship claimed is on no roster or register."""
    year = stage.days.year
    person = _pupil(stage, item)
    enrol(stage, person, _kind(item))
    category = ("低保", "特困", "残疾", "建档立卡")[i % 4]
    cells: dict[str, PlantedCell] = {}
    if category == "低保":
        guardian = stage.person(38, home=person, relation="父母")
        cells = {"guardian_name": guardian.name, "guardian_id": guardian.id_number}
    if category == "残疾":
        stage.certify(person, 3, expires_on=date(year, 1, 31))
    if category == "建档立卡":
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year, 1, 31))
    aid(stage, item, person, stage.days.spring, hardship_category=category, **cells)
    stage.hit("student_not_hardship", item, person, [stage.days.spring_on], 500, 2, category)


def student_not_hardship_near(stage: Stage) -> None:
    """A guardian elsewhere on dibao; a sibling on dibao; a certificate or poverty file for a day; other categories."""
    days = stage.days
    guardian = stage.person(66)
    stage.dibao("rural_dibao", [guardian], days.months[:2])
    sibling_of = stage.person(9)
    stage.dibao("urban_dibao", [stage.person(12, home=sibling_of, relation="姐姐")], days.months[4:6])
    disabled, filed, other = stage.person(9), stage.person(9), stage.person(9)
    stage.certify(disabled, 4, expires_on=days.spring_on)
    stage.add("poverty_households", filed, from_on=date(2016, 1, 1), to_on=days.spring_on)
    ward = stage.person(9)
    for person, category, cells in (
        (ward, "低保", {"guardian_id": guardian.id_number, "guardian_name": guardian.name}),
        (sibling_of, "低保", {}),
        (disabled, "残疾", {}),
        (filed, "建档立卡", {}),
        (other, "低保边缘", {}),
    ):
        enrol(stage, person, "小学")
        aid(stage, LIVING, person, days.spring, hardship_category=category, **cells)
        stage.near("student_not_hardship", LIVING, person, category)


def student_over_standard(stage: Stage, item: str, i: int) -> None:
    """Above the stage's or the level's amount."""
    person = _pupil(stage, item)
    enrol(stage, person, _kind(item))
    over = (0.01, 125, 300)[i % 3]
    aid(stage, item, person, stage.days.spring, amount=yuan(500 + over))
    stage.hit("student_over_standard", item, person, [stage.days.spring_on], yuan(over), 1, f"{over} too much")


def student_over_standard_near(stage: Stage) -> None:
    """Left primary for middle school in the term: the larger standard counts; a level that is no level."""
    days = stage.days
    person = stage.person(12)
    enrol(stage, person, "小学", to_on=days.spring_on, status="毕业")
    enrol(stage, person, "初中", from_on=days.spring_on)
    aid(stage, LIVING, person, days.spring, amount=yuan(625))
    stage.near("student_over_standard", LIVING, person, "the larger of two standards")
    for level, amount in (("一等", 1500), ("特等", 3000)):
        person = _pupil(stage, GRANT)
        enrol(stage, person, "高中")
        aid(stage, GRANT, person, days.spring, level=level, amount=yuan(amount))
        stage.near("student_over_standard", GRANT, person, f"{level} {amount}")


HITS = {
    "student_not_enrolled": student_not_enrolled,
    "student_stage": student_stage,
    "student_school": student_school,
    "student_not_hardship": student_not_hardship,
    "student_over_standard": student_over_standard,
}
NEAR = {
    "student_not_enrolled": student_not_enrolled_near,
    "student_stage": student_stage_near,
    "student_school": student_school_near,
    "student_not_hardship": student_not_hardship_near,
    "student_over_standard": student_over_standard_near,
}

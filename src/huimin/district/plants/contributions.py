"""Group E: pension contributions paid on behalf."""

from datetime import date

from huimin.district.days import month_end
from huimin.district.plants.scenes import recipient
from huimin.district.plants.stage import PlantedCells, Stage, yuan


def contribution_employee(stage: Stage, item: str, i: int) -> None:
    """Insured by an employer for all, exactly six, or five months of the year."""
    year = stage.days.year
    got = recipient(stage, item)
    to_month, tier = ((None, 1), (date(year, 6, 1), 1), (date(year, 5, 1), 2))[i % 3]
    stage.add(
        "employee_pension",
        got.person,
        employer="锦澜物业公司",
        from_month=date(year - 1, 3, 1),
        to_month=to_month,
        wage_base=yuan(4200),
    )
    stage.hit("contribution_employee", item, got.person, got.periods, 200, tier, f"until {to_month}")


def contribution_employee_near(stage: Stage) -> None:
    """Insured until December before."""
    got = recipient(stage, "pension_contribution")
    stage.add("employee_pension", got.person, from_month=date(2019, 1, 1), to_month=date(stage.days.year - 1, 12, 1))
    stage.near("contribution_employee", "pension_contribution", got.person, "ended in December before")


def contribution_drawing(stage: Stage, item: str, i: int) -> None:
    """Draws a pension since January, or drew it until January."""
    start = date(stage.days.year, 1, 1)
    got = recipient(stage, item)
    months: PlantedCells = {"from_month": start} if i % 2 == 0 else {"from_month": date(2021, 5, 1), "to_month": start}
    stage.add("pension_benefits", got.person, kind="城乡居民养老", monthly_amount=yuan(150), **months)
    stage.hit("contribution_drawing", item, got.person, got.periods, 200, 1, str(months))


def contribution_drawing_near(stage: Stage) -> None:
    """Draws since February; drew until December before."""
    year = stage.days.year
    for months in (
        {"from_month": date(year, 2, 1)},
        {"from_month": date(2020, 1, 1), "to_month": date(year - 1, 12, 1)},
    ):
        got = recipient(stage, "pension_contribution")
        stage.add("pension_benefits", got.person, kind="城乡居民养老", monthly_amount=yuan(150), **months)
        stage.near("contribution_drawing", "pension_contribution", got.person, str(months))


def contribution_age(stage: Stage, item: str, i: int) -> None:
    """Sixty on 1 January; sixteen on the first day after the year."""
    year = stage.days.year
    born = (date(year - 60, 1, 1), date(year - 15, 1, 1), date(year - 63, 8, 8))[i % 3]
    got = recipient(stage, item, stage.person(born=born))
    stage.hit("contribution_age", item, got.person, got.periods, 200, 1, f"born {born}")


def contribution_age_near(stage: Stage) -> None:
    """Sixty on 2 January; sixteen on 31 December."""
    year = stage.days.year
    for born in (date(year - 60, 1, 2), date(year - 16, 12, 31)):
        got = recipient(stage, "pension_contribution", stage.person(born=born))
        stage.near("contribution_age", "pension_contribution", got.person, f"born {born}")


def contribution_not_hardship(stage: Stage, item: str, i: int) -> None:
    """The category claimed is not on the roster that it refers to."""
    year = stage.days.year
    person = stage.person(40)
    category = ("低保", "特困", "重度残疾", "建档立卡")[i % 4]
    if category == "重度残疾":
        stage.certify(person, 3)
    if category == "建档立卡":
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year - 1, 12, 31))
    got = recipient(stage, item, person, hardship_category=category)
    stage.hit("contribution_not_hardship", item, person, got.periods, 200, 2, category)


def contribution_not_hardship_near(stage: Stage) -> None:
    """On dibao for one month; on tekun for one; a certificate valid for one day; off the poverty list after one day."""
    start = stage.days.months[0]
    people = [stage.person(40) for _ in range(6)]
    stage.pay("urban_dibao", people[0], [start], 300, household_head_id=people[0].id_number, relation="户主")
    stage.certify(people[1], 2, "智力", expires_on=month_end(start))
    stage.pay("tekun", people[1], [start], 1216)
    stage.certify(people[2], 2, expires_on=start)
    stage.add("poverty_households", people[3], from_on=None, to_on=start)
    for person, category in zip(people, ("低保", "特困", "重度残疾", "建档立卡", "低保边缘", None)):
        recipient(stage, "pension_contribution", person, hardship_category=category)
        stage.near("contribution_not_hardship", "pension_contribution", person, str(category))


HITS = {
    "contribution_employee": contribution_employee,
    "contribution_drawing": contribution_drawing,
    "contribution_age": contribution_age,
    "contribution_not_hardship": contribution_not_hardship,
}
NEAR = {
    "contribution_employee": contribution_employee_near,
    "contribution_drawing": contribution_drawing_near,
    "contribution_age": contribution_age_near,
    "contribution_not_hardship": contribution_not_hardship_near,
}

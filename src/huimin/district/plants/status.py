"""Group A: the dead, prisoners, those who left, wrong names."""

from datetime import date, timedelta

from huimin.district.days import month_end
from huimin.district.plants.scenes import recipient, total, typical_age
from huimin.district.plants.stage import Stage
from huimin.district.tables import MONTH_ITEMS

SOURCES = ((("公安",), 1), (("卫健",), 2), (("卫健", "殡葬"), 1), ((None,), 2))
EVENTS = ("vehicle_trade_in", "farm_machinery")


def deceased(stage: Stage, item: str, i: int) -> None:
    """Paid after death; the sources of the report give the tier."""
    days = stage.days
    monthly = (month_end(days.months[2]), days.months[1], date(days.year - 1, 12, 31))[i % 3]
    died = {"vehicle_trade_in": date(2022, 9, 19), "farm_machinery": date(days.year, 4, 11)}.get(item, monthly)
    if item in ("student_living", "high_school_grant"):
        died = date(days.year, 1, 31)
    elif item not in MONTH_ITEMS and item not in EVENTS:
        died = date(days.year - 1, 12, 31)
    sources, tier = SOURCES[i % len(SOURCES)]
    person = stage.person(typical_age(item), status="注销", status_on=died + timedelta(days=6))
    got = recipient(stage, item, person)
    for number, source in enumerate(sources):
        stage.add("deaths", person, died_on=died + timedelta(days=number), source=source)
    after = [start for start in got.periods if start > (month_end(died) if item in MONTH_ITEMS else died)]
    stage.hit("deceased", item, person, after, total(got, after), tier, f"died {died}, sources {sources}")
    if item == "disability_living":
        stage.hit("deceased", "urban_dibao", person, after, 300 * len(after), tier, "on dibao as well")


def deceased_near(stage: Stage) -> None:
    """Paid in the month of death, on the day of death, for the year of death, for the term that began on the day."""
    days = stage.days
    last = days.months[-1]
    cases = [(item, last) for item in MONTH_ITEMS] + [
        ("vehicle_trade_in", date(2022, 9, 20)),
        ("farm_machinery", date(days.year, 4, 12)),
        ("pension_contribution", date(days.year, 1, 1)),
        ("student_living", days.spring_on),
        ("forestry", date(days.year, 3, 1)),
    ]
    for item, died in cases:
        person = stage.person(typical_age(item), status="注销", status_on=died)
        recipient(stage, item, person)
        stage.add("deaths", person, died_on=died, source="公安")
        stage.near("deceased", item, person, f"died {died}, nothing starts after it")
        stage.near("left_register", item, person, "struck off because of death")


def prisoner(stage: Stage, item: str, i: int) -> None:
    """In prison through whole months."""
    got = recipient(stage, item)
    months = stage.days.months
    starts, ends, slice_ = (
        (months[0] - timedelta(days=1), None, months),
        (months[0], None, months[1:]),
        (date(2020, 5, 6), month_end(months[3]), months[:3]),
    )[i % 3]
    stage.add("prisoners", got.person, from_on=starts, to_on=ends, facility="云梦泽监狱")
    stage.hit("prisoner", item, got.person, slice_, total(got, slice_), 1, f"in from {starts} to {ends}")
    if item == "disability_living":
        stage.hit("prisoner", "urban_dibao", got.person, slice_, 300 * len(slice_), 1, "on dibao as well")


def prisoner_near(stage: Stage) -> None:
    """From the first day of one month to the last day of the next: no month throughout."""
    months = stage.days.months
    for item in ("urban_dibao", "elderly_allowance"):
        got = recipient(stage, item)
        stage.add("prisoners", got.person, from_on=months[0], to_on=month_end(months[1]))
        stage.near("prisoner", item, got.person, "neither month is covered throughout")
    worker = recipient(stage, "pension_contribution")
    stage.add("prisoners", worker.person, from_on=date(2020, 1, 1), to_on=None)
    stage.near("prisoner", "pension_contribution", worker.person, "item is not in prisoner_items")


def left_register(stage: Stage, item: str, i: int) -> None:
    """Moved away or struck off, and still paid."""
    days = stage.days
    moved = days.months[1] + timedelta(days=14) if item in MONTH_ITEMS else date(days.year - 1, 12, 31)
    person = stage.person(typical_age(item), status=("迁出", "注销")[i % 2], status_on=moved)
    got = recipient(stage, item, person)
    after = [start for start in got.periods if start > moved]
    stage.hit("left_register", item, person, after, total(got, after), 2, f"left {moved}")
    if item == "disability_living":
        stage.hit("left_register", "urban_dibao", person, after, 300 * len(after), 2, "on dibao as well")


def left_register_near(stage: Stage) -> None:
    """Left on the first day of the last month paid; left one household and is on the register with another."""
    last = stage.days.months[-1]
    for item in ("urban_dibao", "elderly_allowance"):
        got = recipient(stage, item, stage.person(typical_age(item), status="迁出", status_on=last))
        stage.near("left_register", item, got.person, "left on the day the last period starts")
    moved = stage.person(85)
    stage.add("population", moved, household_number="P1", relation="子女", status="迁出", status_on=date(2020, 1, 1))
    recipient(stage, "elderly_allowance", moved)
    stage.near("left_register", "elderly_allowance", moved, "has a row of status 正常 too")


def not_registered(stage: Stage, item: str, i: int) -> None:
    """Paid, and on no population row."""
    got = recipient(stage, item, stage.person(typical_age(item), status=None))
    stage.hit("not_registered", item, got.person, got.periods, total(got, got.periods), 0, "on no population row")
    if item == "disability_living":
        stage.hit(
            "not_registered", "urban_dibao", got.person, got.periods, 300 * len(got.periods), 0, "on dibao as well"
        )


def not_registered_near(stage: Stage) -> None:
    """A trade-in applicant from elsewhere: the item is not for residents alone."""
    got = recipient(stage, "vehicle_trade_in", stage.person(45, status=None))
    stage.near("not_registered", "vehicle_trade_in", got.person, "item is not in resident_items")


def name_mismatch(stage: Stage, item: str, i: int) -> None:
    """The payment bears a name that the register does not know."""
    got = (
        recipient(stage, item, name="甲乙丙"[i % 3] + "同名", account_name=None)
        if item in _WITH_ACCOUNT
        else recipient(stage, item, name="甲同名")
    )
    stage.hit("name_mismatch", item, got.person, got.periods, total(got, got.periods), 0, "paid under another name")


_WITH_ACCOUNT = frozenset({*MONTH_ITEMS, *EVENTS, "student_living", "high_school_grant", "forestry"})


def name_mismatch_near(stage: Stage) -> None:
    """Names that are the same after normalisation: white space, other middle dots; and with rare characters."""
    for rare in ("周䶮", "吴㛃", "郑𬱖华"):
        got = recipient(stage, "elderly_allowance", stage.person(85, name=rare))
        stage.near("name_mismatch", "elderly_allowance", got.person, "a character outside GBK")
    for written in ("阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽·买买提\u200b"):
        person = stage.person(85, name="阿依古丽·买买提")
        recipient(stage, "elderly_allowance", person, name=written, account_name=None)
        stage.near("name_mismatch", "elderly_allowance", person, "equal after normalisation")
    person = stage.person(66, name="王小明")
    recipient(stage, "urban_dibao", person, name="王 小　明", account_name=None)
    stage.near("name_mismatch", "urban_dibao", person, "equal without inner white space")


HITS = {
    "deceased": deceased,
    "prisoner": prisoner,
    "left_register": left_register,
    "not_registered": not_registered,
    "name_mismatch": name_mismatch,
}
NEAR = {
    "deceased": deceased_near,
    "prisoner": prisoner_near,
    "left_register": left_register_near,
    "not_registered": not_registered_near,
    "name_mismatch": name_mismatch_near,
}

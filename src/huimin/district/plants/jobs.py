"""Group K: work elsewhere, rewards for employers, public posts."""

from datetime import date, timedelta

import numpy as np

from huimin.district.days import month_end
from huimin.district.identities import credit_codes
from huimin.district.plants.scenes import every_month
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan


def _travel(stage: Stage, person: Person) -> date:
    """The transport subsidy of this year; returns its first day."""
    year = stage.days.year
    stage.add(
        "transport_subsidy", person, year=year, employer="东莞电子厂", destination="广东东莞", amount=yuan(500),
        paid_on=date(year, 6, 20),
    )  # fmt: skip
    return date(year, 1, 1)


def transport_not_poor(stage: Stage, item: str, i: int) -> None:
    """Never on the poverty list; off it since the last day of the year before."""
    person = stage.person(35)
    if i % 2:
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(stage.days.year - 1, 12, 31))
    stage.hit("transport_not_poor", item, person, [_travel(stage, person)], 500, 1, "not poor")


def transport_not_poor_near(stage: Stage) -> None:
    """Off the list on the first day of the year."""
    person = stage.person(35)
    stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=_travel(stage, person))
    stage.near("transport_not_poor", "transport_subsidy", person, "one day")


def _insure(stage: Stage, person: Person, first: date, last: date | None = None) -> None:
    stage.add("employee_pension", person, employer="明溪纺织厂", from_month=first, to_month=last, wage_base=yuan(4200))


def transport_local(stage: Stage, item: str, i: int) -> None:
    """Insured here all year, without an end or to December."""
    year, person = stage.days.year, stage.person(35)
    stage.add("poverty_households", person, from_on=date(2016, 1, 1))
    _insure(stage, person, date(year, 1, 1), date(year, 12, 1) if i % 2 else None)
    stage.hit("transport_local", item, person, [_travel(stage, person)], 500, 3, "all year")


def transport_local_near(stage: Stage) -> None:
    """Insured from February on; to November."""
    year = stage.days.year
    for first, last in ((date(year, 2, 1), None), (date(2020, 1, 1), date(year, 11, 1))):
        person = stage.person(35)
        stage.add("poverty_households", person, from_on=date(2016, 1, 1))
        _insure(stage, person, first, last)
        _travel(stage, person)
        stage.near("transport_local", "transport_subsidy", person, f"from {first} to {last}")


def _reward(stage: Stage, person: Person, day: date, code: str | None = None, insured: bool = True) -> str:
    """A reward of a thousand yuan for the worker; returns the business's code, on no register unless given."""
    code = code or str(credit_codes(np.array([stage.number()]))[0])
    stage.add("employment_reward", person, credit_code=code, amount=yuan(1000), paid_on=day, hired_on=date(2022, 9, 1))
    if insured:
        _insure(stage, person, day.replace(day=1), day.replace(day=1))
    return code


def _business(stage: Stage, owner: Person, **cells: PlantedCell) -> str:
    code = str(credit_codes(np.array([stage.number()]))[0])
    row: dict[str, PlantedCell] = {"business_type": "企业", "established_on": date(2015, 1, 1), "status": "存续"}
    stage.add("businesses", owner, credit_code=code, **(row | cells))
    return code


def reward_not_insured(stage: Stage, item: str, i: int) -> None:
    """Insured until the month before, or from the month after."""
    year, person = stage.days.year, stage.person(30)
    day = date(year, 4, 18)
    first, last = ((date(2021, 1, 1), date(year, 3, 1)), (date(year, 5, 1), None))[i % 2]
    _insure(stage, person, first, last)
    code = _reward(stage, person, day, insured=False)
    stage.hit("reward_not_insured", item, person, [day], 1000, 2, f"from {first} to {last}", subject=code)


def reward_not_insured_near(stage: Stage) -> None:
    """Insured in that month alone."""
    person = stage.person(30)
    code = _reward(stage, person, date(stage.days.year, 4, 30))
    stage.near("reward_not_insured", "employment_reward", person, "that month", subject=code)


def reward_owner(stage: Stage, item: str, i: int) -> None:
    """The worker's own business."""
    person, day = stage.person(30), date(stage.days.year, 4, 18)
    code = _reward(stage, person, day, _business(stage, person))
    stage.hit("reward_owner", item, person, [day], 1000, 1, "one's own", subject=code)


def reward_owner_near(stage: Stage) -> None:
    """Another's business; the worker has another one."""
    person = stage.person(30)
    _business(stage, person)
    code = _reward(stage, person, date(stage.days.year, 4, 18), _business(stage, stage.person(50)))
    stage.near("reward_owner", "employment_reward", person, "another's", subject=code)


def reward_closed(stage: Stage, item: str, i: int) -> None:
    """Closed the day before, or revoked."""
    person, day = stage.person(30), date(stage.days.year, 4, 18)
    cells: dict[str, PlantedCell] = (
        {"status": "吊销"} if i % 2 else {"status": "注销", "closed_on": day - timedelta(days=1)}
    )
    code = _reward(stage, person, day, _business(stage, stage.person(50), **cells))
    stage.hit("reward_closed", item, person, [day], 1000, 1, str(cells), subject=code)


def reward_closed_near(stage: Stage) -> None:
    """Closed on the day."""
    person, day = stage.person(30), date(stage.days.year, 4, 18)
    code = _reward(stage, person, day, _business(stage, stage.person(50), status="注销", closed_on=day))
    stage.near("reward_closed", "employment_reward", person, "on the day", subject=code)


def reward_repeat(stage: Stage, item: str, i: int) -> None:
    """Two businesses within twelve months, less a day."""
    year, person = stage.days.year, stage.person(30)
    days = [date(year - 1, 4, 19), date(year, 4, 18)]
    for day in days:
        _reward(stage, person, day)
    stage.hit("reward_repeat", item, person, days, 1000, 2, "a day short of twelve months")


def reward_repeat_near(stage: Stage) -> None:
    """Two businesses twelve months apart; one business twice."""
    year = stage.days.year
    person, again = stage.person(30), stage.person(30)
    for day in (date(year - 1, 4, 18), date(year, 4, 18)):
        _reward(stage, person, day)
    code = _reward(stage, again, date(year, 3, 18))
    _reward(stage, again, date(year, 4, 18), code)
    stage.near("reward_repeat", "employment_reward", person, "twelve months apart")
    stage.near("reward_repeat", "employment_reward", again, "one business")


def _post(stage: Stage, **cells: PlantedCell) -> Person:
    person = stage.person(52)
    every_month(stage, "public_post", person, 1800, **({"employer": "清风社区居委会"} | cells))
    return person


def post_employed(stage: Stage, item: str, i: int) -> None:
    """Insured by another employer to the second month; in post from the last day of the third."""
    months, person = stage.days.months, _post(stage)
    if i % 2:
        stage.add("public_employees", person, employer="区教育局", from_on=month_end(months[2]), status="在职")
        both = months[2:]
    else:
        _insure(stage, person, date(2020, 1, 1), months[1])
        both = months[:2]
    stage.hit("post_employed", item, person, both, 1800 * len(both), 2, f"work {i % 2}")


def post_employed_near(stage: Stage) -> None:
    """Insured by the same employer; by another until December before; none told."""
    year = stage.days.year
    same, past, untold = _post(stage, employer="明溪纺织厂"), _post(stage), _post(stage, employer=None)
    _insure(stage, same, date(2020, 1, 1))
    _insure(stage, past, date(2020, 1, 1), date(year - 1, 12, 1))
    _insure(stage, untold, date(2020, 1, 1))
    for person, note in ((same, "the same"), (past, "ended before"), (untold, "not told")):
        stage.near("post_employed", "public_post", person, note)


def post_drawing(stage: Stage, item: str, i: int) -> None:
    """Draws an employee's pension from the second month on, or until the first."""
    months, person = stage.days.months, _post(stage)
    first, last = ((months[1], None), (date(2020, 1, 1), months[0]))[i % 2]
    stage.add("pension_benefits", person, kind="职工养老", monthly_amount=yuan(2300), from_month=first, to_month=last)
    both = months[:1] if last else months[1:]
    stage.hit("post_drawing", item, person, both, 1800 * len(both), 1, f"from {first} to {last}")


def post_drawing_near(stage: Stage) -> None:
    """Draws a resident's pension."""
    person = _post(stage)
    stage.add("pension_benefits", person, kind="城乡居民养老", monthly_amount=yuan(150), from_month=date(2020, 1, 1))
    stage.near("post_drawing", "public_post", person, "a resident's")


HITS = {
    "transport_not_poor": transport_not_poor,
    "transport_local": transport_local,
    "reward_not_insured": reward_not_insured,
    "reward_owner": reward_owner,
    "reward_closed": reward_closed,
    "reward_repeat": reward_repeat,
    "post_employed": post_employed,
    "post_drawing": post_drawing,
}
NEAR = {
    "transport_not_poor": transport_not_poor_near,
    "transport_local": transport_local_near,
    "reward_not_insured": reward_not_insured_near,
    "reward_owner": reward_owner_near,
    "reward_closed": reward_closed_near,
    "reward_repeat": reward_repeat_near,
    "post_employed": post_employed_near,
    "post_drawing": post_drawing_near,
}

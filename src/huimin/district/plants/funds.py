"""Group J: poverty funds, industry projects, promises."""

from datetime import date, timedelta
from typing import Any

from huimin.district.plants.stage import PlantedCell, Stage, yuan

PLACE = {"street": "竹泉乡", "community": "石门村"}


def _fund(stage: Stage, roster: str, year: int, invested: float, used: float | None, **cells: PlantedCell) -> str:
    """One row of money for a project or pairing of its own; returns the subject of its clue."""
    name = f"{'水渠整治' if roster == 'poverty_funds' else '区水务公司'}{stage.number() % 10_000}"
    key = "project" if roster == "poverty_funds" else "paired_unit"
    row: dict[str, PlantedCell] = {
        "year": year,
        "invested": yuan(invested),
        "used": None if used is None else yuan(used),
    }
    if roster == "poverty_funds":
        row["authority"] = "区水务局"
    row |= PLACE | {key: name} | cells
    stage.add(roster, **row)
    return "/".join((str(year), row["street"] or "", row["community"] or "", row[key]))


def fund_idle(stage: Stage, item: str, i: int) -> None:
    """A fen less than nine tenths used; nothing used; no place given."""
    year = stage.days.run_date.year - 1
    used = (89_999.99, None, 10_000)[i % 3]
    subject = _fund(stage, item, year, 100_000, used, **({"community": None} if i % 3 == 2 else {}))
    stage.hit("fund_idle", item, None, [date(year, 1, 1)], 100_000 - (used or 0), 2, f"used {used}", subject=subject)


def fund_idle_near(stage: Stage) -> None:
    """Exactly nine tenths; explained; this year's; two rows that add up."""
    year = stage.days.run_date.year
    for roster in ("poverty_funds", "pairing_funds"):
        for when, used, cells in (
            (year - 1, 90_000, {}),
            (year - 1, 0, {"unused_reason": "招标流标，已重新组织"}),
            (year, 10_000, {}),
        ):
            subject = _fund(stage, roster, when, 100_000, used, **cells)
            stage.near("fund_idle", roster, None, f"{when}: {used}", subject=subject)
        subject = _fund(stage, roster, year - 1, 100_000, 60_000)
        stage.rows[roster].append(stage.rows[roster][-1] | {"invested": yuan(0), "used": yuan(35_000)})
        stage.near("fund_idle", roster, None, "two rows add up", subject=subject)


def fund_overspent(stage: Stage, item: str, i: int) -> None:
    """More used than invested."""
    year = stage.days.run_date.year - i % 2
    subject = _fund(stage, item, year, 50_000, 50_000.01 + 700 * i)
    stage.hit("fund_overspent", item, None, [date(year, 1, 1)], yuan(0.01 + 700 * i), 1, "overspent", subject=subject)


def fund_overspent_near(stage: Stage) -> None:
    """Exactly what was invested."""
    for roster in ("poverty_funds", "pairing_funds"):
        subject = _fund(stage, roster, stage.days.year, 50_000, 50_000)
        stage.near("fund_overspent", roster, None, "all of it", subject=subject)


def project_not_poor(stage: Stage, item: str, i: int) -> None:
    """A project for somebody not on file, or no longer."""
    year = stage.days.year
    person = stage.person(45)
    if i % 2:
        stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year - 1, 12, 31))
    stage.add(item, person, year=year, project="稻虾共作", amount=yuan(2500))
    stage.hit("project_not_poor", item, person, [date(year, 1, 1)], 2500, 1, "not on file", subject="稻虾共作")


def project_not_poor_near(stage: Stage) -> None:
    """Off the list on 1 January."""
    year = stage.days.year
    person = stage.person(45)
    stage.add("poverty_households", person, from_on=date(2016, 1, 1), to_on=date(year, 1, 1))
    stage.add("industry_project", person, year=year, project="稻虾共作", amount=yuan(2500))
    stage.near("project_not_poor", "industry_project", person, "one day of the year", subject="稻虾共作")


def _poor_couple(stage: Stage, projects: tuple[str, ...]) -> tuple[Any, Any]:
    head = stage.person(48)
    both = (head, stage.person(47, home=head, relation="配偶"))
    for person in both:
        stage.add("poverty_households", person, from_on=date(2016, 1, 1))
    for number, project in enumerate(projects):
        stage.add("industry_project", both[number % 2], year=stage.days.year, project=project, amount=yuan(1000))
    return both


def project_concentration(stage: Stage, item: str, i: int) -> None:
    """Three or four projects in one household."""
    projects = ("稻虾共作", "林下养鸡", "生态茶园", "光伏电站")[: 3 + i % 2]
    both = _poor_couple(stage, projects)
    year = stage.days.year
    least = min(both, key=lambda person: str(person.id_number))
    stage.hit(
        "project_concentration", item, least, [date(year, 1, 1)], 1000 * len(projects), 2, "piled up", subject=str(year)
    )


def project_concentration_near(stage: Stage) -> None:
    """Three rows of two projects."""
    both = _poor_couple(stage, ("稻虾共作", "林下养鸡", "稻虾共作"))
    least = min(both, key=lambda person: str(person.id_number))
    stage.near("project_concentration", "industry_project", least, "two projects", subject=str(stage.days.year))


def commitment_overdue(stage: Stage, item: str, i: int) -> None:
    """Not done by the day before the run, or done late."""
    due = stage.days.run_date - timedelta(days=1 + 30 * (i % 3))
    done = due + timedelta(days=1) if i % 2 else None
    text = f"便民服务点建设第{i + 1}处"
    stage.add(item, department="区民政局", commitment=text, due_on=due, done_on=done, kind="措施")
    stage.hit("commitment_overdue", item, None, [due], 0, 2 if done else 1, f"due {due}, done {done}", subject=text)


def commitment_overdue_near(stage: Stage) -> None:
    """Due on the day of the run; done on the day."""
    today = stage.days.run_date
    for text, due, done in (
        ("政策宣讲全覆盖", today, None),
        ("台账公示上墙", today - timedelta(days=9), today - timedelta(days=9)),
    ):
        stage.add("commitments", department="区教育局", commitment=text, due_on=due, done_on=done, kind="目标")
        stage.near("commitment_overdue", "commitments", None, f"due {due}, done {done}", subject=text)


HITS = {
    "fund_idle": fund_idle,
    "fund_overspent": fund_overspent,
    "project_not_poor": project_not_poor,
    "project_concentration": project_concentration,
    "commitment_overdue": commitment_overdue,
}
NEAR = {
    "fund_idle": fund_idle_near,
    "fund_overspent": fund_overspent_near,
    "project_not_poor": project_not_poor_near,
    "project_concentration": project_concentration_near,
    "commitment_overdue": commitment_overdue_near,
}

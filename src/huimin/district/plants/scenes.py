"""People who receive something and give no clue: the ground on which plants put one fact too many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from huimin.district.cars import SUBSIDY
from huimin.district.education import AID, GRANTS
from huimin.district.identities import plates, vins
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan

DIBAO = ("urban_dibao", "rural_dibao")
BIRTHS = {"elderly_allowance": 85, "pension_contribution": 40, "student_living": 9, "high_school_grant": 16}
"""Age of a typical recipient; of the other items 66 when monthly, else 45."""


@dataclass(frozen=True)
class PaidPeriods:
    """What a person received of one item: the first day of each period, and the same amount in each."""

    person: Person
    periods: tuple[date, ...]
    amount: Decimal


def typical_age(item: str) -> int:
    """An age at which a recipient of the item is clean."""
    monthly = (*DIBAO, "tekun", "disability_living", "disability_nursing")
    return BIRTHS.get(item, 66 if item in monthly else 45)


def recipient(stage: Stage, item: str, person: Person | None = None, **cells: PlantedCell) -> PaidPeriods:
    """Somebody (new, unless given) who receives the item in every period delivered; `cells` go on its rows.

    A recipient of disability_living is on urban_dibao as well, with 300 yuan a month.
    """
    days = stage.days
    person = person or stage.person(typical_age(item))
    months, year = days.months, days.year
    start = date(year, 1, 1)
    if item in DIBAO:
        stage.dibao(item, [person], months, **cells)
        return PaidPeriods(person, months, yuan(300))
    if item == "tekun":
        stage.tekun(person, months, **cells)
        return PaidPeriods(person, months, yuan(1216))
    if item == "disability_living":
        stage.dibao("urban_dibao", [person], months)
        stage.pay(item, person, months, 100, **(stage.certify(person, 3) | cells))
        return PaidPeriods(person, months, yuan(100))
    if item == "disability_nursing":
        stage.pay(item, person, months, 150, **(stage.certify(person, 1) | cells))
        return PaidPeriods(person, months, yuan(150))
    if item == "elderly_allowance":
        stage.pay(item, person, months, 100, **cells)
        return PaidPeriods(person, months, yuan(100))
    if item in ("student_living", "high_school_grant"):
        kind = "小学" if item == "student_living" else "高中"
        number = enrol(stage, person, kind)
        for term in (days.autumn, days.spring):
            aid(stage, item, person, term, student_number=number, **cells)
        return PaidPeriods(person, (days.autumn_on, days.spring_on), yuan(500))
    return _other(stage, item, person, start, cells)


def _other(stage: Stage, item: str, person: Person, start: date, cells: dict[str, PlantedCell]) -> PaidPeriods:
    year = start.year
    if item == "pension_contribution":
        row = {"year": year, "hardship_category": "低保边缘", "amount": yuan(200), "paid_on": date(year, 6, 30)}
        stage.add(item, person, **(row | cells))
        return PaidPeriods(person, (start,), yuan(200))
    if item == "vehicle_trade_in":
        trade_in(stage, person, **cells)
        return PaidPeriods(person, (date(2022, 9, 20),), yuan(3000))
    if item == "farm_machinery":
        machine(stage, person, date(year, 4, 12), 3000, **cells)
        return PaidPeriods(person, (date(year, 4, 12),), yuan(900))
    if item == "forestry":
        stage.add(
            item,
            person,
            **({"year": year, "area_mu": yuan(12), "amount": yuan(600), "paid_on": date(year, 5, 20)} | cells),
        )
        return PaidPeriods(person, (start,), yuan(600))
    stage.add("poverty_households", person, from_on=date(2016, 12, 31))
    stage.add("industry_project", person, **({"year": year, "project": "生态茶园", "amount": yuan(3000)} | cells))
    return PaidPeriods(person, (start,), yuan(3000))


def every_month(stage: Stage, item: str, person: Person, amount: float, **cells: PlantedCell) -> None:
    """A row in every month of the year, paid on the fifteenth, of an item that the ledger does not have."""
    for month in stage.days.months:
        stage.add(item, person, **({"period": month, "amount": yuan(amount), "paid_on": month.replace(day=15)} | cells))


def machine(stage: Stage, person: Person, paid_on: date, price: float, **cells: PlantedCell) -> str:
    """One farm machine with a subsidy of 30 percent; returns its number."""
    number = f"NJ{stage.number()}"
    row = {
        "machine": "微耕机",
        "machine_number": number,
        "purchase_price": yuan(price),
        "amount": yuan(price * 0.3),
        "paid_on": paid_on,
    }
    stage.add("farm_machinery", person, **(row | cells))
    return number


def enrol(stage: Stage, person: Person, kind: str, **cells: PlantedCell) -> str:
    """One row on the school register, in class since the autumn before last unless told; returns the student number."""
    number = f"G42999{stage.number()}"
    school = {"小学": "云岭小学", "初中": "云岭中学", "高中": "云梦泽区第一高级中学", "中职": "云梦泽区职业技术学校"}[
        kind
    ]
    row = {"student_number": number, "school": school, "stage": kind, "grade": "二年级", "status": "在籍"}
    stage.add("students", person, **(row | {"from_on": date(stage.days.year - 2, 9, 1)} | cells))
    return number


def aid(stage: Stage, item: str, person: Person, term: str, **cells: PlantedCell) -> None:
    """One row of student aid: 500 yuan, category 孤儿, at the school where `enrol` puts the pupil."""
    grant = item == "high_school_grant"
    row = {
        "school": "云梦泽区第一高级中学" if grant else "云岭小学",
        "grade": "二年级",
        "hardship_category": "孤儿",
        "term": term,
        "amount": yuan(GRANTS["三等"] if grant else AID["小学"]),
    }
    if grant:
        row["level"] = "三等"
    stage.add(item, person, **(row | cells))


def trade_in(
    stage: Stage,
    person: Person,
    *,
    disposal: str | None = "报废",
    energy: str | None = "燃油",
    applied: date = date(2022, 9, 20),
    owner: Person | None = None,
    owned_from: date | None = date(2013, 6, 18),
    listed: bool = True,
    gone: bool = True,
    buyer: Person | None = None,
    invoiced: bool = True,
    sold_on: date | None = None,
    new_listed: bool = True,
    **cells: PlantedCell,
) -> dict[str, PlantedCell]:
    """One application and its register rows; returns the cells of the application.

    owner: who had the old car (the applicant unless told); listed: it is in vehicles; gone: scrapped or handed over as
    claimed; buyer: whose name the invoice bears; invoiced: there is one; sold_on: the new car left the applicant.
    """
    row = _application(stage, disposal, energy, applied) | cells
    disposed = applied - timedelta(days=20)
    had = owner or person
    if listed:
        left = None if not gone else ("报废" if disposal == "报废" else "转出")
        _listed(stage, had, row["old_plate"], row["old_vin"], owned_from, disposed if gone else None, left)
    if gone and disposal == "报废":
        stage.add("scrapped_vehicles", had, plate=row["old_plate"], vin=row["old_vin"], scrapped_on=disposed)
    if invoiced:
        stage.add(
            "vehicle_invoices",
            buyer or person,
            vin=row["new_vin"],
            invoice_number=row["invoice_number"] or f"3{stage.number()}",
            invoice_on=row["invoice_on"] or disposed,
            invoice_amount=row["invoice_amount"],
        )
    if new_listed:
        bought = applied - timedelta(days=8)
        _listed(stage, person, row["new_plate"], row["new_vin"], bought, sold_on, "转出" if sold_on else None)
    stage.add("vehicle_trade_in", person, **row)
    return row


def _application(stage: Stage, disposal: str | None, energy: str | None, applied: date) -> dict[str, PlantedCell]:
    """The cells of an application whose dates and amount agree."""
    indices = np.array([stage.number(), stage.number()])
    (old_plate, new_plate), (old_vin, new_vin) = plates(indices), vins(indices)
    return {
        "old_plate": old_plate,
        "old_vin": old_vin,
        "disposal": disposal,
        "disposed_on": applied - timedelta(days=20),
        "new_plate": new_plate,
        "new_vin": new_vin,
        "invoice_number": str(30_000_000 + int(indices[0])),
        "invoice_on": applied - timedelta(days=10),
        "invoice_amount": yuan(128_000),
        "energy": energy,
        "amount": yuan(SUBSIDY.get((disposal or "", energy or ""), 2000)),
        "applied_on": applied,
        "paid_on": applied + timedelta(days=60),
    }


def _listed(
    stage: Stage, owner: Person, plate: str, vin: str, since: date | None, until: date | None, left: str | None
) -> None:
    """A row of the vehicle register."""
    status = left or "正常"
    row: dict[str, PlantedCell] = {
        "plate": plate,
        "vin": vin,
        "vehicle_type": "小型轿车",
        "use": "非营运",
        "status": status,
    }
    stage.add("vehicles", owner, **row, registered_on=since, owned_from=since, owned_to=until)


def total(received: PaidPeriods, periods: Sequence[date]) -> Decimal:
    """What was received in those periods."""
    return received.amount * len(periods)

"""Group C, first half: vehicles, homes, shops and firms of households on dibao."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from huimin.district.days import month_end
from huimin.district.identities import credit_codes, plates, unit_numbers, vins
from huimin.district.plants.scenes import DIBAO
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan


def household(stage: Stage, item: str, months: Sequence[date] | None = None, amount: float = 300) -> list[Person]:
    """A couple of 66 and 64 on dibao, 300 yuan each."""
    head = stage.person(66)
    members = [head, stage.person(64, home=head, relation="配偶")]
    stage.dibao(item, members, months or stage.days.months, amount)
    return members


def _car(stage: Stage, owner: Person, **cells: PlantedCell) -> str:
    number = stage.number()
    plate = str(plates(np.array([number]))[0])
    bought = date(2019, 4, 2)
    row = {"vehicle_type": "小型轿车", "registered_on": bought, "owned_from": bought, "status": "正常"}
    stage.add("vehicles", owner, plate=plate, vin=str(vins(np.array([number]))[0]), **(row | cells))
    return plate


def dibao_vehicle(stage: Stage, item: str, i: int, exempted: bool = False) -> None:
    """A car of a member, of no known type, or until some day in spring."""
    months = stage.days.months
    members = household(stage, item)
    until = months[2] + timedelta(days=i % 2 * 14)
    variants: tuple[dict[str, PlantedCell], ...] = (
        {},
        {"owned_to": until, "status": "转出"},
        {"vehicle_type": None},
        {"owned_from": None},
    )
    cells = variants[i % 4]
    had = months[:3] if "owned_to" in cells else months
    plate = _car(stage, members[i % 2], **cells)
    stage.hit("dibao_vehicle", item, members[0], had, 600 * len(had), 2, str(cells), subject=plate, exempted=exempted)
    if exempted:
        stage.add(
            "exemptions", members[0], rule="dibao_vehicle", subject=plate, reason="残疾人代步，街道已核",
            approved_by="区民政局", from_on=date(stage.days.year, 2, 1),
        )  # fmt: skip


def dibao_vehicle_near(stage: Stage) -> None:
    """An exempt type; sold the day before; scrapped; bought after the last month; of somebody not on dibao."""
    days = stage.days
    day_before = days.months[0] - timedelta(days=1)
    for cells in (
        {"vehicle_type": "普通二轮摩托车"},
        {"vehicle_type": "残疾人机动轮椅车"},
        {"owned_to": day_before, "status": "转出"},
        {"status": "报废"},
        {"owned_from": month_end(days.months[-1]) + timedelta(days=1)},
    ):
        members = household(stage, "urban_dibao")
        plate = _car(stage, members[1], **cells)
        stage.near("dibao_vehicle", "urban_dibao", members[0], str(cells), subject=plate)
    members = household(stage, "rural_dibao")
    plate = _car(stage, stage.person(38, home=members[0], relation="子女"))
    stage.near("dibao_vehicle", "rural_dibao", members[0], "the owner is no member", subject=plate)


def _home(stage: Stage, holder: Person, use: str | None = "住宅", **cells: PlantedCell) -> str:
    unit = str(unit_numbers(np.array([stage.number()]))[0])
    row = {"unit_number": unit, "address": f"{holder.street}{holder.community}", "area_m2": yuan(80), "use": use}
    stage.add("real_estate", holder, **(row | {"registered_on": date(2006, 8, 1), "status": "现势"} | cells))
    return str((row | cells)["unit_number"])


def dibao_homes(stage: Stage, item: str, i: int) -> None:
    """Two homes of two members; a third; one of unknown use; the second only from some month."""
    months = stage.days.months
    members = household(stage, item)
    _home(stage, members[0])
    since = months[3] if i % 3 == 1 else date(2010, 1, 1)
    _home(stage, members[1], (None if i % 3 == 2 else "住宅"), registered_on=since)
    held = [month for month in months if month >= since]
    stage.hit("dibao_homes", item, members[0], held, 600 * len(held), 2, f"second home since {since}")


def dibao_homes_near(stage: Stage) -> None:
    """A parking space; the same unit twice; the second cancelled the day before."""
    day_before = stage.days.months[0] - timedelta(days=1)
    for i, item in enumerate((*DIBAO, "urban_dibao")):
        members = household(stage, item)
        unit = _home(stage, members[0])
        if i == 0:
            _home(stage, members[1], "车位")
        elif i == 1:
            _home(stage, members[1], unit_number=unit)
        else:
            _home(stage, members[1], cancelled_on=day_before, status="注销")
        stage.near("dibao_homes", item, members[0], ("parking", "same unit", f"cancelled {day_before}")[i])


def dibao_commercial_property(stage: Stage, item: str, i: int) -> None:
    """A shop or an office."""
    months = stage.days.months
    members = household(stage, item)
    unit = _home(stage, members[1], ("商业", "办公")[i % 2])
    stage.hit(
        "dibao_commercial_property", item, members[0], months, 600 * len(months), 2, "held all year", subject=unit
    )


def dibao_commercial_property_near(stage: Stage) -> None:
    """Other use; cancelled the day before; cancelled without a day."""
    day_before = stage.days.months[0] - timedelta(days=1)
    for use, cells in (
        ("其他", {}),
        ("商业", {"cancelled_on": day_before, "status": "注销"}),
        ("办公", {"status": "注销"}),
    ):
        members = household(stage, "rural_dibao")
        unit = _home(stage, members[0], use, **cells)
        stage.near("dibao_commercial_property", "rural_dibao", members[0], f"{use} {cells}", subject=unit)


def _firm(stage: Stage, owner: Person, kind: str | None, capital: float | None, **cells: PlantedCell) -> str:
    code = str(credit_codes(np.array([stage.number()]))[0])
    row = {"credit_code": code, "business_name": "云梦泽便民店", "business_type": kind, "status": "存续"}
    money = None if capital is None else yuan(capital)
    stage.add("businesses", owner, **(row | {"capital_wan": money, "established_on": date(2017, 3, 3)} | cells))
    return code


def dibao_business(stage: Stage, item: str, i: int) -> None:
    """A company with capital (tier 2), without, or a stall (tier 3)."""
    months = stage.days.months
    members = household(stage, item)
    kind, capital, tier = (("企业", 50, 2), ("个体工商户", 5, 3), ("企业", 0, 3), ("企业", None, 3))[i % 4]
    code = _firm(stage, members[i % 2], kind, capital)
    stage.hit("dibao_business", item, members[0], months, 600 * len(months), tier, f"{kind} {capital}", subject=code)


def dibao_business_near(stage: Stage) -> None:
    """A cooperative; closed the day before; revoked without a day."""
    day_before = stage.days.months[0] - timedelta(days=1)
    closed = {"closed_on": day_before, "status": "注销"}
    for kind, cells in (("农民专业合作社", {}), ("企业", closed), ("个体工商户", {"status": "吊销"})):
        members = household(stage, "rural_dibao")
        code = _firm(stage, members[0], kind, 10, **cells)
        stage.near("dibao_business", "rural_dibao", members[0], f"{kind} {cells}", subject=code)


HITS = {
    "dibao_vehicle": dibao_vehicle,
    "dibao_homes": dibao_homes,
    "dibao_commercial_property": dibao_commercial_property,
    "dibao_business": dibao_business,
}
NEAR = {
    "dibao_vehicle": dibao_vehicle_near,
    "dibao_homes": dibao_homes_near,
    "dibao_commercial_property": dibao_commercial_property_near,
    "dibao_business": dibao_business_near,
}

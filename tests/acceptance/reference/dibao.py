"""Group C: means of dibao households."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from acceptance.reference.terms import (
    DIBAO,
    Book,
    Period,
    Row,
    Rules,
    covers,
    first,
    held,
    in_post,
    is_open,
    month,
    owned,
    period_of,
    plus_months,
    tied,
)


def of_members(b: Book, roster: str, members: set[str]) -> list[Row]:
    return [row for row in b.all(roster) if row["id_number"] in members]


def dibao_vehicle(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for car in of_members(b, "vehicles", members):
            exempt = any(word in (car["vehicle_type"] or "") for word in b.policy("exempt_vehicle_types", p[0]))
            if owned(car, p) and not exempt:
                b.hit("dibao_vehicle", item, head, p, 2, rows, [car], subject=car["plate"], household=True)


def dibao_homes(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        homes = [r for r in of_members(b, "real_estate", members) if r["use"] in ("住宅", None) and held(r, p)]
        if len({r["unit_number"] for r in homes}) >= b.policy("home_limit", p[0]):
            b.hit("dibao_homes", item, head, p, 2, rows, homes, household=True)


def dibao_commercial_property(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for unit in of_members(b, "real_estate", members):
            if unit["use"] in ("商业", "办公") and held(unit, p):
                subject = unit["unit_number"]
                b.hit("dibao_commercial_property", item, head, p, 2, rows, [unit], subject=subject, household=True)


def dibao_business(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for firm in of_members(b, "businesses", members):
            if is_open(firm, p) and firm["business_type"] != "农民专业合作社":
                capital = firm["capital_wan"]
                large = capital is not None and capital > b.policy("business_capital_wan", p[0])
                tier = 2 if firm["business_type"] == "企业" and large else 3
                b.hit("dibao_business", item, head, p, tier, rows, [firm], subject=firm["credit_code"], household=True)


def dibao_public_employee(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*DIBAO):
        posts = [r for r in b.of("public_employees", person) if in_post(r, p)]
        if posts:
            b.hit("dibao_public_employee", item, person, p, 2, rows, posts)


def dibao_cadre_family(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*DIBAO):
        heads = {r["household_head_id"] for r in rows}
        same = {r["id_number"] for r in b.all(item) if r["household_head_id"] in heads and period_of(r) == p}
        cadres = [
            other
            for other in b.family(person) - {person} - same
            if any(in_post(r, p) for r in b.of("public_employees", other))
        ]
        if cadres:
            cadre = min(cadres)
            posts = [r for r in b.of("public_employees", cadre) if in_post(r, p)]
            b.hit("dibao_cadre_family", item, person, p, 3, rows, [*posts, *tied(b, person, cadre)], subject=cadre)


def dibao_income(b: Book) -> None:
    over: dict[tuple[str, str], dict[Period, tuple[list[Row], list[Row]]]] = defaultdict(dict)
    for item, head, p, rows, members in b.household_periods():
        if not b.judged("dibao_income", item, p, "income"):
            continue
        total, used = Decimal(0), []
        for member in members:
            income = [r for r in b.of("income", member) if period_of(r) == p]
            pensions = [r for r in b.of("pension_benefits", member) if covers(r["from_month"], r["to_month"], p)]
            waged = any(r["source"] == "工资" for r in income)
            bases = [r for r in b.of("employee_pension", member) if covers(r["from_month"], r["to_month"], p)]
            bases = [] if waged else bases
            total += sum((r["amount"] for r in income), Decimal(0))
            total += sum((r["monthly_amount"] or 0 for r in pensions), Decimal(0))
            total += sum((r["wage_base"] or 0 for r in bases), Decimal(0))
            used += income + [r for r in pensions if r["monthly_amount"]] + [r for r in bases if r["wage_base"]]
        if total > len(members) * b.policy("dibao_standard", p[0])[item]:
            over[item, head][p] = (rows, used)
    for (item, head), months in over.items():
        for p, (rows, used) in months.items():
            length, before, after = 1, month(plus_months(p[0], -1)), month(plus_months(p[0], 1))
            while before in months:
                length, before = length + 1, month(plus_months(before[0], -1))
            while after in months:
                length, after = length + 1, month(plus_months(after[0], 1))
            if length >= b.policy("income_months", p[0]):
                b.hit("dibao_income", item, head, p, 3, rows, used, household=True)


def dibao_over_standard(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        excess = sum(r["amount"] for r in rows) - len(members) * b.policy("dibao_standard", p[0])[item]
        if excess > 0:
            b.hit("dibao_over_standard", item, head, p, 2, rows, amount=excess, household=True)


def dibao_new_car(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for claim in of_members(b, "vehicle_trade_in", members):
            if p[0] <= first(claim["invoice_on"], claim["applied_on"]) <= p[1]:
                b.hit("dibao_new_car", item, head, p, 3, rows, [claim], subject=claim["new_vin"], household=True)


def dibao_farm_machinery(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for machine in of_members(b, "farm_machinery", members):
            price, paid = machine["purchase_price"], machine["paid_on"]
            large = price is not None and price >= b.policy("machinery_price_limit", p[0])
            if large and plus_months(p[1], -12) < paid <= p[1]:
                subject = first(machine["machine_number"], paid.isoformat())
                b.hit("dibao_farm_machinery", item, head, p, 2, rows, [machine], subject=subject, household=True)


def dibao_forestry(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        for member in sorted(members):
            parcels = [r for r in b.of("forestry", member) if r["year"] == p[0].year]
            total = sum((r["amount"] for r in parcels), Decimal(0))
            if parcels and total >= b.policy("forestry_amount_limit", p[0]):
                b.hit("dibao_forestry", item, head, p, 2, rows, parcels, subject=str(p[0].year), household=True)


RULES: Rules = {
    "dibao_vehicle": (dibao_vehicle, DIBAO, ("vehicles",)),
    "dibao_homes": (dibao_homes, DIBAO, ("real_estate",)),
    "dibao_commercial_property": (dibao_commercial_property, DIBAO, ("real_estate",)),
    "dibao_business": (dibao_business, DIBAO, ("businesses",)),
    "dibao_public_employee": (dibao_public_employee, DIBAO, ("public_employees",)),
    "dibao_cadre_family": (dibao_cadre_family, DIBAO, ("public_employees", "population", "cadre_relatives")),
    "dibao_income": (dibao_income, DIBAO, ("income",)),
    "dibao_over_standard": (dibao_over_standard, DIBAO, ()),
    "dibao_new_car": (dibao_new_car, DIBAO, ("vehicle_trade_in",)),
    "dibao_farm_machinery": (dibao_farm_machinery, DIBAO, ("farm_machinery",)),
    "dibao_forestry": (dibao_forestry, DIBAO, ("forestry",)),
}

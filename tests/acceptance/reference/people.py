"""Groups A and B: life status and identity, double enjoyment."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from acceptance.reference.terms import (
    BENEFITS,
    DIBAO,
    EVENTS,
    MONTHLY,
    YEARLY,
    Book,
    Row,
    Rules,
    end_of_month,
    period_of,
    throughout,
)

# Group A


def deceased(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        found = b.of("deaths", person)
        if not found:
            continue
        d = min(row["died_on"] for row in found)
        if item in MONTHLY:
            late = p[0] > end_of_month(d)
        elif item in YEARLY:
            late = p[0].year > d.year
        else:
            late = p[0] > d
        if late:
            sources = {row["source"] for row in found} - {None}
            b.hit("deceased", item, person, p, 1 if len(sources) >= 2 or "公安" in sources else 2, rows, found)


def prisoner(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        terms = [r for r in b.of("prisoners", person) if throughout(r["from_on"], r["to_on"], p)]
        if terms and item in b.policy("prisoner_items", p[0]):
            b.hit("prisoner", item, person, p, 1, rows, terms)


def left_register(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        population = b.of("population", person)
        gone = [r for r in population if r["status"] in ("迁出", "注销") and r["status_on"] and r["status_on"] < p[0]]
        stays = any(r["status"] == "正常" for r in population)
        if item in b.policy("resident_items", p[0]) and gone and not stays and not b.of("deaths", person):
            b.hit("left_register", item, person, p, 2, rows, gone)


def not_registered(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        if item in b.policy("resident_items", p[0]) and not b.of("population", person):
            b.hit("not_registered", item, person, p, 0, rows)


def name_mismatch(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        population = b.of("population", person)
        names = {r["name"] for r in population}
        if population and any(r["name"] not in names for r in rows):
            b.hit("name_mismatch", item, person, p, 0, rows, population)


# Group B


def duplicate_payment(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        if item in EVENTS or item == "industry_project":
            continue
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            groups[(row["area_mu"], row["amount"]) if item == "forestry" else None].append(row)
        for same in groups.values():
            if sum(r["amount"] > 0 for r in same) >= 2:
                amounts = [r["amount"] for r in same]
                b.hit("duplicate_payment", item, person, p, 1, same, amount=sum(amounts) - max(amounts))


def both(b: Book, rule: str, items: tuple[str, ...], other: str) -> None:
    for item, person, p, rows in b.person_periods(*items):
        there = [r for r in b.of(other, person) if period_of(r) == p]
        if there:
            b.hit(rule, item, person, p, 1, rows, there, subject=other)


def dibao_tekun(b: Book) -> None:
    both(b, "dibao_tekun", DIBAO, "tekun")


def urban_rural_dibao(b: Book) -> None:
    both(b, "urban_rural_dibao", ("rural_dibao",), "urban_dibao")


def disability_tekun(b: Book) -> None:
    both(b, "disability_tekun", ("disability_living", "disability_nursing"), "tekun")


def student_two_stages(b: Book) -> None:
    both(b, "student_two_stages", ("high_school_grant",), "student_living")


RULES: Rules = {
    "deceased": (deceased, BENEFITS, ("deaths",)),
    "prisoner": (prisoner, BENEFITS, ("prisoners",)),
    "left_register": (left_register, BENEFITS, ("population", "deaths")),
    "not_registered": (not_registered, BENEFITS, ("population",)),
    "name_mismatch": (name_mismatch, BENEFITS, ("population",)),
    "duplicate_payment": (duplicate_payment, BENEFITS, ()),
    "dibao_tekun": (dibao_tekun, DIBAO, ("tekun",)),
    "urban_rural_dibao": (urban_rural_dibao, ("rural_dibao",), ("urban_dibao",)),
    "disability_tekun": (disability_tekun, ("disability_living", "disability_nursing"), ("tekun",)),
    "student_two_stages": (student_two_stages, ("high_school_grant",), ("student_living",)),
}

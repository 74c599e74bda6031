"""Group I: entitled but not paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from acceptance.reference.terms import (
    DIBAO,
    Book,
    Period,
    Row,
    Rules,
    age,
    certificates,
    covers,
    months_in,
    period_of,
    poor,
    studies,
    tied,
    year,
)


def latest(b: Book, item: str) -> Period | None:
    return max((p for p in b.world.delivered.get(item, ()) if p[0] <= b.world.run_date), default=None)


def missing(b: Book, rule: str, item: str, person: str, p: Period, found: Iterable[Row]) -> None:
    b.hit(rule, item, person, p, 3, registers=found).fixed = Decimal(0)


def residents(b: Book) -> Iterator[tuple[str, list[Row]]]:
    people = sorted({r["id_number"] for r in b.all("population")})
    for person in people:
        rows = [r for r in b.of("population", person) if r["status"] == "正常"]
        if rows:
            yield person, rows


def missing_elderly(b: Book) -> None:
    p = latest(b, "elderly_allowance")
    if p is None or not b.judged("missing_elderly", "elderly_allowance", p, "tekun"):
        return
    for person, rows in residents(b):
        excused = b.on("elderly_allowance", person, p) or b.of("deaths", person) or b.on("tekun", person, p)
        if age(person, p[1]) >= b.policy("elderly_min_age", p[0]) and not excused:
            missing(b, "missing_elderly", "elderly_allowance", person, p, rows)


def missing_nursing(b: Book) -> None:
    p = latest(b, "disability_nursing")
    if p is None or not b.judged("missing_nursing", "disability_nursing", p, "tekun"):
        return
    for person, rows in residents(b):
        excused = b.on("disability_nursing", person, p) or b.of("deaths", person) or b.on("tekun", person, p)
        grades = b.policy("nursing_grades", p[0])
        found = [r for r in certificates(b, person, p) if r["disability_grade"] in grades]
        if found and not excused:
            missing(b, "missing_nursing", "disability_nursing", person, p, [*rows, *found])


def missing_student_living(b: Book) -> None:
    p = latest(b, "student_living")
    if p is None:
        return
    for person in sorted({r["id_number"] for r in b.all("students")}):
        found = [r for r in studies(b, person, p) if r["stage"] in ("小学", "初中")]
        on_roster = any(period_of(r) == p for r in b.of("student_living", person))
        helped = [r for one in {person, *b.family(person)} for roster in DIBAO for r in b.on(roster, one, p)]
        for kin in {r["id_number"] for r in helped} - {person}:
            helped += tied(b, person, kin)
        helped += b.on("tekun", person, p)
        helped += [r for r in b.of("poverty_households", person) if poor(r, p)]
        if found and helped and not on_roster:
            missing(b, "missing_student_living", "student_living", person, p, [*found, *helped])


def missing_contribution(b: Book) -> None:
    p = latest(b, "pension_contribution")
    if p is None:
        return
    for person, rows in residents(b):
        helped = [r for roster in (*DIBAO, "tekun") for r in b.on(roster, person, p)]
        insured = [
            r for roster in ("employee_pension", "pension_benefits") for r in b.of(roster, person)
            if covers(r["from_month"], r["to_month"], p)
        ]  # fmt: skip
        on_roster = any(period_of(r) == p for r in b.of("pension_contribution", person))
        of_age = age(person, p[1]) >= 16 and age(person, p[0]) < 60
        if helped and of_age and not insured and not on_roster and not b.of("deaths", person):
            missing(b, "missing_contribution", "pension_contribution", person, p, [*rows, *helped])


def low_income_unassisted(b: Book) -> None:
    rule, item = "low_income_unassisted", "urban_dibao"
    slots = {p for p in b.world.delivered.get("income", ()) if p[0] <= b.world.run_date}
    years = [y for y in {p[0].year for p in slots} if all(m in slots for m in months_in(year(y)))]
    if not years:
        return
    p = year(max(years))
    if not b.judged(rule, item, p, *DIBAO, "tekun"):
        return
    for number in sorted({r["household_number"] for r in b.all("population")}):
        rows = [r for r in b.all("population") if r["household_number"] == number]
        members = {r["id_number"] for r in rows}
        income = [r for one in members for r in b.of("income", one) if r["period"].year == p[0].year]
        total = sum((r["amount"] for r in income), Decimal(0))
        helped = any(b.on(roster, one, p) for one in members for roster in (*DIBAO, "tekun"))
        low = total / len(members) < b.policy("low_income_line", p[0])
        if all(r["status"] == "正常" for r in rows) and income and low and not helped:
            heads = [r["id_number"] for r in rows if r["relation"] == "户主"] or list(members)
            missing(b, rule, item, min(heads), p, [*rows, *income])


RULES: Rules = {
    "missing_elderly": (missing_elderly, ("elderly_allowance",), ("population", "deaths")),
    "missing_nursing": (missing_nursing, ("disability_nursing",), ("population", "deaths", "disability_certificates")),
    "missing_student_living": (
        missing_student_living,
        ("student_living",),
        ("students", "population", "poverty_households"),
    ),
    "missing_contribution": (
        missing_contribution,
        ("pension_contribution",),
        ("population", "employee_pension", "pension_benefits", "deaths"),
    ),
    "low_income_unassisted": (low_income_unassisted, ("urban_dibao",), ("income", "population")),
}

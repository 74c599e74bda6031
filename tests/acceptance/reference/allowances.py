"""Groups D and E: allowances, and pension contributions paid on behalf."""

from __future__ import annotations

from acceptance.reference.terms import DIBAO, Book, Rules, age, certificates, covers, months_in, over, poor

# Group D


def elderly_underage(b: Book) -> None:
    for item, person, p, rows in b.person_periods("elderly_allowance"):
        if age(person, p[1]) < b.policy("elderly_min_age", p[0]):
            b.hit("elderly_underage", item, person, p, 1, rows)


def elderly_over_standard(b: Book) -> None:
    for item, person, p, rows in b.person_periods("elderly_allowance"):
        years = age(person, p[1])
        band = next((most for low, high, most in b.policy("elderly_bands", p[0]) if low <= years <= high), None)
        if years >= b.policy("elderly_min_age", p[0]) and band is not None:
            over(b, "elderly_over_standard", item, person, p, rows, lambda row, band=band: band)


def disability_no_certificate(b: Book) -> None:
    for item, person, p, rows in b.person_periods("disability_living", "disability_nursing"):
        if not certificates(b, person, p):
            b.hit("disability_no_certificate", item, person, p, 2, rows)


def nursing_grade(b: Book) -> None:
    for item, person, p, rows in b.person_periods("disability_nursing"):
        found = certificates(b, person, p)
        if found and all(r["disability_grade"] not in b.policy("nursing_grades", p[0]) for r in found):
            b.hit("nursing_grade", item, person, p, 1, rows, found)


def tekun_ineligible(b: Book) -> None:
    for item, person, p, rows in b.person_periods("tekun"):
        found = certificates(b, person, p)
        unable = any(
            r["disability_category"] == category and r["disability_grade"] is not None
            and low <= r["disability_grade"] <= high
            for r in found
            for category, low, high in b.policy("tekun_grades", p[0])
        )  # fmt: skip
        if 18 <= age(person, p[1]) < 60 and not unable:
            b.hit("tekun_ineligible", item, person, p, 2, rows)


def living_not_hardship(b: Book) -> None:
    for item, person, p, rows in b.person_periods("disability_living"):
        helped = any(b.on(roster, person, p) for roster in (*DIBAO, "tekun"))
        if b.judged("living_not_hardship", item, p, *DIBAO, "tekun") and not helped:
            b.hit("living_not_hardship", item, person, p, 2, rows)


# Group E


def contribution_employee(b: Book) -> None:
    for item, person, p, rows in b.person_periods("pension_contribution"):
        found = [r for r in b.of("employee_pension", person) if covers(r["from_month"], r["to_month"], p)]
        covered = [m for m in months_in(p) if any(covers(r["from_month"], r["to_month"], m) for r in found)]
        if covered:
            b.hit("contribution_employee", item, person, p, 1 if len(covered) >= 6 else 2, rows, found)


def contribution_drawing(b: Book) -> None:
    for item, person, p, rows in b.person_periods("pension_contribution"):
        found = [
            r for r in b.of("pension_benefits", person)
            if r["from_month"] <= p[0] and (r["to_month"] is None or r["to_month"] >= p[0])
        ]  # fmt: skip
        if found:
            b.hit("contribution_drawing", item, person, p, 1, rows, found)


def contribution_age(b: Book) -> None:
    for item, person, p, rows in b.person_periods("pension_contribution"):
        if age(person, p[1]) < 16 or age(person, p[0]) >= 60:
            b.hit("contribution_age", item, person, p, 1, rows)


def contribution_not_hardship(b: Book) -> None:
    of_no_hardship(b, "contribution_not_hardship", "pension_contribution")


def of_no_hardship(b: Book, rule: str, yearly: str) -> None:
    for item, person, p, rows in b.person_periods(yearly):
        b.judged(rule, item, p, *DIBAO, "tekun")
        for category in {r["hardship_category"] for r in rows}:
            if category == "低保":
                bad = b.judged(rule, item, p, *DIBAO) and not any(b.on(roster, person, p) for roster in DIBAO)
            elif category == "特困":
                bad = b.judged(rule, item, p, "tekun") and not b.on("tekun", person, p)
            elif category == "重度残疾":
                bad = not any(r["disability_grade"] in (1, 2) for r in certificates(b, person, p))
            elif category == "建档立卡":
                bad = not any(poor(r, p) for r in b.of("poverty_households", person))
            else:
                bad = False
            if bad:
                b.hit(rule, item, person, p, 2, rows)


RULES: Rules = {
    "elderly_underage": (elderly_underage, ("elderly_allowance",), ()),
    "elderly_over_standard": (elderly_over_standard, ("elderly_allowance",), ()),
    "disability_no_certificate": (
        disability_no_certificate,
        ("disability_living", "disability_nursing"),
        ("disability_certificates",),
    ),
    "nursing_grade": (nursing_grade, ("disability_nursing",), ("disability_certificates",)),
    "tekun_ineligible": (tekun_ineligible, ("tekun",), ("disability_certificates",)),
    "living_not_hardship": (living_not_hardship, ("disability_living",), ()),
    "contribution_employee": (contribution_employee, ("pension_contribution",), ("employee_pension",)),
    "contribution_drawing": (contribution_drawing, ("pension_contribution",), ("pension_benefits",)),
    "contribution_age": (contribution_age, ("pension_contribution",), ()),
    "contribution_not_hardship": (
        contribution_not_hardship,
        ("pension_contribution",),
        ("disability_certificates", "poverty_households"),
    ),
}

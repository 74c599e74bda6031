"""Group G: student aid."""

from __future__ import annotations

from acceptance.reference.terms import DIBAO, TERMLY, Book, Rules, certificates, over, poor, studies

RIGHT_STAGES = {"student_living": ("小学", "初中"), "high_school_grant": ("高中",)}


def student_not_enrolled(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*TERMLY):
        if not studies(b, person, p):
            b.hit("student_not_enrolled", item, person, p, 1, rows)


def student_stage(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*TERMLY):
        found = studies(b, person, p)
        if found and all(r["stage"] not in RIGHT_STAGES[item] for r in found):
            b.hit("student_stage", item, person, p, 1, rows, found)


def student_school(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*TERMLY):
        found = studies(b, person, p)
        right = any(r["stage"] in RIGHT_STAGES[item] for r in found)
        if right and any(row["school"] and all(r["school"] != row["school"] for r in found) for row in rows):
            b.hit("student_school", item, person, p, 3, rows, found)


def student_not_hardship(b: Book) -> None:
    rule = "student_not_hardship"
    for item, person, p, rows in b.person_periods(*TERMLY):
        b.judged(rule, item, p, *DIBAO, "tekun")
        for row in rows:
            category = row["hardship_category"]
            people = {person, row["guardian_id"], *b.family(person)} - {None}
            if category == "低保":
                helped = any(b.on(roster, one, p) for one in people for roster in DIBAO)
                bad = b.judged(rule, item, p, *DIBAO) and not helped
            elif category == "特困":
                bad = b.judged(rule, item, p, "tekun") and not b.on("tekun", person, p)
            elif category == "残疾":
                bad = not certificates(b, person, p)
            elif category == "建档立卡":
                bad = not any(poor(r, p) for r in b.of("poverty_households", person))
            else:
                bad = False
            if bad:
                b.hit(rule, item, person, p, 2, rows)


def student_over_standard(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*TERMLY):
        if item == "student_living":
            standard = b.policy("student_living_standard", p[0])
            right = [r for r in studies(b, person, p) if r["stage"] in RIGHT_STAGES[item]]
            found = [r for r in right if r["stage"] in standard]
            most = max((standard[r["stage"]] for r in found), default=None)
            over(b, "student_over_standard", item, person, p, rows, lambda r, most=most: most, registers=found)
        else:
            levels = b.policy("grant_levels", p[0])
            over(b, "student_over_standard", item, person, p, rows, lambda r, levels=levels: levels.get(r["level"]))


RULES: Rules = {
    "student_not_enrolled": (student_not_enrolled, TERMLY, ("students",)),
    "student_stage": (student_stage, TERMLY, ("students",)),
    "student_school": (student_school, TERMLY, ("students",)),
    "student_not_hardship": (
        student_not_hardship,
        TERMLY,
        ("population", "disability_certificates", "poverty_households"),
    ),
    "student_over_standard": (student_over_standard, TERMLY, ("students",)),
}

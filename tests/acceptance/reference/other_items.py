"""Group K: the other items of the field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from acceptance.reference.allowances import of_no_hardship
from acceptance.reference.entitled import latest, missing, residents
from acceptance.reference.terms import (
    DIBAO,
    Book,
    Period,
    Row,
    Rules,
    age,
    covers,
    end_of_month,
    first,
    held,
    in_post,
    is_open,
    month,
    months_in,
    period_of,
    plus_months,
    poor,
    studies,
    tied,
    year,
)

# Medical insurance and relief


def judged_rows(b: Book, item: str) -> Iterator[tuple[str, Period, Row]]:
    """(person, day, row) of an item whose rows are judged one by one."""
    for _, person, p, rows in b.person_periods(item):
        for row in rows:
            yield person, p, row


def medical_no_stay(b: Book) -> None:
    for person, p, row in judged_rows(b, "medical_assistance"):
        if row["admitted_on"] is None:
            continue
        window = timedelta(days=b.policy("medical_window_days", p[0]))
        latest_day = first(row["discharged_on"], row["admitted_on"]) + window
        stays = [
            r for r in b.of("hospital_stays", person)
            if r["admitted_on"] <= latest_day
            and (r["discharged_on"] is None or r["discharged_on"] >= row["admitted_on"] - window)
        ]  # fmt: skip
        if not stays:
            b.hit("medical_no_stay", "medical_assistance", person, p, 1, [row])


def medical_over_cost(b: Book) -> None:
    for person, p, row in judged_rows(b, "medical_assistance"):
        cost, insured = row["total_cost"], row["insurance_paid"]
        if cost is not None and insured is not None and row["amount"] > cost - insured:
            excess = row["amount"] - (cost - insured)
            b.hit("medical_over_cost", "medical_assistance", person, p, 1, [row], amount=excess)


def medical_not_hardship(b: Book) -> None:
    rule, item = "medical_not_hardship", "medical_assistance"
    for person, p, row in judged_rows(b, item):
        months = (plus_months(p[0].replace(day=1), -12), end_of_month(p[0]))
        category = row["hardship_category"]
        b.judged(rule, item, p, *DIBAO, "tekun", within=months)
        if category == "低保":
            helped = any(b.on(roster, person, months) for roster in DIBAO)
            bad = b.judged(rule, item, p, *DIBAO, within=months) and not helped
        elif category == "特困":
            bad = b.judged(rule, item, p, "tekun", within=months) and not b.on("tekun", person, months)
        elif category == "建档立卡":
            bad = not any(poor(r, (months[0], p[1])) for r in b.of("poverty_households", person))
        else:
            bad = False
        if bad:
            b.hit(rule, item, person, p, 2, [row])


def insurance_subsidy_employee(b: Book) -> None:
    for item, person, p, rows in b.person_periods("insurance_subsidy"):
        jobs = [r for r in b.of("insured", person) if r["kind"] == "职工"]
        found = [r for r in jobs if covers(r["from_month"], r["to_month"], p)]
        covered = [m for m in months_in(p) if any(covers(r["from_month"], r["to_month"], m) for r in found)]
        if covered:
            b.hit("insurance_subsidy_employee", item, person, p, 1 if len(covered) >= 6 else 2, rows, found)


def insurance_subsidy_not_hardship(b: Book) -> None:
    of_no_hardship(b, "insurance_subsidy_not_hardship", "insurance_subsidy")


def temporary_repeat(b: Book) -> None:
    years: dict[tuple[str, int], list[tuple[Period, Row]]] = defaultdict(list)
    for person, p, row in judged_rows(b, "temporary_assistance"):
        years[person, p[0].year].append((p, row))
    for (person, number), found in years.items():
        times = sum(row["amount"] > 0 for _, row in found)
        over_limit = [(p, row) for p, row in found if times > b.policy("temporary_limit", p[0])]
        amounts = [row["amount"] for _, row in found]
        for p, row in over_limit:
            clue = b.hit("temporary_repeat", "temporary_assistance", person, p, 2, [row], subject=str(number))
            clue.fixed = sum(amounts) - max(amounts)


# Children and veterans


def orphan_parent(b: Book) -> None:
    for item, person, p, rows in b.person_periods("orphan_allowance"):
        living = {}
        for link in b.of("parents", person):
            parent = link["parent_id"]
            here = [r for r in b.of("population", parent) if r["status"] == "正常"]
            if here and not any(r["died_on"] <= p[1] for r in b.of("deaths", parent)):
                links = [r for r in b.of("parents", person) if r["parent_id"] == parent]
                living[parent] = [*links, *here]
        if living and any(r["child_category"] == "孤儿" for r in rows):
            b.hit("orphan_parent", item, person, p, 2, rows, living[min(living)], subject=min(living))


def orphan_age(b: Book) -> None:
    for item, person, p, rows in b.person_periods("orphan_allowance"):
        if age(person, p[0]) >= b.policy("orphan_max_age", p[0]) and not studies(b, person, p):
            b.hit("orphan_age", item, person, p, 3, rows)


def veteran_not_registered(b: Book) -> None:
    for item, person, p, rows in b.person_periods("veterans_allowance"):
        if not b.of("veterans", person):
            b.hit("veteran_not_registered", item, person, p, 1, rows)


# Housing


def housing_home(b: Book) -> None:
    for item, person, p, rows in b.person_periods("housing_subsidy"):
        for holder in {person, *b.family(person)}:
            for home in b.of("real_estate", holder):
                if home["use"] in ("住宅", None) and held(home, p):
                    found = [home, *tied(b, person, holder)]
                    b.hit("housing_home", item, person, p, 2, rows, found, subject=home["unit_number"])


def housing_rental(b: Book) -> None:
    for item, person, p, rows in b.person_periods("housing_subsidy"):
        leases = [r for r in b.of("public_rental", person) if covers(r["from_on"], r["to_on"], p)]
        if leases:
            b.hit("housing_rental", item, person, p, 1, rows, leases)


def housing_same_address(b: Book) -> None:
    for item, person, p, rows in b.person_periods("housing_subsidy"):
        for address in {address_of(r) for r in rows} - {None}:
            tenants = [r for r in b.all(item) if period_of(r) == p and address_of(r) == address]
            persons = {r["id_number"] for r in tenants}
            if len(persons) >= 2 and not set.intersection(*(b.households_of[one] for one in persons)):
                others = [r for r in tenants if r["id_number"] != person]
                b.hit("housing_same_address", item, person, p, 3, rows, others)


def address_of(row: Row) -> str | None:
    return "".join(row["rent_address"].split()) if row["rent_address"] else None


# Work


def transport_not_poor(b: Book) -> None:
    for item, person, p, rows in b.person_periods("transport_subsidy"):
        if not any(poor(r, p) for r in b.of("poverty_households", person)):
            b.hit("transport_not_poor", item, person, p, 1, rows)


def transport_local(b: Book) -> None:
    for item, person, p, rows in b.person_periods("transport_subsidy"):
        found = [
            r for r in b.of("employee_pension", person)
            if all(covers(r["from_month"], r["to_month"], m) for m in months_in(p))
        ]  # fmt: skip
        if found:
            b.hit("transport_local", item, person, p, 3, rows, found)


def reward(b: Book, rule: str, person: str, p: Period, tier: int, row: Row, found: Iterable[Row] = ()) -> None:
    b.hit(rule, "employment_reward", person, p, tier, [row], found, subject=row["credit_code"])


def firms(b: Book, row: Row) -> list[Row]:
    return [r for r in b.all("businesses") if r["credit_code"] == row["credit_code"]]


def reward_not_insured(b: Book) -> None:
    for person, p, row in judged_rows(b, "employment_reward"):
        if not any(covers(r["from_month"], r["to_month"], month(p[0])) for r in b.of("employee_pension", person)):
            reward(b, "reward_not_insured", person, p, 2, row)


def reward_owner(b: Book) -> None:
    for person, p, row in judged_rows(b, "employment_reward"):
        own = [r for r in firms(b, row) if r["id_number"] == person]
        if own:
            reward(b, "reward_owner", person, p, 1, row, own)


def reward_closed(b: Book) -> None:
    for person, p, row in judged_rows(b, "employment_reward"):
        found = firms(b, row)
        if found and not any(is_open(r, p) for r in found):
            reward(b, "reward_closed", person, p, 1, row, found)


def reward_repeat(b: Book) -> None:
    rows = [one for one in judged_rows(b, "employment_reward") if one[2]["amount"] > 0]
    for person, p, row in rows:
        months = b.policy("reward_months", p[0])
        for other_person, _, other in rows:
            early, late = sorted((row["paid_on"], other["paid_on"]))
            same = other_person != person or other["credit_code"] == row["credit_code"]
            if not same and late < plus_months(early, months):
                clue = b.hit("reward_repeat", "employment_reward", person, p, 2, [row])
                amounts = [r["amount"] for r in clue.payments]
                clue.fixed = sum(amounts) - max(amounts)


def post_employed(b: Book) -> None:
    for item, person, p, rows in b.person_periods("public_post"):
        posts = [r for r in b.of("public_employees", person) if in_post(r, p)]
        jobs = [
            r for r in b.of("employee_pension", person)
            if covers(r["from_month"], r["to_month"], p)
            and r["employer"] and any(row["employer"] and row["employer"] != r["employer"] for row in rows)
        ]  # fmt: skip
        if posts or jobs:
            b.hit("post_employed", item, person, p, 2, rows, [*posts, *jobs])


def post_drawing(b: Book) -> None:
    for item, person, p, rows in b.person_periods("public_post"):
        found = [
            r for r in b.of("pension_benefits", person)
            if r["kind"] == "职工养老" and covers(r["from_month"], r["to_month"], p)
        ]  # fmt: skip
        if found:
            b.hit("post_drawing", item, person, p, 1, rows, found)


# Families


def marriages(b: Book, person: str, day: date) -> list[Row]:
    """The rows that say to whom the person is married on the day; none when to nobody."""
    known = [r for r in b.of("marriages", person) if r["registered_on"] <= day]
    last = max((r["registered_on"] for r in known), default=None)
    return [r for r in known if r["registered_on"] == last and r["event"] == "结婚"]


def dibao_spouse(b: Book) -> None:
    for item, head, p, rows, members in b.household_periods():
        absent: dict[str, list[Row]] = defaultdict(list)
        for member in members:
            for row in marriages(b, member, p[1]):
                spouse = row["spouse_id"]
                dead = any(r["died_on"] <= p[1] for r in b.of("deaths", spouse))
                if spouse not in members and not dead:
                    absent[spouse].append(row)
        if absent:
            spouse = min(absent)
            b.hit("dibao_spouse", item, head, p, 3, rows, absent[spouse], subject=spouse, household=True)


# Entitled but not paid


def missing_insurance_subsidy(b: Book) -> None:
    item = "insurance_subsidy"
    p = latest(b, item)
    if p is None:
        return
    for person, rows in residents(b):
        helped = [r for roster in (*DIBAO, "tekun") for r in b.on(roster, person, p)]
        jobs = [r for r in b.of("insured", person) if r["kind"] == "职工"]
        insured = any(covers(r["from_month"], r["to_month"], p) for r in jobs)
        on_roster = any(period_of(r) == p for r in b.of(item, person))
        if helped and not insured and not on_roster and not b.of("deaths", person):
            missing(b, "missing_insurance_subsidy", item, person, p, [*rows, *helped])


def missing_medical(b: Book) -> None:
    item = "medical_assistance"
    p = year(max(r["paid_on"] for r in b.all(item)).year)
    if p[0] > b.world.run_date:
        return
    for person, rows in residents(b):
        stays = [r for r in b.of("hospital_stays", person) if p[0] <= r["admitted_on"] <= p[1]]
        cost = sum((r["total_cost"] or 0 for r in stays), Decimal(0))
        helped = [r for roster in (*DIBAO, "tekun") for r in b.on(roster, person, p)]
        helped += [r for r in b.of("poverty_households", person) if poor(r, p)]
        paid = any(r["paid_on"] >= p[0] for r in b.of(item, person))
        dear = stays and cost >= b.policy("medical_cost_line", p[0])
        if dear and helped and not paid and not b.of("deaths", person):
            missing(b, "missing_medical", item, person, p, [*rows, *stays, *helped])


MEDICAL, ORPHANS, HOUSING = ("medical_assistance",), ("orphan_allowance",), ("housing_subsidy",)
REWARDS, POSTS = ("employment_reward",), ("public_post",)
RULES: Rules = {
    "medical_no_stay": (medical_no_stay, MEDICAL, ("hospital_stays",)),
    "medical_over_cost": (medical_over_cost, MEDICAL, ()),
    "medical_not_hardship": (medical_not_hardship, MEDICAL, ("poverty_households",)),
    "insurance_subsidy_employee": (insurance_subsidy_employee, ("insurance_subsidy",), ("insured",)),
    "insurance_subsidy_not_hardship": (
        insurance_subsidy_not_hardship, ("insurance_subsidy",), ("disability_certificates", "poverty_households"),
    ),
    "temporary_repeat": (temporary_repeat, ("temporary_assistance",), ()),
    "orphan_parent": (orphan_parent, ORPHANS, ("parents", "population", "deaths")),
    "orphan_age": (orphan_age, ORPHANS, ("students",)),
    "veteran_not_registered": (veteran_not_registered, ("veterans_allowance",), ("veterans",)),
    "housing_home": (housing_home, HOUSING, ("population", "real_estate")),
    "housing_rental": (housing_rental, HOUSING, ("public_rental",)),
    "housing_same_address": (housing_same_address, HOUSING, ("population",)),
    "transport_not_poor": (transport_not_poor, ("transport_subsidy",), ("poverty_households",)),
    "transport_local": (transport_local, ("transport_subsidy",), ("employee_pension",)),
    "reward_not_insured": (reward_not_insured, REWARDS, ("employee_pension",)),
    "reward_owner": (reward_owner, REWARDS, ("businesses",)),
    "reward_closed": (reward_closed, REWARDS, ("businesses",)),
    "reward_repeat": (reward_repeat, REWARDS, ()),
    "post_employed": (post_employed, POSTS, ("public_employees", "employee_pension")),
    "post_drawing": (post_drawing, POSTS, ("pension_benefits",)),
    "dibao_spouse": (dibao_spouse, DIBAO, ("marriages", "deaths")),
    "missing_insurance_subsidy": (
        missing_insurance_subsidy, ("insurance_subsidy",), ("population", "deaths", "insured"),
    ),
    "missing_medical": (
        missing_medical, MEDICAL, ("population", "deaths", "hospital_stays", "poverty_households"),
    ),
}  # fmt: skip

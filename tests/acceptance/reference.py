"""The clues that the rule catalogue promises, worked out a second time: rows are dicts, every rule a loop.

Written from the catalogue's text alone, slow and obvious, as an oracle for the rules in SQL. It knows neither the views
nor the engine. Groups A to G and I; a clue's fields are those that a case worker reads.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

LONG_AGO = date(1900, 1, 1)
DIBAO = ("urban_dibao", "rural_dibao")
MONTHLY = (*DIBAO, "tekun", "disability_living", "disability_nursing", "elderly_allowance")
YEARLY = ("pension_contribution", "forestry", "industry_project")
TERMLY = ("student_living", "high_school_grant")
EVENTS = {"vehicle_trade_in": "applied_on", "farm_machinery": "paid_on"}
BENEFITS = (*MONTHLY, *YEARLY, *TERMLY, *EVENTS)
RIGHT_STAGES = {"student_living": ("小学", "初中"), "high_school_grant": ("高中",)}

Period = tuple[date, date]


class Row(dict[str, Any]):
    """One source row: its canonical cells, and where it stands."""

    def __init__(self, cells: dict[str, Any], roster: str, file: str, row: int) -> None:
        super().__init__(cells)
        self.roster, self.place = roster, (roster, file, row)

    def __missing__(self, key: str) -> None:
        return None

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.place == other.place


@dataclass
class World:
    """Everything a run knows: rows in force by roster, slots delivered, dated policy values, the day of the run."""

    run_date: date
    rows: dict[str, list[Row]]
    delivered: dict[str, set[Period]]
    """Periods that have a delivery in force, for rosters of months, years and terms."""
    policy: dict[str, list[tuple[date, Any]]]


@dataclass
class Clue:
    """One clue while it is gathered."""

    rule: str
    item: str
    id_number: str
    subject: str | None
    household: bool
    periods: set[Period] = field(default_factory=set)
    tiers: set[int] = field(default_factory=set)
    payments: set[Row] = field(default_factory=set)
    registers: set[Row] = field(default_factory=set)
    amounts: dict[Period, Decimal] = field(default_factory=dict)
    count: int | None = None
    fixed: Decimal | None = None

    def amount(self) -> Decimal:
        if self.fixed is not None:
            return self.fixed
        if self.amounts:
            return sum(self.amounts.values(), Decimal(0))
        return sum((row["amount"] for row in self.payments), Decimal(0))

    def tier(self) -> int:
        return min(self.tiers - {0}) if self.tiers - {0} else 0

    def identity(self) -> str:
        names = defaultdict(set)
        for row in self.payments | self.registers:
            if row["id_number"]:
                names[row["id_number"]].add(row["name"])
        return "C" if any(len(found) > 1 for found in names.values()) else "A"


# Days and periods


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def plus_months(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month(day: date) -> Period:
    return (day.replace(day=1), end_of_month(day))


def year(number: int) -> Period:
    return (date(number, 1, 1), date(number, 12, 31))


def term(text: str) -> Period:
    number, season = text.split("-")
    y = int(number)
    return (date(y, 2, 1), date(y, 7, 31)) if season == "spring" else (date(y, 9, 1), date(y + 1, 1, 31))


def period_of(row: Row) -> Period:
    if row.roster in MONTHLY or row.roster == "income":
        return month(row["period"])
    if row.roster in YEARLY:
        return year(row["year"])
    if row.roster in TERMLY:
        return term(row["term"])
    day = row[EVENTS[row.roster]]
    return (day, day)


def months_in(period: Period) -> list[Period]:
    found, day = [], period[0].replace(day=1)
    while day <= period[1]:
        found.append(month(day))
        day = plus_months(day, 1)
    return found


def born(id_number: str) -> date:
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def age(id_number: str, day: date) -> int:
    birth = born(id_number)
    years = day.year - birth.year
    try:
        birthday = birth.replace(year=day.year)
    except ValueError:
        birthday = date(day.year, 3, 1)
    return years if day >= birthday else years - 1


def covers(a: date | None, b: date | None, period: Period) -> bool:
    return a is not None and a <= period[1] and (b is None or b >= period[0])


def throughout(a: date | None, b: date | None, period: Period) -> bool:
    return a is not None and a < period[0] and (b is None or b > period[1])


# Terms of the catalogue


def first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def owned(r: Row, p: Period) -> bool:
    since = first(r["owned_from"], r["registered_on"], LONG_AGO)
    return covers(since, r["owned_to"], p) and (r["status"] in ("正常", None) or r["owned_to"] is not None)


def held(r: Row, p: Period) -> bool:
    since = first(r["registered_on"], LONG_AGO)
    return covers(since, r["cancelled_on"], p) and (r["status"] in ("现势", None) or r["cancelled_on"] is not None)


def is_open(r: Row, p: Period) -> bool:
    since = first(r["established_on"], LONG_AGO)
    return covers(since, r["closed_on"], p) and (r["status"] in ("存续", None) or r["closed_on"] is not None)


def in_post(r: Row, p: Period) -> bool:
    return r["status"] == "在职" and covers(first(r["from_on"], LONG_AGO), r["to_on"], p)


def valid(r: Row, p: Period) -> bool:
    return covers(first(r["issued_on"], LONG_AGO), r["expires_on"], p) and r["status"] in ("有效", None)


def enrolled(r: Row, p: Period) -> bool:
    since = first(r["from_on"], LONG_AGO)
    return covers(since, r["to_on"], p) and (r["status"] in ("在籍", None) or r["to_on"] is not None)


def poor(r: Row, p: Period) -> bool:
    return covers(first(r["from_on"], LONG_AGO), r["to_on"], p)


class Book:
    """The world seen through the catalogue's terms."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clues: dict[tuple[str, str, str, str | None], Clue] = {}
        self.not_judged: dict[str, set[tuple[str, Period]]] = defaultdict(set)
        self.by_id: dict[str, dict[str, list[Row]]] = {}
        for roster, rows in world.rows.items():
            self.by_id[roster] = defaultdict(list)
            for row in rows:
                self.by_id[roster][row["id_number"]].append(row)
        self.households_of: dict[str, set[str]] = defaultdict(set)
        self.household: dict[str, set[str]] = defaultdict(set)
        for row in self.all("population"):
            if row["status"] == "正常":
                self.households_of[row["id_number"]].add(row["household_number"])
                self.household[row["household_number"]].add(row["id_number"])

        carried: dict[str, set[str]] = defaultdict(set)
        for rows in world.rows.values():
            for row in rows:
                for column in ("street", "community", "school", "employer", "facility"):
                    if row["id_number"] and row[column]:
                        carried[row[column]].add(row["id_number"])
        self.common = {text for text, persons in carried.items() if len(persons) >= 5}

    def all(self, roster: str) -> list[Row]:
        return self.world.rows.get(roster, [])

    def of(self, roster: str, id_number: str) -> list[Row]:
        return self.by_id.get(roster, {}).get(id_number, [])

    def policy(self, key: str, day: date) -> Any:
        value = None
        for since, found in sorted(self.world.policy[key], key=lambda entry: entry[0]):
            if since <= day:
                value = found
        return value

    def delivered(self, roster: str, period: Period) -> bool:
        """Some slot of the roster lies in the period."""
        return any(a >= period[0] and b <= period[1] for a, b in self.world.delivered.get(roster, ()))

    def family(self, id_number: str) -> set[str]:
        return {person for number in self.households_of[id_number] for person in self.household[number]}

    def on(self, roster: str, id_number: str, period: Period) -> list[Row]:
        """The person's rows of a monthly roster in any month of the period."""
        return [r for r in self.of(roster, id_number) if period_of(r)[0] >= period[0] and period_of(r)[1] <= period[1]]

    def person_periods(self, *items: str) -> Iterator[tuple[str, str, Period, list[Row]]]:
        """(item, person, period, its rows) of every period that is judged."""
        for item in items:
            groups: dict[tuple[str, Period], list[Row]] = defaultdict(list)
            for row in self.all(item):
                groups[row["id_number"], period_of(row)].append(row)
            for (person, period), rows in groups.items():
                if any(row["amount"] > 0 for row in rows) and period[0] <= self.world.run_date:
                    yield item, person, period, rows

    def household_periods(self) -> Iterator[tuple[str, str, Period, list[Row], set[str]]]:
        """(item, head, month, rows, members) of every dibao household-month that is judged."""
        for item in DIBAO:
            groups: dict[tuple[str, Period], list[Row]] = defaultdict(list)
            for row in self.all(item):
                groups[row["household_head_id"], period_of(row)].append(row)
            for (head, period), rows in groups.items():
                if any(row["amount"] > 0 for row in rows) and period[0] <= self.world.run_date:
                    yield item, head, period, rows, {row["id_number"] for row in rows}

    def hit(
        self, rule: str, item: str, person: str, period: Period, tier: int, payments: Iterable[Row] = (),
        registers: Iterable[Row] = (), subject: str | None = None, amount: Decimal | None = None,
        household: bool = False,
    ) -> Clue:  # fmt: skip
        key = (rule, item, person, subject)
        clue = self.clues.setdefault(key, Clue(rule, item, person, subject, household))
        clue.periods.add(period)
        clue.tiers.add(tier)
        clue.payments.update(payments)
        clue.registers.update(registers)
        if amount is not None:
            clue.amounts[period] = clue.amounts.get(period, Decimal(0)) + amount
        return clue

    def judged(self, rule: str, item: str, period: Period, *absent: str) -> bool:
        """Every roster whose absence of rows counts was delivered for the period; counted when not."""
        if all(self.delivered(roster, period) for roster in absent):
            return True
        self.not_judged[rule].add((item, period))
        return False


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


# Group C


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
            shared = b.households_of[person] & b.households_of[cadre]
            home = [
                r for one in (person, cadre) for r in b.of("population", one)
                if r["status"] == "正常" and r["household_number"] in shared
            ]  # fmt: skip
            b.hit("dibao_cadre_family", item, person, p, 3, rows, [*posts, *home], subject=cadre)


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


def over(
    b: Book, rule: str, item: str, person: str, p: Period, rows: list[Row], limit: Callable[[Row], Decimal | None],
    subject: Callable[[Row], str | None] = lambda row: None, registers: Iterable[Row] = (),
) -> None:  # fmt: skip
    """A hit for the rows whose own amount exceeds their limit, by the sum of the excess."""
    for row in rows:
        most = limit(row)
        if most is not None and row["amount"] > most:
            shown = [row] if subject(row) is not None else rows
            b.hit(rule, item, person, p, 1, shown, registers, subject=subject(row), amount=row["amount"] - most)


def certificates(b: Book, person: str, p: Period) -> list[Row]:
    return [r for r in b.of("disability_certificates", person) if valid(r, p)]


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
    rule = "contribution_not_hardship"
    for item, person, p, rows in b.person_periods("pension_contribution"):
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


# Group F


def applications(b: Book) -> Iterator[tuple[str, Period, Row]]:
    for _, person, p, rows in b.person_periods("vehicle_trade_in"):
        for row in rows:
            yield person, p, row


def of_vin(b: Book, roster: str, vin: str) -> list[Row]:
    return [r for r in b.all(roster) if r["vin"] == vin]


def claim(
    b: Book, rule: str, person: str, p: Period, tier: int, row: Row, subject: str, found: Iterable[Row] = ()
) -> None:
    b.hit(rule, "vehicle_trade_in", person, p, tier, [row], found, subject=row[subject])


def trade_in_owner(b: Book) -> None:
    for person, p, row in applications(b):
        found = of_vin(b, "vehicles", row["old_vin"]) + of_vin(b, "scrapped_vehicles", row["old_vin"])
        if found and all(r["id_number"] != person for r in found):
            claim(b, "trade_in_owner", person, p, 1, row, "old_vin", found)


def trade_in_not_disposed(b: Book) -> None:
    for person, p, row in applications(b):
        kept = [r for r in of_vin(b, "vehicles", row["old_vin"]) if r["id_number"] == person and r["owned_to"] is None]
        scrapped = of_vin(b, "scrapped_vehicles", row["old_vin"])
        if row["disposal"] == "报废" and not scrapped:
            claim(b, "trade_in_not_disposed", person, p, 1, row, "old_vin")
        if row["disposal"] == "转让" and kept:
            claim(b, "trade_in_not_disposed", person, p, 1, row, "old_vin", kept)


def trade_in_no_invoice(b: Book) -> None:
    for person, p, row in applications(b):
        if not of_vin(b, "vehicle_invoices", row["new_vin"]):
            claim(b, "trade_in_no_invoice", person, p, 2, row, "new_vin")


def trade_in_invoice_buyer(b: Book) -> None:
    for person, p, row in applications(b):
        found = of_vin(b, "vehicle_invoices", row["new_vin"])
        if found and all(r["id_number"] != person for r in found):
            claim(b, "trade_in_invoice_buyer", person, p, 1, row, "new_vin", found)


def trade_in_sudden_owner(b: Book) -> None:
    for person, p, row in applications(b):
        opening, _ = b.policy("trade_in_window", p[0])
        found = [r for r in of_vin(b, "vehicles", row["old_vin"]) if r["id_number"] == person]
        if found and all(r["owned_from"] is not None and r["owned_from"] >= opening for r in found):
            claim(b, "trade_in_sudden_owner", person, p, 2, row, "old_vin", found)


def trade_in_window(b: Book) -> None:
    for person, p, row in applications(b):
        opening, closing = b.policy("trade_in_window", p[0])
        days = [row[key] for key in ("invoice_on", "disposed_on", "applied_on") if row[key] is not None]
        if any(day < opening or day > closing for day in days):
            claim(b, "trade_in_window", person, p, 1, row, "new_vin")


def trade_in_repeat(b: Book) -> None:
    copies: dict[tuple[Any, ...], list[list[Row]]] = defaultdict(list)
    for _, _, row in applications(b):
        key = (row["id_number"], row["invoice_number"], row["old_vin"], row["new_vin"])
        # The n-th copy of a row goes to the n-th application of its key.
        for one in copies[key]:
            if dict(row) not in [dict(other) for other in one]:
                one.append(row)
                break
        else:
            copies[key].append([row])
    claims = [rows for found in copies.values() for rows in found]
    for person in {rows[0]["id_number"] for rows in claims}:
        mine, others = [], []
        for rows in claims:
            if rows[0]["id_number"] != person:
                continue
            like = [
                other for other in claims
                if other is not rows
                and any(other[0][key] == rows[0][key] for key in ("id_number", "old_vin", "new_vin"))
            ]  # fmt: skip
            if like:
                mine.append(rows)
                others += [other for other in like if other[0]["id_number"] != person]
        if not mine:
            continue
        sums = [sum(r["amount"] for r in rows) for rows in mine]
        for rows in mine:
            for row in rows:
                clue = b.hit("trade_in_repeat", "vehicle_trade_in", person, period_of(row), 1, [row])
        clue.registers.update(row for rows in others for row in rows)
        clue.count = len(mine)
        clue.fixed = sum(sums) if others else sum(sums) - max(sums)


def trade_in_amount(b: Book) -> None:
    for person, p, row in applications(b):
        limits = b.policy("trade_in_amounts", p[0])
        over(
            b, "trade_in_amount", "vehicle_trade_in", person, p, [row],
            lambda r, limits=limits: limits.get((r["disposal"], r["energy"])), lambda r: r["new_vin"],
        )  # fmt: skip


def trade_in_resold(b: Book) -> None:
    for person, p, row in applications(b):
        until = plus_months(row["applied_on"], b.policy("resale_months", p[0]))
        found = [
            r for r in of_vin(b, "vehicles", row["new_vin"])
            if r["id_number"] == person and r["owned_to"] is not None and r["owned_to"] < until
        ]  # fmt: skip
        if found:
            claim(b, "trade_in_resold", person, p, 2, row, "new_vin", found)


# Group G


def studies(b: Book, person: str, p: Period) -> list[Row]:
    return [r for r in b.of("students", person) if enrolled(r, p)]


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


# Group I


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
            shared = b.households_of[person] & b.households_of[kin]
            tied = [*b.of("population", person), *b.of("population", kin)]
            helped += [r for r in tied if r["status"] == "正常" and r["household_number"] in shared]
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


RULES: dict[str, tuple[Callable[[Book], None], tuple[str, ...], tuple[str, ...]]] = {
    # rule: (how, items, other rosters it needs)
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
    "elderly_underage": (elderly_underage, ("elderly_allowance",), ()),
    "elderly_over_standard": (elderly_over_standard, ("elderly_allowance",), ()),
    "disability_no_certificate": (
        disability_no_certificate, ("disability_living", "disability_nursing"), ("disability_certificates",),
    ),
    "nursing_grade": (nursing_grade, ("disability_nursing",), ("disability_certificates",)),
    "tekun_ineligible": (tekun_ineligible, ("tekun",), ("disability_certificates",)),
    "living_not_hardship": (living_not_hardship, ("disability_living",), ()),
    "contribution_employee": (contribution_employee, ("pension_contribution",), ("employee_pension",)),
    "contribution_drawing": (contribution_drawing, ("pension_contribution",), ("pension_benefits",)),
    "contribution_age": (contribution_age, ("pension_contribution",), ()),
    "contribution_not_hardship": (
        contribution_not_hardship, ("pension_contribution",), ("disability_certificates", "poverty_households"),
    ),
    "trade_in_owner": (trade_in_owner, ("vehicle_trade_in",), ("vehicles", "scrapped_vehicles")),
    "trade_in_not_disposed": (trade_in_not_disposed, ("vehicle_trade_in",), ("vehicles", "scrapped_vehicles")),
    "trade_in_no_invoice": (trade_in_no_invoice, ("vehicle_trade_in",), ("vehicle_invoices",)),
    "trade_in_invoice_buyer": (trade_in_invoice_buyer, ("vehicle_trade_in",), ("vehicle_invoices",)),
    "trade_in_sudden_owner": (trade_in_sudden_owner, ("vehicle_trade_in",), ("vehicles",)),
    "trade_in_window": (trade_in_window, ("vehicle_trade_in",), ()),
    "trade_in_repeat": (trade_in_repeat, ("vehicle_trade_in",), ()),
    "trade_in_amount": (trade_in_amount, ("vehicle_trade_in",), ()),
    "trade_in_resold": (trade_in_resold, ("vehicle_trade_in",), ("vehicles",)),
    "student_not_enrolled": (student_not_enrolled, TERMLY, ("students",)),
    "student_stage": (student_stage, TERMLY, ("students",)),
    "student_school": (student_school, TERMLY, ("students",)),
    "student_not_hardship": (
        student_not_hardship, TERMLY, ("population", "disability_certificates", "poverty_households"),
    ),
    "student_over_standard": (student_over_standard, TERMLY, ("students",)),
    "missing_elderly": (missing_elderly, ("elderly_allowance",), ("population", "deaths")),
    "missing_nursing": (missing_nursing, ("disability_nursing",), ("population", "deaths", "disability_certificates")),
    "missing_student_living": (
        missing_student_living, ("student_living",), ("students", "population", "poverty_households"),
    ),
    "missing_contribution": (
        missing_contribution, ("pension_contribution",),
        ("population", "employee_pension", "pension_benefits", "deaths"),
    ),
    "low_income_unassisted": (low_income_unassisted, ("urban_dibao",), ("income", "population")),
}  # fmt: skip


def reference(world: World) -> tuple[Book, dict[str, str]]:
    """Every clue of the catalogue, and why a rule did not run."""
    book, skipped = Book(world), {}
    for rule, (work, items, others) in RULES.items():
        lacking = [roster for roster in others if roster not in world.rows]
        if lacking or not any(item in world.rows for item in items):
            skipped[rule] = lacking[0] if lacking else items[0]
            continue
        work(book)
    return book, skipped

"""What the rules' text stands on: rows, periods, days, the catalogue's terms, the clues that are gathered."""

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
MONTHLY = (
    *DIBAO, "tekun", "disability_living", "disability_nursing", "elderly_allowance", "orphan_allowance",
    "veterans_allowance", "housing_subsidy", "public_post",
)  # fmt: skip
YEARLY = ("pension_contribution", "forestry", "industry_project", "insurance_subsidy", "transport_subsidy")
TERMLY = ("student_living", "high_school_grant")
EVENTS = {
    "vehicle_trade_in": "applied_on", "farm_machinery": "paid_on", "medical_assistance": "paid_on",
    "temporary_assistance": "paid_on", "employment_reward": "paid_on",
}  # fmt: skip
BENEFITS = (*MONTHLY, *YEARLY, *TERMLY, *EVENTS)
FUNDS = ("poverty_funds", "pairing_funds")
PERIODIC = {*BENEFITS, "income", "payment_ledger", *FUNDS}
"""Rosters that fill slots of months, years or terms; the others are registers."""
TITLES = {
    "城市低保": "urban_dibao", "农村低保": "rural_dibao", "特困人员救助供养": "tekun",
    "残疾人两项补贴（困难残疾人生活补贴）": "disability_living",
    "残疾人两项补贴（重度残疾人护理补贴）": "disability_nursing",
    "高龄津贴": "elderly_allowance", "困难群体人员代缴城乡居保费": "pension_contribution",
    "汽车以旧换新补贴": "vehicle_trade_in", "义务教育家庭经济困难学生生活补助": "student_living",
    "普通高中助学金": "high_school_grant", "农机购置补贴": "farm_machinery", "林业补贴": "forestry",
    "产业扶贫项目": "industry_project", "医疗救助": "medical_assistance",
    "困难群众参加居民医保资助": "insurance_subsidy",
    "临时救助": "temporary_assistance", "孤儿和事实无人抚养儿童基本生活费": "orphan_allowance",
    "优抚对象抚恤和生活补助": "veterans_allowance", "住房租赁补贴": "housing_subsidy",
    "转移就业交通补助": "transport_subsidy", "企业吸纳就业奖补": "employment_reward", "公益性岗位补贴": "public_post",
}  # fmt: skip

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
    id_number: str | None
    subject: str | None
    household: bool
    periods: set[Period] = field(default_factory=set)
    tiers: set[int] = field(default_factory=set)
    payments: set[Row] = field(default_factory=set)
    registers: set[Row] = field(default_factory=set)
    amounts: dict[Period, Decimal] = field(default_factory=dict)
    count: int | None = None
    fixed: Decimal | None = None
    name: str | None = None
    """Of a clue without a person."""

    def amount(self) -> Decimal:
        if self.fixed is not None:
            return self.fixed
        if self.amounts:
            return sum(self.amounts.values(), Decimal(0))
        return sum((row["amount"] for row in self.payments), Decimal(0))

    def tier(self) -> int:
        return min(self.tiers - {0}) if self.tiers - {0} else 0

    def identity(self) -> str | None:
        if self.id_number is None:
            return None
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
    if row.roster in (*MONTHLY, "income", "payment_ledger"):
        return month(row["period"])
    if row.roster in (*YEARLY, *FUNDS):
        return year(row["year"])
    if row.roster in TERMLY:
        return term(row["term"])
    day = row["due_on"] if row.roster == "commitments" else row[EVENTS[row.roster]]
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
        self.clues: dict[tuple[str, str, str | None, str | None], Clue] = {}
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
        self, rule: str, item: str, person: str | None, period: Period, tier: int, payments: Iterable[Row] = (),
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

    def judged(self, rule: str, item: str, period: Period, *absent: str, within: Period | None = None) -> bool:
        """Every roster whose absence of rows counts was delivered for the period (`within`: for some of it)."""
        if all(self.delivered(roster, within or period) for roster in absent):
            return True
        self.not_judged[rule].add((item, period))
        return False


# What several groups share


Rules = dict[str, tuple[Callable[[Book], None], tuple[str, ...], tuple[str, ...]]]
"""By rule: how it is worked out, its items, what else it needs."""


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


def tied(b: Book, person: str, kin: str) -> list[Row]:
    """The rows that put two people in one register household; none when they are one."""
    shared = b.households_of[person] & b.households_of[kin] if person != kin else set()
    rows = [*b.of("population", person), *b.of("population", kin)]
    return [r for r in rows if r["status"] == "正常" and r["household_number"] in shared]


def studies(b: Book, person: str, p: Period) -> list[Row]:
    return [r for r in b.of("students", person) if enrolled(r, p)]

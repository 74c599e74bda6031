"""Where planted people stand: each has a household of their own, clean but for what a plant puts in.

A plant makes people, lets them receive, adds the register rows that make a clue, and writes down every clue that must
follow. What nobody planted must not follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from huimin.district.days import Days
from huimin.district.identities import PLANTED, accounts, id_number
from huimin.district.names import BANKS, STREETS, given_names, surnames
from huimin.district.plants.truth import part_of
from huimin.district.tables import MONTH_ITEMS, SCHEMAS, TITLES

PlantedCell = Any
"""What a row may hold: text, a day, a number, money, nothing."""
PlantedCells = dict[str, PlantedCell]


@dataclass(frozen=True)
class Person:
    """Somebody planted."""

    id_number: str
    name: str
    born: date
    household_number: str
    street: str
    community: str
    bank: str
    account: str
    male: bool


class Stage:
    """Rows and truth gathered so far. The same calls in the same order give the same rows."""

    def __init__(self, days: Days, seed: int) -> None:
        self.days = days
        self.rows: dict[str, list[dict[str, PlantedCell]]] = {roster: [] for roster in SCHEMAS}
        self.truth: list[dict[str, PlantedCell]] = []
        self._rng = np.random.default_rng([seed, 1])
        self._count = 0
        self._sequences: dict[tuple[date, bool], int] = {}
        self._banked: set[str] = set()
        self.uninsured: set[str] = set()
        """ID numbers of those on relief whose insurance nobody subsidises."""

    def number(self) -> int:
        """A number nobody else has: for plates, VINs, accounts."""
        self._count += 1
        return PLANTED + self._count

    def born(self, age: int) -> date:
        """A birthday in early spring, so that the person is `age` from then on this year and `age` - 1 before."""
        return date(self.days.year - age, 2, 3 + int(self._rng.integers(0, 24)))

    def person(
        self,
        age: int = 40,
        *,
        born: date | None = None,
        male: bool | None = None,
        name: str | None = None,
        home: Person | None = None,
        relation: str = "户主",
        status: str | None = "正常",
        status_on: date | None = None,
    ) -> Person:
        """Somebody new on the population register (off it when status is None), in a household of one or in `home`."""
        born = born or self.born(age)
        male = bool(self._rng.random() < 0.5) if male is None else male
        sequence = self._sequences.get((born, male), 499)
        self._sequences[(born, male)] = sequence - 1
        number = self.number()
        street, communities = STREETS[number * 7 % len(STREETS)]
        drawn = str(surnames(self._rng, 1)[0]) + str(given_names(self._rng, 1)[0])
        person = Person(
            id_number=id_number(born, sequence * 2 + male),
            name=name or drawn,
            born=born,
            household_number=str(990_000_000 + number - PLANTED),
            street=street,
            community=communities[number % len(communities)],
            bank=BANKS[number % len(BANKS)],
            account=str(accounts(np.array([number]))[0]),
            male=male,
        )
        if home is not None:
            person = replace(
                person, household_number=home.household_number, street=home.street, community=home.community
            )
        if status is not None:
            self.add("population", person, relation=relation, status=status, status_on=status_on)
        return person

    def add(self, roster: str, person: Person | None = None, /, **cells: PlantedCell) -> None:
        """One row: the person's own cells where the roster has such columns, then the cells given."""
        own = {} if person is None else {name: value for name, value in vars(person).items() if name in SCHEMAS[roster]}
        if person is not None and roster == "poverty_households":
            own["household_number"] = "P" + person.household_number
        if person is not None and "account_name" in SCHEMAS[roster]:
            own["account_name"] = person.name
        self.rows[roster].append(own | cells)

    def bank(self, person: Person) -> None:
        """The person's account on the one-card register, once."""
        if person.id_number not in self._banked:
            self._banked.add(person.id_number)
            self.add("one_card_accounts", person, opened_on=date(2019, 3, 1), status="正常")

    def pay(
        self,
        item: str,
        person: Person,
        months: Sequence[date],
        amount: float,
        *,
        ledger: Mapping[str, PlantedCell] | None = None,
        in_ledger: bool = True,
        **cells: PlantedCell,
    ) -> None:
        """Monthly rows of an item, and the ledger's rows of this year beside them (`ledger` changes cells there)."""
        self.bank(person)
        usual = {"channel": "一卡通", "amount": yuan(amount)}
        for month in months:
            paid = {"period": month, "paid_on": month.replace(day=11)}
            self.add(item, person, **(usual | paid | cells))
            if in_ledger and month.year == self.days.year and item in MONTH_ITEMS:
                kept = {name: value for name, value in cells.items() if name in SCHEMAS["payment_ledger"]}
                approved = kept.get("amount", usual["amount"])
                extra = {
                    "item": TITLES[item],
                    "approved_amount": approved,
                    "due_on": month.replace(day=15),
                    "payer": "区民政局",
                }
                self.add("payment_ledger", person, **(usual | paid | extra | kept | dict(ledger or {})))

    def dibao(
        self,
        item: str,
        members: Sequence[Person],
        months: Sequence[date],
        amount: float = 300,
        *,
        insured: bool = True,
        **cells: PlantedCell,
    ) -> None:
        """A dibao household, the first member its head; `amount` each; contributions paid for whom they are due."""
        head = members[0]
        for person in members:
            relation = "户主" if person is head else "家庭成员"
            household: dict[str, PlantedCell] = {
                "household_head_id": head.id_number,
                "household_head_name": head.name,
                "relation": relation,
                "household_size": len(members),
            }
            self.pay(item, person, months, amount, **(household | cells))
            if insured:
                self.insure(person, "低保", months)

    def tekun(self, person: Person, months: Sequence[date], **cells: PlantedCell) -> None:
        """Somebody on tekun, with the contributions that are due."""
        care: dict[str, PlantedCell] = {"care_type": "分散供养"}
        self.pay("tekun", person, months, 1216, **(care | cells))
        self.insure(person, "特困", months)

    def insure(self, person: Person, category: str, months: Sequence[date]) -> None:
        """The contribution of this year, when months of it are among the months and the age is from 16 to 59."""
        year = self.days.year
        of_age = date(year - 60, 1, 2) <= person.born <= date(year - 16, 12, 31)
        if of_age and any(month.year == year for month in months):
            self.contribute(person, year, category)

    def contribute(self, person: Person, year: int, category: str | None, amount: float = 200) -> None:
        """One row of pension_contribution."""
        self.add(
            "pension_contribution",
            person,
            year=year,
            hardship_category=category,
            amount=yuan(amount),
            paid_on=date(year, 6, 30),
        )

    def subsidise(self) -> None:
        """The insurance subsidy of this year for everyone living who is on relief in it and on the register."""
        relief = {"特困": ("tekun",), "低保": ("urban_dibao", "rural_dibao")}
        category = {
            row["id_number"]: kind
            for kind, items in relief.items()
            for item in items
            for row in self.rows[item]
            if row["period"].year == self.days.year
        }
        dead = {row["id_number"] for row in self.rows["deaths"]}
        paid = {row["id_number"] for row in self.rows["insurance_subsidy"]}
        for row in self.rows["population"]:
            number = row["id_number"]
            if row["status"] == "正常" and number in category.keys() - dead - paid - self.uninsured:
                paid.add(number)
                own = {name: row[name] for name in ("name", "id_number", "street", "community")}
                self.add(
                    "insurance_subsidy",
                    **own,
                    year=self.days.year,
                    hardship_category=category[number],
                    amount=yuan(350),
                    paid_on=date(self.days.year, 2, 20),
                )

    def certify(
        self, person: Person, grade: int, category: str = "肢体", **cells: PlantedCell
    ) -> dict[str, PlantedCell]:
        """A disability certificate, valid unless told; returns the cells that the allowance rosters repeat."""
        number = f"残{self.number()}"
        printed = {"certificate_number": number, "disability_category": category, "disability_grade": grade}
        usual = {"issued_on": date(2018, 5, 1), "expires_on": date(self.days.year + 5, 4, 30), "status": "有效"}
        self.add("disability_certificates", person, **(printed | usual | cells))
        return printed

    def hit(
        self,
        rule: str,
        item: str,
        person: Person | None,
        periods: Sequence[date],
        amount: float | Decimal,
        tier: int,
        note: str,
        *,
        subject: str | None = None,
        exempted: bool = False,
        count: int | None = None,
    ) -> None:
        """A clue that must follow: earliest and latest of the periods, how many distinct ones (or `count`)."""
        self._note("hit", rule, item, person, subject, note)
        self.truth[-1] |= {
            "first_period": min(periods),
            "last_period": max(periods),
            "periods": count or len(set(periods)),
            "amount_at_risk": yuan(amount),
            "tier": tier,
            "exempted": exempted,
        }

    def near(self, rule: str, item: str, person: Person | None, note: str, *, subject: str | None = None) -> None:
        """A clue that must not follow, and the boundary it stays behind."""
        self._note("near_miss", rule, item, person, subject, note)

    def _note(self, kind: str, rule: str, item: str, person: Person | None, subject: str | None, note: str) -> None:
        self.truth.append(
            {
                "kind": kind,
                "rule": rule,
                "item": item,
                "id_number": person.id_number if person else None,
                "subject": subject,
                "part": part_of(rule),
                "note": note,
            }
        )


def yuan(amount: float | Decimal | int) -> Decimal:
    """The amount to the fen."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))

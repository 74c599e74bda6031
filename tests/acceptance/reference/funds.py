"""Group J: poverty funds and oversight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from acceptance.reference.terms import FUNDS, Book, Period, Row, Rules, first, poor, year


def projects(b: Book) -> Iterator[tuple[str, Period, str, list[Row], Decimal, Decimal]]:
    """(item, year, subject, rows, invested, used) of every fund of a year that has begun."""
    for item in FUNDS:
        groups: dict[tuple[int, str], list[Row]] = defaultdict(list)
        for row in b.all(item):
            what = row["project"] if item == "poverty_funds" else row["paired_unit"]
            parts = [str(row["year"]), row["street"], row["community"], what]
            groups[row["year"], "/".join(part or "" for part in parts)].append(row)
        for (number, subject), rows in groups.items():
            if year(number)[0] <= b.world.run_date:
                invested = sum((r["invested"] for r in rows), Decimal(0))
                used = sum((r["used"] or 0 for r in rows), Decimal(0))
                yield item, year(number), subject, rows, invested, used


def about(rule: str, b: Book, item: str, p: Period, tier: int, rows: list[Row], subject: str, amount: Decimal) -> None:
    """A clue about no person, under the name of what it is about."""
    clue = b.hit(rule, item, None, p, tier, rows, subject=subject, amount=amount)
    clue.name = first(rows[0]["project"], rows[0]["paired_unit"], rows[0]["commitment"])


def fund_idle(b: Book) -> None:
    for item, p, subject, rows, invested, used in projects(b):
        idle = used < b.policy("fund_used_ratio", p[0]) * invested
        if p[0].year < b.world.run_date.year and idle and not any(r["unused_reason"] for r in rows):
            about("fund_idle", b, item, p, 2, rows, subject, invested - used)


def fund_overspent(b: Book) -> None:
    for item, p, subject, rows, invested, used in projects(b):
        if used > invested:
            about("fund_overspent", b, item, p, 1, rows, subject, used - invested)


def project_not_poor(b: Book) -> None:
    for item, person, p, rows in b.person_periods("industry_project"):
        if not any(poor(r, p) for r in b.of("poverty_households", person)):
            for row in rows:
                b.hit("project_not_poor", item, person, p, 1, [row], subject=row["project"])


def project_concentration(b: Book) -> None:
    item = "industry_project"
    shares: dict[tuple[Period, str], list[Row]] = defaultdict(list)
    for _, person, p, rows in b.person_periods(item):
        for household in {r["household_number"] for r in b.of("poverty_households", person)} or {person}:
            shares[p, household] += rows
    for (p, household), rows in shares.items():
        if len({r["project"] for r in rows}) >= b.policy("project_household_limit", p[0]):
            people = {r["id_number"] for r in rows}
            found = [r for one in people for r in b.of("poverty_households", one) if r["household_number"] == household]
            b.hit("project_concentration", item, min(people), p, 2, rows, found, subject=str(p[0].year))


def commitment_overdue(b: Book) -> None:
    for row in b.all("commitments"):
        due, done = row["due_on"], row["done_on"]
        if due < b.world.run_date and (done is None or done > due):
            p, tier = (due, due), 2 if done else 1
            about("commitment_overdue", b, "commitments", p, tier, [row], row["commitment"], Decimal(0))


RULES: Rules = {
    "fund_idle": (fund_idle, FUNDS, ()),
    "fund_overspent": (fund_overspent, FUNDS, ()),
    "project_not_poor": (project_not_poor, ("industry_project",), ("poverty_households",)),
    "project_concentration": (project_concentration, ("industry_project",), ("poverty_households",)),
    "commitment_overdue": (commitment_overdue, ("commitments",), ()),
}

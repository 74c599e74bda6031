"""Group F: vehicle trade-in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from acceptance.reference.terms import Book, Period, Row, Rules, over, period_of, plus_months


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


RULES: Rules = {
    "trade_in_owner": (trade_in_owner, ("vehicle_trade_in",), ("vehicles", "scrapped_vehicles")),
    "trade_in_not_disposed": (trade_in_not_disposed, ("vehicle_trade_in",), ("vehicles", "scrapped_vehicles")),
    "trade_in_no_invoice": (trade_in_no_invoice, ("vehicle_trade_in",), ("vehicle_invoices",)),
    "trade_in_invoice_buyer": (trade_in_invoice_buyer, ("vehicle_trade_in",), ("vehicle_invoices",)),
    "trade_in_sudden_owner": (trade_in_sudden_owner, ("vehicle_trade_in",), ("vehicles",)),
    "trade_in_window": (trade_in_window, ("vehicle_trade_in",), ()),
    "trade_in_repeat": (trade_in_repeat, ("vehicle_trade_in",), ()),
    "trade_in_amount": (trade_in_amount, ("vehicle_trade_in",), ()),
    "trade_in_resold": (trade_in_resold, ("vehicle_trade_in",), ("vehicles",)),
}

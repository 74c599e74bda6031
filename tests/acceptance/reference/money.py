"""Group H: money and one-card."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from acceptance.reference.terms import BENEFITS, MONTHLY, TITLES, Book, Period, Row, Rules, first, period_of


def entries(b: Book) -> Iterator[tuple[str, str, Period, Row]]:
    """(item, person, month, row) of every row of the ledger that is judged."""
    for row in b.all("payment_ledger"):
        if row["period"] <= b.world.run_date:
            yield item_of(row), row["id_number"], period_of(row), row


def item_of(row: Row) -> str:
    return TITLES.get(row["item"], row["item"])


def policies(b: Book, item: str) -> list[Row]:
    return [r for r in b.all("policy_list") if item_of(r) == item]


def paid_late(b: Book) -> None:
    for item, person, p, row in entries(b):
        until = row["due_on"] and row["due_on"] + timedelta(days=b.policy("late_days", p[0]))
        if until and first(row["paid_on"], b.world.run_date) > until:
            owed = row["amount"] if row["paid_on"] else first(row["approved_amount"], row["amount"])
            b.hit("paid_late", item, person, p, 2, [row], amount=owed)


def underpaid(b: Book) -> None:
    for item, person, p, row in entries(b):
        approved = row["approved_amount"]
        if row["paid_on"] and approved is not None and row["amount"] < approved:
            b.hit("underpaid", item, person, p, 1, [row], amount=approved - row["amount"])


def overpaid(b: Book) -> None:
    for item, person, p, row in entries(b):
        approved = row["approved_amount"]
        if approved is not None and row["amount"] > approved:
            b.hit("overpaid", item, person, p, 1, [row], amount=row["amount"] - approved)


def not_one_card(b: Book) -> None:
    for item, person, p, row in entries(b):
        told = [r for r in policies(b, item) if r["via_one_card"] == "是"]
        if told and row["channel"] not in (None, "一卡通"):
            b.hit("not_one_card", item, person, p, 1, [row], told)


def shared_account(b: Book) -> None:
    credited: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    listed = [(item, row) for item, _, _, rows in b.person_periods(*BENEFITS) for row in rows]
    for item, row in [*listed, *((item, row) for item, _, _, row in entries(b))]:
        if row["account"] and row["amount"]:
            credited[row["account"]].append((item, row))
    for account, moved in credited.items():
        persons = {row["id_number"] for _, row in moved if row["amount"] > 0}
        # A recovery lowers what its person was credited; whoever had nothing else to the account holds no share.
        found = [(item, row) for item, row in moved if row["id_number"] in persons]
        if len(persons) < 2:
            continue
        together = set.intersection(*(b.households_of[person] for person in persons))
        starts = {period_of(row)[0] for _, row in found}
        if together or len(persons) < b.policy("shared_account_persons", max(starts)):
            continue
        holders = {row["account_name"] for _, row in found} - {None}
        person = min({row["id_number"] for _, row in found if row["name"] in holders} or persons)
        sums: dict[str, Decimal] = defaultdict(Decimal)
        others = Decimal(0)
        for item, row in found:
            told = row.roster == "payment_ledger" and delivered_as_roster(b, item, period_of(row))
            sums[item] += Decimal(0) if told else row["amount"]
            others += Decimal(0) if told or row["id_number"] == person else row["amount"]
        largest = min(sums, key=lambda item: (-sums[item], item))
        for _, row in found:
            tier = 1 if len(persons) >= 5 else 2
            clue = b.hit("shared_account", largest, person, period_of(row), tier, [row], subject=account)
        clue.fixed = others


def delivered_as_roster(b: Book, item: str, p: Period) -> bool:
    return any(start <= p[1] and end >= p[0] for start, end in b.world.delivered.get(item, ()))


def account_of_other(b: Book) -> None:
    for item, person, p, rows in b.person_periods(*BENEFITS):
        family = {r["name"] for one in b.family(person) for r in b.of("population", one) if r["status"] == "正常"}
        for row in rows:
            head = row["household_head_id"]
            heads = [r for roster in ("population", *BENEFITS) for r in b.of(roster, head)] if head else []
            known = {
                row["name"],
                *family,
                row["guardian_name"],
                row["household_head_name"],
                *(r["name"] for r in heads),
            }
            if row["account_name"] and row["account_name"] not in known:
                b.hit("account_of_other", item, person, p, 2, [row], subject=row["account"])


def account_unregistered(b: Book) -> None:
    for item, person, p, row in entries(b):
        own = {r["account"] for r in b.of("one_card_accounts", person)}
        if row["channel"] == "一卡通" and row["account"] and row["account"] not in own:
            b.hit("account_unregistered", item, person, p, 3, [row], subject=row["account"])


def multiple_cards(b: Book) -> None:
    judged = list(b.person_periods(*BENEFITS))
    for person in {r["id_number"] for r in b.all("one_card_accounts")}:
        cards = [r for r in b.of("one_card_accounts", person) if r["status"] == "正常"]
        payments = Counter(item for item, one, _, rows in judged if one == person for _ in rows)
        if len({r["account"] for r in cards}) >= 2 and payments:
            item = min(payments, key=lambda item: (-payments[item], item))
            opened = max(r["opened_on"] for r in cards if r["opened_on"])
            b.hit("multiple_cards", item, person, (opened, opened), 3, registers=cards).fixed = Decimal(0)


def bank_not_agent(b: Book) -> None:
    for item, person, p, row in entries(b):
        told = [r for r in policies(b, item) if r["agent_bank"]]
        agents = {bank.strip() for r in told for bank in re.split("[、,;，]", r["agent_bank"])}
        if told and row["bank"] and row["bank"] not in agents:
            b.hit("bank_not_agent", item, person, p, 3, [row], told, subject=row["bank"])


def off_ledger(b: Book) -> None:
    entered: dict[tuple[str, Period], list[Row]] = defaultdict(list)
    for item, _, p, row in entries(b):
        entered[item, p].append(row)
    for item, person, p, rows in b.person_periods(*MONTHLY):
        mine = [row for row in entered[item, p] if row["id_number"] == person]
        apart = sum(r["amount"] for r in rows) - sum(r["amount"] for r in mine)
        if entered[item, p] and (not mine or apart):
            b.hit("off_ledger", item, person, p, 2, rows, mine, amount=abs(apart))


LEDGER = ("payment_ledger",)
RULES: Rules = {
    "paid_late": (paid_late, LEDGER, ()),
    "underpaid": (underpaid, LEDGER, ()),
    "overpaid": (overpaid, LEDGER, ()),
    "not_one_card": (not_one_card, LEDGER, ("policy_list",)),
    "shared_account": (shared_account, BENEFITS, ("payment_ledger", "population")),
    "account_of_other": (account_of_other, BENEFITS, ("population",)),
    "account_unregistered": (account_unregistered, LEDGER, ("one_card_accounts",)),
    "multiple_cards": (multiple_cards, BENEFITS, ("one_card_accounts",)),
    "bank_not_agent": (bank_not_agent, LEDGER, ("policy_list",)),
    "off_ledger": (off_ledger, MONTHLY, LEDGER),
}

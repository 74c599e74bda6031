"""Group H: the payment ledger, accounts and cards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from huimin.district.identities import accounts
from huimin.district.money import LAND
from huimin.district.plants.scenes import recipient, typical_age
from huimin.district.plants.stage import Person, Stage, yuan

ELDERLY = "elderly_allowance"


def _paid(stage: Stage, item: str, person: Person, months: Sequence[date], **cells: Any) -> int:
    """Some months of a monthly item; returns the yuan of one."""
    if item == "tekun":
        stage.tekun(person, months, **cells)
        return 1216
    if item == ELDERLY:
        stage.pay(item, person, months, 100, **cells)
        return 100
    stage.dibao(item, [person], months, **cells)
    return 300


def _odd_month(stage: Stage, item: str, ledger: dict[str, Any], odd: Sequence[date]) -> tuple[Person, int]:
    """Somebody paid all year; in the odd months the ledger has other cells."""
    person = stage.person(typical_age(item))
    _paid(stage, item, person, [month for month in stage.days.months if month not in odd])
    return person, _paid(stage, item, person, odd, ledger=ledger)


def _standard(item: str) -> int:
    return {"tekun": 1216, ELDERLY: 100}.get(item, 300)


def paid_late(stage: Stage, item: str, i: int) -> None:
    """Sixteen days after it was due; not at all; a subsidy that only the ledger knows."""
    month = stage.days.months[1]
    if item == LAND:
        person = stage.person(50)
        stage.bank(person)
        stage.add(
            "payment_ledger", person, item=LAND, period=month, approved_amount=yuan(500), amount=yuan(500),
            due_on=month, paid_on=month + timedelta(days=40), channel="一卡通", payer="区农业农村局",
        )  # fmt: skip
        stage.hit("paid_late", item, person, [month], 500, 2, "forty days")
        return
    amount = _standard(item)
    late: dict[str, Any] = {"paid_on": month.replace(day=15) + timedelta(days=16)}
    never: dict[str, Any] = {"paid_on": None, "approved_amount": yuan(amount + 10)}
    person, _ = _odd_month(stage, item, (late, never)[i % 2], [month])
    stage.hit("paid_late", item, person, [month], amount + (0, 10)[i % 2], 2, ("16 days", "not paid")[i % 2])


def paid_late_near(stage: Stage) -> None:
    """Fifteen days; not paid, but due fifteen days before the run."""
    days = stage.days
    month = days.months[1]
    on_time = {"paid_on": month.replace(day=15) + timedelta(days=15)}
    open_ = {"paid_on": None, "due_on": days.run_date - timedelta(days=15)}
    for cells in (on_time, open_):
        person, _ = _odd_month(stage, ELDERLY, cells, [month])
        stage.near("paid_late", ELDERLY, person, str(cells))


def underpaid(stage: Stage, item: str, i: int) -> None:
    """Less than approved, in one month or two."""
    odd = stage.days.months[2 : 3 + i % 2]
    person, _ = _odd_month(stage, item, {"approved_amount": yuan(_standard(item) + 20)}, odd)
    stage.hit("underpaid", item, person, odd, 20 * len(odd), 1, "20 less")


def underpaid_near(stage: Stage) -> None:
    """Nothing approved is known; not paid yet and not due."""
    for cells in ({"approved_amount": None}, {"approved_amount": yuan(120), "paid_on": None, "due_on": None}):
        person, _ = _odd_month(stage, ELDERLY, cells, stage.days.months[2:3])
        stage.near("underpaid", ELDERLY, person, str(cells))


def overpaid(stage: Stage, item: str, i: int) -> None:
    """More than approved."""
    odd = stage.days.months[2 : 3 + i % 2]
    person, _ = _odd_month(stage, item, {"approved_amount": yuan(_standard(item) - 0.5)}, odd)
    stage.hit("overpaid", item, person, odd, 0.5 * len(odd), 1, "half a yuan more")


def overpaid_near(stage: Stage) -> None:
    """Nothing approved is known."""
    person, _ = _odd_month(stage, ELDERLY, {"approved_amount": None}, stage.days.months[2:3])
    stage.near("overpaid", ELDERLY, person, "nothing to compare with")


def not_one_card(stage: Stage, item: str, i: int) -> None:
    """In cash, or to a bank card."""
    odd = stage.days.months[:2]
    person, amount = _odd_month(stage, item, {"channel": ("现金", "银行卡")[i % 2]}, odd)
    stage.hit("not_one_card", item, person, odd, amount * len(odd), 1, ("cash", "bank card")[i % 2])


def not_one_card_near(stage: Stage) -> None:
    """Channel not known; an item without a policy."""
    person, _ = _odd_month(stage, ELDERLY, {"channel": None}, stage.days.months[:2])
    stage.near("not_one_card", ELDERLY, person, "channel not known")
    person = stage.person(50)
    stage.bank(person)
    month = stage.days.months[0]
    cells = {"item": "电影放映补贴", "period": month, "amount": yuan(60), "channel": "现金", "bank": None, "account": None}
    stage.add("payment_ledger", person, **cells)
    stage.near("not_one_card", "电影放映补贴", person, "no policy says so")


def _sharing(stage: Stage, count: int, *, one_home: bool, name: bool) -> list[Person]:
    """Old people paid into one account, which the one-card register has for each of them."""
    account = str(accounts(np.array([stage.number()]))[0])
    first = stage.person(85)
    people = [first] + [stage.person(84, home=first if one_home else None) for _ in range(count - 1)]
    people = [replace(person, account=account, bank=first.bank) for person in people]
    for person in people:
        stage.pay(ELDERLY, person, stage.days.months, 100, account_name=first.name if name else None)
    return people


def shared_account(stage: Stage, item: str, i: int) -> None:
    """Three or five people of different households; without the account's name, or with the name of one of them."""
    months = stage.days.months
    people = _sharing(stage, (3, 5)[i % 2], one_home=False, name=i % 3 == 2)
    owner = people[0] if i % 3 == 2 else min(people, key=lambda person: person.id_number)
    others = [person for person in people if person is not owner]
    risk = 100 * len(months) * len(others)
    stage.hit("shared_account", ELDERLY, owner, months, risk, (2, 1)[i % 2], f"{len(people)} people", subject=owner.account)
    if i % 3 == 2:
        for person in others:
            stage.hit("account_of_other", ELDERLY, person, months, 100 * len(months), 2, "shared", subject=owner.account)


def shared_account_near(stage: Stage) -> None:
    """Three of one household; two of different households."""
    for people in (_sharing(stage, 3, one_home=True, name=True), _sharing(stage, 2, one_home=False, name=False)):
        owner = min(people, key=lambda person: person.id_number)
        stage.near("shared_account", ELDERLY, owner, f"{len(people)} people", subject=owner.account)


def account_of_other(stage: Stage, item: str, i: int) -> None:
    """The account bears a name that is nobody's here."""
    got = recipient(stage, item, account_name="邬" + "甲乙丙"[i % 3])
    risk = got.amount * len(got.periods)
    stage.hit("account_of_other", item, got.person, got.periods, risk, 2, "a stranger's name", subject=got.person.account)


def account_of_other_near(stage: Stage) -> None:
    """The name of the spouse, of the guardian, of the head of the dibao household."""
    person = stage.person(85)
    spouse = stage.person(78, home=person, relation="配偶")
    recipient(stage, ELDERLY, person, account_name=spouse.name)
    stage.near("account_of_other", ELDERLY, person, "the spouse's name", subject=person.account)
    pupil = stage.person(9)
    guardian = stage.person(40)
    recipient(stage, "student_living", pupil, account_name=guardian.name, guardian_name=guardian.name)
    stage.near("account_of_other", "student_living", pupil, "the guardian's name", subject=pupil.account)
    head, member = stage.person(66), stage.person(64)
    stage.dibao("rural_dibao", [head, member], stage.days.months)
    for row in stage.rows["rural_dibao"]:
        if row["id_number"] == member.id_number:
            row["account_name"] = head.name
    stage.near("account_of_other", "rural_dibao", member, "the head's name", subject=member.account)


def account_unregistered(stage: Stage, item: str, i: int) -> None:
    """The ledger names an account that the one-card register does not have for the person."""
    odd = stage.days.months[1:3]
    account = str(accounts(np.array([stage.number()]))[0])
    person, amount = _odd_month(stage, item, {"account": account}, odd)
    stage.hit("account_unregistered", item, person, odd, amount * len(odd), 3, "another account", subject=account)


def account_unregistered_near(stage: Stage) -> None:
    """Registered, though closed; account not known."""
    account = str(accounts(np.array([stage.number()]))[0])
    person, _ = _odd_month(stage, ELDERLY, {"account": account}, stage.days.months[:1])
    stage.add("one_card_accounts", person, account=account, opened_on=date(2015, 1, 1), status="销户")
    stage.near("account_unregistered", ELDERLY, person, "registered and closed", subject=account)
    person, _ = _odd_month(stage, ELDERLY, {"account": None}, stage.days.months[:1])
    stage.near("account_unregistered", ELDERLY, person, "account not known")


def multiple_cards(stage: Stage, item: str, i: int) -> None:
    """A second account in use."""
    got = recipient(stage, item)
    opened = date(2021, 3, 1 + i)
    account = str(accounts(np.array([stage.number()]))[0])
    stage.add("one_card_accounts", got.person, account=account, opened_on=opened, status="正常")
    stage.hit("multiple_cards", item, got.person, [opened], 0, 3, "two accounts in use")


def multiple_cards_near(stage: Stage) -> None:
    """The second account frozen; two accounts and no payment."""
    for paid in (True, False):
        person = stage.person(85 if paid else 50)
        if paid:
            recipient(stage, ELDERLY, person)
        else:
            stage.bank(person)
        account = str(accounts(np.array([stage.number()]))[0])
        status = "冻结" if paid else "正常"
        stage.add("one_card_accounts", person, account=account, opened_on=date(2021, 9, 9), status=status)
        stage.near("multiple_cards", ELDERLY, person, "frozen" if paid else "no payment")


def bank_not_agent(stage: Stage, item: str, i: int) -> None:
    """Paid through a bank that the policy does not name."""
    odd = stage.days.months[3:5]
    bank = ("星河村镇银行", "远山信用社")[i % 2]
    person, amount = _odd_month(stage, item, {"bank": bank}, odd)
    stage.hit("bank_not_agent", item, person, odd, amount * len(odd), 3, bank, subject=bank)


def bank_not_agent_near(stage: Stage) -> None:
    """Bank not known."""
    person, _ = _odd_month(stage, ELDERLY, {"bank": None}, stage.days.months[:1])
    stage.near("bank_not_agent", ELDERLY, person, "bank not known")


def off_ledger(stage: Stage, item: str, i: int) -> None:
    """No ledger row for a month; or another amount there."""
    odd = stage.days.months[2:3]
    amount = _standard(item)
    if i % 2:
        person, _ = _odd_month(stage, item, {"amount": yuan(amount - 10), "approved_amount": yuan(amount - 10)}, odd)
    else:
        person = stage.person(typical_age(item))
        _paid(stage, item, person, [month for month in stage.days.months if month not in odd])
        _paid(stage, item, person, odd, in_ledger=False)
    stage.hit("off_ledger", item, person, odd, (amount, 10)[i % 2], 2, ("no row", "10 less")[i % 2])


def off_ledger_near(stage: Stage) -> None:
    """Two ledger rows that add up; a month that the ledger does not have."""
    person = stage.person(85)
    half = {"amount": yuan(50), "approved_amount": yuan(50)}
    stage.pay(ELDERLY, person, stage.days.months, 100, ledger=half)
    mine = [row for row in stage.rows["payment_ledger"] if row["id_number"] == person.id_number]
    stage.rows["payment_ledger"] += [dict(row) for row in mine]
    stage.near("off_ledger", ELDERLY, person, "two halves")
    person = stage.person(66)
    stage.tekun(person, stage.days.past_months[-1:])
    stage.near("off_ledger", "tekun", person, "the ledger has nothing of that month")


HITS = {
    "paid_late": paid_late,
    "underpaid": underpaid,
    "overpaid": overpaid,
    "not_one_card": not_one_card,
    "shared_account": shared_account,
    "account_of_other": account_of_other,
    "account_unregistered": account_unregistered,
    "multiple_cards": multiple_cards,
    "bank_not_agent": bank_not_agent,
    "off_ledger": off_ledger,
}
NEAR = {
    "paid_late": paid_late_near,
    "underpaid": underpaid_near,
    "overpaid": overpaid_near,
    "not_one_card": not_one_card_near,
    "shared_account": shared_account_near,
    "account_of_other": account_of_other_near,
    "account_unregistered": account_unregistered_near,
    "multiple_cards": multiple_cards_near,
    "bank_not_agent": bank_not_agent_near,
    "off_ledger": off_ledger_near,
}

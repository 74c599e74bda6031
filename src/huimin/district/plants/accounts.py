"""Group H, second half: accounts and cards."""

from dataclasses import replace
from datetime import date

import numpy as np

from huimin.district.identities import accounts
from huimin.district.plants.ledger import odd_month
from huimin.district.plants.scenes import recipient
from huimin.district.plants.stage import Person, Stage

ELDERLY = "elderly_allowance"


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
    stage.hit(
        "shared_account", ELDERLY, owner, months, risk, (2, 1)[i % 2], f"{len(people)} people", subject=owner.account
    )
    if i % 3 == 2:
        for person in others:
            stage.hit(
                "account_of_other", ELDERLY, person, months, 100 * len(months), 2, "shared", subject=owner.account
            )


def shared_account_near(stage: Stage) -> None:
    """Three of one household; two of different households."""
    for people in (_sharing(stage, 3, one_home=True, name=True), _sharing(stage, 2, one_home=False, name=False)):
        owner = min(people, key=lambda person: person.id_number)
        stage.near("shared_account", ELDERLY, owner, f"{len(people)} people", subject=owner.account)


def account_of_other(stage: Stage, item: str, i: int) -> None:
    """The account bears a name that is nobody's here."""
    got = recipient(stage, item, account_name="邬" + "甲乙丙"[i % 3])
    risk = got.amount * len(got.periods)
    stage.hit(
        "account_of_other", item, got.person, got.periods, risk, 2, "a stranger's name", subject=got.person.account
    )


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
    person, amount = odd_month(stage, item, {"account": account}, odd)
    stage.hit("account_unregistered", item, person, odd, amount * len(odd), 3, "another account", subject=account)


def account_unregistered_near(stage: Stage) -> None:
    """Registered, though closed; account not known."""
    account = str(accounts(np.array([stage.number()]))[0])
    person, _ = odd_month(stage, ELDERLY, {"account": account}, stage.days.months[:1])
    stage.add("one_card_accounts", person, account=account, opened_on=date(2015, 1, 1), status="销户")
    stage.near("account_unregistered", ELDERLY, person, "registered and closed", subject=account)
    person, _ = odd_month(stage, ELDERLY, {"account": None}, stage.days.months[:1])
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


HITS = {
    "shared_account": shared_account,
    "account_of_other": account_of_other,
    "account_unregistered": account_unregistered,
    "multiple_cards": multiple_cards,
}
NEAR = {
    "shared_account": shared_account_near,
    "account_of_other": account_of_other_near,
    "account_unregistered": account_unregistered_near,
    "multiple_cards": multiple_cards_near,
}

"""Group H, first half: what the payment ledger says of dates, amounts, channels and banks."""

from collections.abc import Sequence
from datetime import date, timedelta

from huimin.district.money import LAND
from huimin.district.plants.scenes import typical_age
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan

ELDERLY = "elderly_allowance"


def _paid(stage: Stage, item: str, person: Person, months: Sequence[date], **cells: PlantedCell) -> int:
    """Some months of a monthly item; returns the yuan of one."""
    if item == "tekun":
        stage.tekun(person, months, **cells)
        return 1216
    if item == ELDERLY:
        stage.pay(item, person, months, 100, **cells)
        return 100
    stage.dibao(item, [person], months, **cells)
    return 300


def odd_month(stage: Stage, item: str, ledger: dict[str, PlantedCell], odd: Sequence[date]) -> tuple[Person, int]:
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
    late: dict[str, PlantedCell] = {"paid_on": month.replace(day=15) + timedelta(days=16)}
    never: dict[str, PlantedCell] = {"paid_on": None, "approved_amount": yuan(amount + 10)}
    person, _ = odd_month(stage, item, (late, never)[i % 2], [month])
    stage.hit("paid_late", item, person, [month], amount + (0, 10)[i % 2], 2, ("16 days", "not paid")[i % 2])


def paid_late_near(stage: Stage) -> None:
    """Fifteen days; not paid, but due fifteen days before the run."""
    days = stage.days
    month = days.months[1]
    on_time = {"paid_on": month.replace(day=15) + timedelta(days=15)}
    open_ = {"paid_on": None, "due_on": days.run_date - timedelta(days=15)}
    for cells in (on_time, open_):
        person, _ = odd_month(stage, ELDERLY, cells, [month])
        stage.near("paid_late", ELDERLY, person, str(cells))


def underpaid(stage: Stage, item: str, i: int) -> None:
    """Less than approved, in one month or two."""
    odd = stage.days.months[2 : 3 + i % 2]
    person, _ = odd_month(stage, item, {"approved_amount": yuan(_standard(item) + 20)}, odd)
    stage.hit("underpaid", item, person, odd, 20 * len(odd), 1, "20 less")


def underpaid_near(stage: Stage) -> None:
    """Nothing approved is known; not paid yet and not due."""
    for cells in ({"approved_amount": None}, {"approved_amount": yuan(120), "paid_on": None, "due_on": None}):
        person, _ = odd_month(stage, ELDERLY, cells, stage.days.months[2:3])
        stage.near("underpaid", ELDERLY, person, str(cells))


def overpaid(stage: Stage, item: str, i: int) -> None:
    """More than approved."""
    odd = stage.days.months[2 : 3 + i % 2]
    person, _ = odd_month(stage, item, {"approved_amount": yuan(_standard(item) - 0.5)}, odd)
    stage.hit("overpaid", item, person, odd, 0.5 * len(odd), 1, "half a yuan more")


def overpaid_near(stage: Stage) -> None:
    """Nothing approved is known."""
    person, _ = odd_month(stage, ELDERLY, {"approved_amount": None}, stage.days.months[2:3])
    stage.near("overpaid", ELDERLY, person, "nothing to compare with")


def not_one_card(stage: Stage, item: str, i: int) -> None:
    """In cash, or to a bank card."""
    odd = stage.days.months[:2]
    person, amount = odd_month(stage, item, {"channel": ("现金", "银行卡")[i % 2]}, odd)
    stage.hit("not_one_card", item, person, odd, amount * len(odd), 1, ("cash", "bank card")[i % 2])


def not_one_card_near(stage: Stage) -> None:
    """Channel not known; an item without a policy."""
    person, _ = odd_month(stage, ELDERLY, {"channel": None}, stage.days.months[:2])
    stage.near("not_one_card", ELDERLY, person, "channel not known")
    person = stage.person(50)
    stage.bank(person)
    month = stage.days.months[0]
    cells = {
        "item": "电影放映补贴",
        "period": month,
        "amount": yuan(60),
        "channel": "现金",
        "bank": None,
        "account": None,
    }
    stage.add("payment_ledger", person, **cells)
    stage.near("not_one_card", "电影放映补贴", person, "no policy says so")


def bank_not_agent(stage: Stage, item: str, i: int) -> None:
    """Paid through a bank that the policy does not name."""
    odd = stage.days.months[3:5]
    bank = ("星河村镇银行", "远山信用社")[i % 2]
    person, amount = odd_month(stage, item, {"bank": bank}, odd)
    stage.hit("bank_not_agent", item, person, odd, amount * len(odd), 3, bank, subject=bank)


def bank_not_agent_near(stage: Stage) -> None:
    """Bank not known."""
    person, _ = odd_month(stage, ELDERLY, {"bank": None}, stage.days.months[:1])
    stage.near("bank_not_agent", ELDERLY, person, "bank not known")


def off_ledger(stage: Stage, item: str, i: int) -> None:
    """No ledger row for a month; or another amount there."""
    odd = stage.days.months[2:3]
    amount = _standard(item)
    if i % 2:
        person, _ = odd_month(stage, item, {"amount": yuan(amount - 10), "approved_amount": yuan(amount - 10)}, odd)
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
    "bank_not_agent": bank_not_agent,
    "off_ledger": off_ledger,
}
NEAR = {
    "paid_late": paid_late_near,
    "underpaid": underpaid_near,
    "overpaid": overpaid_near,
    "not_one_card": not_one_card_near,
    "bank_not_agent": bank_not_agent_near,
    "off_ledger": off_ledger_near,
}

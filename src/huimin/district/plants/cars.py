"""Group F: vehicle trade-ins."""

from datetime import date, timedelta

from huimin.district.plants.scenes import trade_in
from huimin.district.plants.stage import Person, PlantedCells, Stage, yuan

ITEM = "vehicle_trade_in"
ENERGIES = ("燃油", "新能源")


def _applicant(stage: Stage) -> tuple[Person, date]:
    """Somebody of 45, and a day in summer or autumn to apply on."""
    person = stage.person(45)
    return person, date(2022, 7, 25) + timedelta(days=stage.number() % 110)


def trade_in_owner(stage: Stage, item: str, i: int) -> None:
    """The old car was somebody else's, scrapped or handed over."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, owner=stage.person(50), applied=applied, disposal=("报废", "转让")[i % 2])
    stage.hit("trade_in_owner", item, person, [applied], car["amount"], 1, "another's car", subject=car["old_vin"])


def trade_in_owner_near(stage: Stage) -> None:
    """The old car is on no register; it passed from the applicant to somebody else."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, disposal="转让", listed=False)
    stage.near("trade_in_owner", ITEM, person, "old car on no register", subject=car["old_vin"])
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, disposal="转让")
    stage.add(
        "vehicles", stage.person(30), plate=car["old_plate"], vin=car["old_vin"], owned_from=applied, status="正常"
    )
    stage.near("trade_in_owner", ITEM, person, "two owners, the applicant was one", subject=car["old_vin"])


def trade_in_not_disposed(stage: Stage, item: str, i: int) -> None:
    """Never scrapped as claimed, or still the applicant's."""
    person, applied = _applicant(stage)
    car = trade_in(
        stage, person, gone=False, applied=applied, disposal=("报废", "转让")[i % 2], energy=ENERGIES[i // 2 % 2]
    )
    stage.hit("trade_in_not_disposed", item, person, [applied], car["amount"], 1, "still there", subject=car["old_vin"])


def trade_in_not_disposed_near(stage: Stage) -> None:
    """What became of the old car was not said; it was handed over, and the register knows the day."""
    for disposal, gone in ((None, False), ("转让", True)):
        person, applied = _applicant(stage)
        car = trade_in(stage, person, gone=gone, applied=applied, disposal=disposal)
        stage.near("trade_in_not_disposed", ITEM, person, f"{disposal}, gone {gone}", subject=car["old_vin"])


def trade_in_no_invoice(stage: Stage, item: str, i: int) -> None:
    """No invoice for the new car."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, invoiced=False, applied=applied, energy=ENERGIES[i % 2])
    stage.hit("trade_in_no_invoice", item, person, [applied], car["amount"], 2, "no invoice", subject=car["new_vin"])


def trade_in_no_invoice_near(stage: Stage) -> None:
    """There is an invoice, under another number."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, invoice_number=None)
    stage.near("trade_in_no_invoice", ITEM, person, "the VIN is invoiced", subject=car["new_vin"])


def trade_in_invoice_buyer(stage: Stage, item: str, i: int) -> None:
    """The invoice bears another's ID number, of the family or not."""
    person, applied = _applicant(stage)
    buyer = stage.person(43, home=person, relation="配偶") if i % 2 else stage.person(33)
    car = trade_in(stage, person, buyer=buyer, applied=applied, energy=ENERGIES[i // 2 % 2])
    stage.hit(
        "trade_in_invoice_buyer", item, person, [applied], car["amount"], 1, "another buyer", subject=car["new_vin"]
    )


def trade_in_invoice_buyer_near(stage: Stage) -> None:
    """Two invoices for the car, one of them the applicant's."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied)
    stage.add("vehicle_invoices", stage.person(35), invoice_number="30999999", vin=car["new_vin"], invoice_on=applied)
    stage.near("trade_in_invoice_buyer", ITEM, person, "one of two invoices", subject=car["new_vin"])


def trade_in_sudden_owner(stage: Stage, item: str, i: int) -> None:
    """The old car became the applicant's on the first day of the policy, or later."""
    person, applied = _applicant(stage)
    since = date(2022, 6, 1) + timedelta(days=i % 25)
    car = trade_in(stage, person, applied=applied, owned_from=since, disposal=("报废", "转让")[i % 2])
    stage.hit(
        "trade_in_sudden_owner", item, person, [applied], car["amount"], 2, f"since {since}", subject=car["old_vin"]
    )


def trade_in_sudden_owner_near(stage: Stage) -> None:
    """On the day before the policy began; on no known day; for the second time."""
    for since in (date(2022, 5, 31), None):
        person, applied = _applicant(stage)
        car = trade_in(stage, person, applied=applied, owned_from=since)
        stage.near("trade_in_sudden_owner", ITEM, person, f"since {since}", subject=car["old_vin"])
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, owned_from=date(2022, 6, 9))
    earlier = {"owned_from": date(2015, 1, 1), "owned_to": date(2020, 1, 1), "status": "转出"}
    stage.add("vehicles", person, plate=car["old_plate"], vin=car["old_vin"], **earlier)
    stage.near("trade_in_sudden_owner", ITEM, person, "owned it years before as well", subject=car["old_vin"])


def trade_in_window(stage: Stage, item: str, i: int) -> None:
    """Applied for, invoiced or disposed of a day too late or too early."""
    person = stage.person(45)
    before, after = date(2022, 5, 31), date(2023, 1, 1)
    cells: PlantedCells = [
        {"applied": after},
        {"applied": date(2022, 6, 5), "disposed_on": date(2022, 6, 1), "invoice_on": before},
        {"applied": date(2022, 6, 25), "disposed_on": before},
        {"applied": date(2022, 12, 28), "invoice_on": after},
    ][i % 4]
    car = trade_in(stage, person, **cells)
    stage.hit(
        "trade_in_window", item, person, [car["applied_on"]], car["amount"], 1, str(cells), subject=car["new_vin"]
    )


def trade_in_window_near(stage: Stage) -> None:
    """All three on the first day; all three on the last; the other two not known."""
    for day in (date(2022, 6, 1), date(2022, 12, 31)):
        person = stage.person(45)
        car = trade_in(stage, person, applied=day, invoice_on=day, disposed_on=day)
        stage.near("trade_in_window", ITEM, person, f"everything on {day}", subject=car["new_vin"])
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, invoice_on=None, disposed_on=None)
    stage.near("trade_in_window", ITEM, person, "no dates", subject=car["new_vin"])


def trade_in_repeat(stage: Stage, item: str, i: int) -> None:
    """Two of one applicant; the same row twice."""
    person = stage.person(45)
    first, second = date(2022, 8, 3), date(2022, 11, 9)
    if i % 2 == 0:
        big = trade_in(stage, person, applied=first, energy="新能源")
        small = trade_in(stage, person, applied=second)
        risk = min(big["amount"], small["amount"])
        stage.hit("trade_in_repeat", item, person, [first, second], risk, 1, "two applications")
        return
    car = trade_in(stage, person, applied=first)
    stage.add(item, person, **car)
    stage.hit("trade_in_repeat", item, person, [first], car["amount"], 1, "the same row twice", count=2)


def trade_in_shared(stage: Stage) -> None:
    """Two applicants with one old car, and two with one new car: a clue each, all of it at risk."""
    one, two = stage.person(45), stage.person(52)
    car = trade_in(stage, one, applied=date(2022, 7, 1), disposal="转让", gone=False)
    stage.rows["vehicles"][-2] |= {"owned_to": date(2022, 5, 20), "status": "转出"}
    again = trade_in(
        stage,
        two,
        applied=date(2022, 10, 20),
        owned_from=date(2022, 5, 20),
        old_vin=car["old_vin"],
        old_plate=car["old_plate"],
    )
    three, four = stage.person(41), stage.person(40)
    mine = trade_in(stage, three, applied=date(2022, 9, 1))
    yours = trade_in(stage, four, applied=date(2022, 9, 15), new_vin=mine["new_vin"], new_plate=mine["new_plate"])
    for person, row in ((one, car), (two, again), (three, mine), (four, yours)):
        stage.hit("trade_in_repeat", ITEM, person, [row["applied_on"]], row["amount"], 1, "one car, two applicants")


def trade_in_repeat_near(stage: Stage) -> None:
    """One application paid in two parts."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, amount=yuan(2000))
    stage.add(ITEM, person, **(car | {"amount": yuan(1000), "paid_on": date(2023, 3, 1)}))
    stage.near("trade_in_repeat", ITEM, person, "two rows of one application")


def trade_in_amount(stage: Stage, item: str, i: int) -> None:
    """More than the policy gives for this disposal and energy."""
    person, applied = _applicant(stage)
    disposal, energy, limit = (
        ("报废", "新能源", 8000),
        ("报废", "燃油", 3000),
        ("转让", "新能源", 5000),
        ("转让", "燃油", 2000),
    )[i % 4]
    over = (0.01, 1000, 2000)[i % 3]
    car = trade_in(stage, person, applied=applied, disposal=disposal, energy=energy, amount=yuan(limit + over))
    stage.hit("trade_in_amount", item, person, [applied], yuan(over), 1, f"{over} too much", subject=car["new_vin"])


def trade_in_amount_near(stage: Stage) -> None:
    """Energy not known."""
    person, applied = _applicant(stage)
    car = trade_in(stage, person, applied=applied, energy=None, amount=yuan(9000))
    stage.near("trade_in_amount", ITEM, person, "energy not known", subject=car["new_vin"])


def trade_in_resold(stage: Stage, item: str, i: int) -> None:
    """The new car left the applicant within twelve months, at the latest a day before they were over."""
    person = stage.person(45)
    applied = date(2022, 7, 25) + timedelta(days=i % 3 * 40)
    sold = date(2023, 7, 24) if i % 3 == 0 else applied + timedelta(days=20 + i)
    car = trade_in(stage, person, applied=applied, sold_on=sold)
    stage.hit("trade_in_resold", item, person, [applied], car["amount"], 2, f"sold {sold}", subject=car["new_vin"])


def trade_in_resold_near(stage: Stage) -> None:
    """Sold on the day the twelve months were over."""
    person = stage.person(45)
    car = trade_in(stage, person, applied=date(2022, 7, 15), sold_on=date(2023, 7, 15))
    stage.near("trade_in_resold", ITEM, person, "twelve months to the day", subject=car["new_vin"])


HITS = {
    "trade_in_owner": trade_in_owner,
    "trade_in_not_disposed": trade_in_not_disposed,
    "trade_in_no_invoice": trade_in_no_invoice,
    "trade_in_invoice_buyer": trade_in_invoice_buyer,
    "trade_in_sudden_owner": trade_in_sudden_owner,
    "trade_in_window": trade_in_window,
    "trade_in_repeat": trade_in_repeat,
    "trade_in_amount": trade_in_amount,
    "trade_in_resold": trade_in_resold,
}
NEAR = {
    "trade_in_owner": trade_in_owner_near,
    "trade_in_not_disposed": trade_in_not_disposed_near,
    "trade_in_no_invoice": trade_in_no_invoice_near,
    "trade_in_invoice_buyer": trade_in_invoice_buyer_near,
    "trade_in_sudden_owner": trade_in_sudden_owner_near,
    "trade_in_window": trade_in_window_near,
    "trade_in_repeat": trade_in_repeat_near,
    "trade_in_amount": trade_in_amount_near,
    "trade_in_resold": trade_in_resold_near,
}

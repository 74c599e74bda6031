"""The clean district: every roster, and not one anomaly."""

import numpy as np
import polars as pl

from huimin.district.benefits import draw_contributions, draw_land, draw_monthly
from huimin.district.cars import draw_trade_ins
from huimin.district.days import Days
from huimin.district.education import draw_student_aid
from huimin.district.field import draw_field
from huimin.district.money import draw_accounts, draw_funds, draw_incomes, draw_ledger
from huimin.district.people import draw_people
from huimin.district.registers import RosterFrames, draw_registers
from huimin.district.tables import SCHEMAS, shaped


def draw_district(population: int, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Every roster by id, in catalogue order, with its columns: a district in which no rule finds anything."""
    people = draw_people(population, rng, days)
    registers = draw_registers(people, rng, days)
    monthly = draw_monthly(people, registers, rng, days)
    land = draw_land(people, rng, days)
    cars = draw_trade_ins(people, rng, days)
    ledger = draw_ledger(monthly, land["land"], days)
    rows: RosterFrames = {
        **registers,
        **monthly,
        **draw_student_aid(people, registers, rng, days),
        **{roster: frame for roster, frame in land.items() if roster != "land"},
        **draw_funds(rng, days),
        **cars,
        "pension_contribution": draw_contributions(people, registers, days),
        "payment_ledger": ledger,
        "one_card_accounts": draw_accounts(people, ledger, rng),
        "income": draw_incomes(people, rng, days),
    }
    rows |= draw_field(people, registers, rng, days)
    cars_owned = [shaped(part["vehicles"], "vehicles") for part in (registers, cars)]
    rows["vehicles"] = pl.concat(cars_owned)
    return {roster: shaped(rows.get(roster, pl.DataFrame()), roster) for roster in SCHEMAS}

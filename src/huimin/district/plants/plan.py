"""How many hits of which rule are planted for which item, and the planting itself."""

from collections.abc import Callable, Iterator
from typing import Literal

from huimin.district.days import Days
from huimin.district.money import LAND
from huimin.district.plants import (
    accounts,
    allowances,
    cars,
    contributions,
    entitlement,
    families,
    funds,
    holdings,
    homes,
    jobs,
    ledger,
    means,
    medical,
    status,
    students,
    twice,
)
from huimin.district.plants.scenes import DIBAO
from huimin.district.plants.stage import Stage
from huimin.district.tables import MONTH_ITEMS

Profile = Literal["campaign", "every_rule"]

_GROUPS = (
    status, twice, holdings, means, allowances, contributions, cars, students, ledger, accounts, entitlement, funds,
    medical, families, homes, jobs,
)  # fmt: skip
HITS: dict[str, Callable[[Stage, str, int], None]] = {
    rule: plant for group in _GROUPS for rule, plant in group.HITS.items()
}
NEAR: dict[str, Callable[[Stage], None]] = {rule: plant for group in _GROUPS for rule, plant in group.NEAR.items()}

CAMPAIGN = """
student_not_enrolled student_living 10
student_stage student_living 6
student_school student_living 11
student_not_hardship student_living 7
student_over_standard student_living 3
student_not_enrolled high_school_grant 2
student_two_stages high_school_grant 1
student_stage high_school_grant 1
student_school high_school_grant 2
student_not_hardship high_school_grant 1
student_over_standard high_school_grant 1
trade_in_owner vehicle_trade_in 22
trade_in_not_disposed vehicle_trade_in 58
trade_in_no_invoice vehicle_trade_in 24
trade_in_invoice_buyer vehicle_trade_in 51
trade_in_sudden_owner vehicle_trade_in 46
trade_in_window vehicle_trade_in 13
trade_in_repeat vehicle_trade_in 14
trade_in_amount vehicle_trade_in 26
trade_in_resold vehicle_trade_in 19
deceased vehicle_trade_in 1
deceased rural_dibao 1
dibao_tekun rural_dibao 1
dibao_vehicle rural_dibao 1
deceased urban_dibao 1
prisoner urban_dibao 1
dibao_vehicle urban_dibao 5
dibao_homes urban_dibao 2
dibao_business urban_dibao 2
dibao_public_employee urban_dibao 1
dibao_cadre_family urban_dibao 1
dibao_income urban_dibao 2
dibao_over_standard urban_dibao 1
disability_no_certificate disability_living 1
nursing_grade disability_nursing 1
deceased elderly_allowance 1
contribution_employee pension_contribution 22
contribution_drawing pension_contribution 9
contribution_age pension_contribution 5
contribution_not_hardship pension_contribution 10
name_mismatch elderly_allowance 3
name_mismatch urban_dibao 2
not_registered elderly_allowance 2
missing_elderly elderly_allowance 4
missing_nursing disability_nursing 2
missing_student_living student_living 3
missing_contribution pension_contribution 3
low_income_unassisted urban_dibao 5
fund_idle poverty_funds 3
fund_idle pairing_funds 2
fund_overspent poverty_funds 1
project_not_poor industry_project 2
project_concentration industry_project 1
commitment_overdue commitments 3
"""
"""Rule, item and number of hits of the default profile: 387 clues of nine items, and a few in the other tables."""

FULL_FROM = 5_000
"""Population from which the campaign's numbers are planted whole."""

_ALL_ITEMS = (
    *MONTH_ITEMS, "pension_contribution", "vehicle_trade_in", "student_living", "high_school_grant", "farm_machinery",
    "forestry", "industry_project",
)  # fmt: skip
_RESIDENT = (*MONTH_ITEMS, "pension_contribution")
_DISABILITY = ("disability_living", "disability_nursing")
_AID = ("student_living", "high_school_grant")
_LEDGER = ("elderly_allowance", "tekun", "urban_dibao")
_ITEMS: dict[str, tuple[str, ...]] = {
    "deceased": _ALL_ITEMS,
    "prisoner": MONTH_ITEMS,
    "left_register": _RESIDENT,
    "not_registered": _RESIDENT,
    "name_mismatch": _ALL_ITEMS,
    "duplicate_payment": (*_RESIDENT, *_AID, "forestry"),
    "dibao_tekun": DIBAO,
    "urban_rural_dibao": ("rural_dibao",),
    "disability_tekun": _DISABILITY,
    "student_two_stages": ("high_school_grant",),
    "elderly_underage": ("elderly_allowance",),
    "elderly_over_standard": ("elderly_allowance",),
    "disability_no_certificate": _DISABILITY,
    "nursing_grade": ("disability_nursing",),
    "tekun_ineligible": ("tekun",),
    "living_not_hardship": ("disability_living",),
    "paid_late": (*_LEDGER, LAND),
    "shared_account": ("elderly_allowance",),
    "account_of_other": (*MONTH_ITEMS, "vehicle_trade_in", "student_living", "forestry"),
    "multiple_cards": ("elderly_allowance", "tekun"),
    "missing_elderly": ("elderly_allowance",),
    "missing_nursing": ("disability_nursing",),
    "missing_student_living": ("student_living",),
    "missing_contribution": ("pension_contribution",),
    "low_income_unassisted": ("urban_dibao",),
    "missing_insurance_subsidy": ("insurance_subsidy",),
    "missing_medical": ("medical_assistance",),
    "fund_idle": ("poverty_funds", "pairing_funds"),
    "fund_overspent": ("poverty_funds", "pairing_funds"),
    "project_not_poor": ("industry_project",),
    "project_concentration": ("industry_project",),
    "commitment_overdue": ("commitments",),
}
_BY_PREFIX = {
    "dibao_": DIBAO,
    "contribution_": ("pension_contribution",),
    "trade_in_": ("vehicle_trade_in",),
    "student_": _AID,
    "medical_": ("medical_assistance",),
    "insurance_subsidy_": ("insurance_subsidy",),
    "temporary_": ("temporary_assistance",),
    "orphan_": ("orphan_allowance",),
    "veteran_": ("veterans_allowance",),
    "housing_": ("housing_subsidy",),
    "transport_": ("transport_subsidy",),
    "reward_": ("employment_reward",),
    "post_": ("public_post",),
}


def items_of(rule: str) -> tuple[str, ...]:
    """The items for which hits of a rule can be planted."""
    if rule in _ITEMS:
        return _ITEMS[rule]
    return next((items for prefix, items in _BY_PREFIX.items() if rule.startswith(prefix)), _LEDGER)


def _orders(profile: Profile, population: int) -> Iterator[tuple[str, str, int]]:
    """(rule, item, how many)."""
    if profile == "every_rule":
        for rule in HITS:
            for item in items_of(rule):
                yield rule, item, 4 if len(items_of(rule)) < 4 else 2
        return
    share = min(1.0, population / FULL_FROM)
    for line in CAMPAIGN.strip().splitlines():
        rule, item, count = line.split()
        yield rule, item, max(1, round(int(count) * share))


def plant(profile: Profile, population: int, seed: int, days: Days) -> Stage:
    """Everything that is planted: hits as the profile orders, near misses of every rule, one exempted clue."""
    stage = Stage(days, seed)
    for rule, item, count in _orders(profile, population):
        for i in range(count):
            HITS[rule](stage, item, i)
    if profile == "every_rule":
        cars.trade_in_shared(stage)
    holdings.dibao_vehicle(stage, "urban_dibao", 0, exempted=True)
    for near in NEAR.values():
        near(stage)
    stage.subsidise()
    return stage

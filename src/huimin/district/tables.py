"""The columns of every roster of the synthetic district, with their Polars types, in catalogue order."""

import polars as pl

MONEY = pl.Decimal(14, 2)

_TYPES = {
    "text": pl.String(),
    "date": pl.Date(),
    "month": pl.Date(),
    "year": pl.Int32(),
    "integer": pl.Int32(),
    "money": MONEY,
    "decimal": pl.Decimal(14, 4),
}
_SHARED = {
    "person": "name id_number",
    "place": "street community",
    "bank": "bank account account_name",
}
_COLUMNS = """
urban_dibao: person household_head_id household_head_name relation place household_size:integer amount:money
    period:month paid_on:date channel bank
rural_dibao: person household_head_id household_head_name relation place household_size:integer amount:money
    period:month paid_on:date channel bank
tekun: person care_type place amount:money period:month paid_on:date channel bank
disability_living: person certificate_number disability_category disability_grade:integer place amount:money
    period:month paid_on:date channel bank
disability_nursing: person certificate_number disability_category disability_grade:integer place amount:money
    period:month paid_on:date channel bank
elderly_allowance: person place amount:money period:month paid_on:date channel bank
pension_contribution: person hardship_category year:year amount:money place paid_on:date
vehicle_trade_in: person old_plate old_vin disposal disposed_on:date new_plate new_vin invoice_number
    invoice_on:date invoice_amount:money energy amount:money applied_on:date paid_on:date place bank
student_living: person student_number school grade hardship_category term amount:money guardian_name guardian_id
    paid_on:date place bank
high_school_grant: person student_number school grade hardship_category level term amount:money guardian_name
    guardian_id paid_on:date place bank
farm_machinery: person machine machine_number purchase_price:money amount:money paid_on:date place bank
forestry: person year:year area_mu:decimal amount:money paid_on:date place bank
industry_project: person project year:year amount:money place
medical_assistance: person hardship_category hospital admitted_on:date discharged_on:date total_cost:money
    insurance_paid:money amount:money paid_on:date place bank
insurance_subsidy: person hardship_category year:year amount:money place paid_on:date
temporary_assistance: person reason amount:money paid_on:date place bank
orphan_allowance: person child_category guardian_name guardian_id amount:money period:month paid_on:date place bank
veterans_allowance: person veteran_category amount:money period:month paid_on:date place bank
housing_subsidy: person rent_address amount:money period:month paid_on:date place bank
transport_subsidy: person year:year employer destination amount:money paid_on:date place bank
employment_reward: person credit_code business_name hired_on:date amount:money paid_on:date place
public_post: person employer amount:money period:month paid_on:date place bank
population: person household_number relation place status status_on:date
deaths: person died_on:date source
vehicles: person plate vin vehicle_type use registered_on:date owned_from:date owned_to:date status
scrapped_vehicles: person plate vin scrapped_on:date certificate_number
vehicle_invoices: person invoice_number vin invoice_on:date invoice_amount:money
real_estate: person unit_number address area_m2:decimal use registered_on:date cancelled_on:date status
businesses: person credit_code business_name business_type capital_wan:decimal established_on:date closed_on:date status
public_employees: person employer category from_on:date to_on:date status
cadre_relatives: person cadre_id cadre_name relation filed_on:date
employee_pension: person employer from_month:month to_month:month wage_base:money
pension_benefits: person kind monthly_amount:money from_month:month to_month:month
disability_certificates: person certificate_number disability_category disability_grade:integer issued_on:date
    expires_on:date status
students: person student_number school stage grade from_on:date to_on:date status
prisoners: person from_on:date to_on:date facility
income: person period:month source amount:money
one_card_accounts: person bank_name account opened_on:date status
poverty_households: person household_number from_on:date to_on:date
marriages: person spouse_name spouse_id event registered_on:date
parents: person parent_name parent_id relation
hospital_stays: person hospital admitted_on:date discharged_on:date total_cost:money
insured: person kind from_month:month to_month:month
veterans: person veteran_category registered_on:date
public_rental: person rent_address from_on:date to_on:date
payment_ledger: item person period:month approved_amount:money amount:money due_on:date paid_on:date channel bank
    payer place
poverty_funds: year:year authority category subcategory project place invested:money used:money unused_reason
pairing_funds: year:year place paired_unit invested:money used:money purpose unused_reason
policy_list: item title published_on:date agent_bank via_one_card
exemptions: rule person subject reason approved_by from_on:date to_on:date
commitments: department commitment due_on:date done_on:date kind
"""


def _schemas() -> dict[str, pl.Schema]:
    schemas: dict[str, pl.Schema] = {}
    for line in _COLUMNS.replace("\n    ", " ").strip().splitlines():
        roster, words = line.split(": ", 1)
        columns = [column for word in words.split() for column in _SHARED.get(word, word).split()]
        typed = [column.partition(":")[::2] for column in columns]
        schemas[roster] = pl.Schema(
            {"bank" if name == "bank_name" else name: _TYPES[kind or "text"] for name, kind in typed}
        )
    return schemas


SCHEMAS = _schemas()
"""Roster id to its columns, in the order of the roster catalogue."""

MONTH_ITEMS = (
    "urban_dibao",
    "rural_dibao",
    "tekun",
    "disability_living",
    "disability_nursing",
    "elderly_allowance",
)
"""Benefit rosters paid every month; the payment ledger has their rows."""

TITLES = {
    "urban_dibao": "城市低保",
    "rural_dibao": "农村低保",
    "tekun": "特困人员救助供养",
    "disability_living": "残疾人两项补贴（困难残疾人生活补贴）",
    "disability_nursing": "残疾人两项补贴（重度残疾人护理补贴）",
    "elderly_allowance": "高龄津贴",
}
"""What the payment ledger and the policy list call the monthly items."""


def shaped(frame: pl.DataFrame, roster: str) -> pl.DataFrame:
    """The frame with exactly the roster's columns and types; columns it lacks are null, others are dropped."""
    schema = SCHEMAS[roster]
    if not frame.columns:
        return schema.to_frame()
    return frame.select(
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema.items()
    )

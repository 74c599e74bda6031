"""What holds of every contract, and that together they are the roster catalogue."""

import subprocess
import sys

import pytest

from huimin.contracts.contract import header_form
from huimin.contracts.expectation import DELIVERY_COLUMNS, EXPECTATIONS
from huimin.quality.imported import expectation_named
from nights import CHECKOUT
from unit.quality_rows import contracts

FOLDER = CHECKOUT / "expectations"
CONTRACTS = contracts()

CATALOGUE = """
rural_dibao             benefit  month    区民政局     name! id_number! household_head_id! household_head_name relation street community household_size amount! period! paid_on channel bank account account_name
urban_dibao             benefit  month    区民政局     name! id_number! household_head_id! household_head_name relation street community household_size amount! period! paid_on channel bank account account_name
tekun                   benefit  month    区民政局     name! id_number! care_type street community amount! period! paid_on channel bank account account_name
disability_living       benefit  month    区民政局     name! id_number! certificate_number disability_category disability_grade street community amount! period! paid_on channel bank account account_name
disability_nursing      benefit  month    区民政局     name! id_number! certificate_number disability_category disability_grade street community amount! period! paid_on channel bank account account_name
elderly_allowance       benefit  month    区民政局     name! id_number! street community amount! period! paid_on channel bank account account_name
pension_contribution    benefit  year     区社保处     name! id_number! hardship_category year! amount! street community paid_on
vehicle_trade_in        benefit  event    区科经局     name! id_number! old_plate old_vin! disposal disposed_on new_plate new_vin! invoice_number invoice_on invoice_amount energy amount! applied_on! paid_on street community bank account account_name
student_living          benefit  term     区教育局     name! id_number! student_number school grade hardship_category term! amount! guardian_name guardian_id paid_on street community bank account account_name
high_school_grant       benefit  term     区教育局     name! id_number! student_number school grade hardship_category level term! amount! guardian_name guardian_id paid_on street community bank account account_name
farm_machinery          benefit  event    区农业农村局 name! id_number! machine machine_number purchase_price amount! paid_on! street community bank account account_name
forestry                benefit  year     区农业农村局 name! id_number! year! area_mu amount! paid_on street community bank account account_name
industry_project        benefit  year     区扶贫办     name! id_number! project! year! amount! street community
medical_assistance      benefit  event    区医保局     name! id_number! hardship_category hospital admitted_on discharged_on total_cost insurance_paid amount! paid_on! street community bank account account_name
insurance_subsidy       benefit  year     区医保局     name! id_number! hardship_category year! amount! street community paid_on
temporary_assistance    benefit  event    区民政局     name! id_number! reason amount! paid_on! street community bank account account_name
orphan_allowance        benefit  month    区民政局     name! id_number! child_category guardian_name guardian_id amount! period! paid_on street community bank account account_name
veterans_allowance      benefit  month    区退役军人局 name! id_number! veteran_category amount! period! paid_on street community bank account account_name
housing_subsidy         benefit  month    区住房保障局 name! id_number! rent_address amount! period! paid_on street community bank account account_name
transport_subsidy       benefit  year     区人社局     name! id_number! year! employer destination amount! paid_on street community bank account account_name
employment_reward       benefit  event    区人社局     name! id_number! credit_code! business_name hired_on amount! paid_on! street community
public_post             benefit  month    区人社局     name! id_number! employer amount! period! paid_on street community bank account account_name
population              register register 区公安分局   name! id_number! household_number! relation street community status status_on
deaths                  register register 区公安分局   name! id_number! died_on! source
vehicles                register register 区公安分局   name! id_number! plate! vin vehicle_type use registered_on owned_from owned_to status
scrapped_vehicles       register register 区科经局     name! id_number! plate vin! scrapped_on! certificate_number
vehicle_invoices        register register 区税务局     name! id_number! invoice_number! vin! invoice_on! invoice_amount
real_estate             register register 区自然资源局 name! id_number! unit_number! address area_m2 use registered_on cancelled_on status
businesses              register register 区市场监管局 name! id_number! credit_code! business_name business_type capital_wan established_on closed_on status
public_employees        register register 区财政局     name! id_number! employer category from_on to_on status
cadre_relatives         register register 区民政局     name! id_number! cadre_id! cadre_name relation filed_on
employee_pension        register register 区社保处     name! id_number! employer from_month! to_month wage_base
pension_benefits        register register 区社保处     name! id_number! kind monthly_amount from_month! to_month
disability_certificates register register 区残联       name! id_number! certificate_number! disability_category disability_grade issued_on expires_on status
students                register register 区教育局     name! id_number! student_number! school! stage grade from_on to_on status
prisoners               register register 区司法局     name! id_number! from_on! to_on facility
income                  register month    区税务局     name! id_number! period! source amount!
one_card_accounts       register register 区财政局     name! id_number! bank! account! opened_on status
poverty_households      register register 区扶贫办     name! id_number! household_number! from_on to_on
marriages               register register 区民政局     name! id_number! spouse_name spouse_id! event! registered_on!
parents                 register register 区公安分局   name! id_number! parent_name parent_id! relation
hospital_stays          register register 区医保局     name! id_number! hospital! admitted_on! discharged_on total_cost
insured                 register register 区医保局     name! id_number! kind! from_month! to_month
veterans                register register 区退役军人局 name! id_number! veteran_category registered_on
public_rental           register register 区住房保障局 name! id_number! rent_address from_on! to_on
payment_ledger          ledger   month    区财政局     item! name! id_number! period! approved_amount amount! due_on paid_on channel bank account account_name payer street community
poverty_funds           ledger   year     区扶贫办     year! authority! category subcategory project street community invested! used unused_reason
pairing_funds           ledger   year     区扶贫办     year! street community paired_unit! invested! used purpose unused_reason
policy_list             ledger   register 区财政局     item! title published_on agent_bank via_one_card
exemptions              ledger   register 区纪委监委   rule! name! id_number! subject reason! approved_by from_on! to_on
commitments             ledger   register 区纪委监委   department! commitment! due_on! done_on kind
"""  # noqa: E501


def test_the_contracts_are_the_catalogue_in_its_order() -> None:
    drawn = {words[0]: words[1:] for words in (line.split() for line in CATALOGUE.strip().splitlines())}
    found = {
        c.roster: [c.kind, c.period, c.department_title, *(f"{k.name}{'!' * k.required}" for k in c.columns)]
        for c in CONTRACTS.values()
    }
    # a roster of another district stands beside them
    assert {roster: line for roster, line in found.items() if roster in drawn} == drawn
    assert [roster for roster in found if roster in drawn] == list(drawn)
    assert [contract.position for contract in CONTRACTS.values()] == list(range(1, len(CONTRACTS) + 1))


def test_there_is_nothing_else_in_the_folder() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*CONTRACTS, "_shared"}


@pytest.mark.parametrize(
    ("roster", "column", "titles"),
    [
        ("urban_dibao", "household_head_name", "户主姓名 申请人姓名"),
        ("tekun", "period", "发放月份 所属月份 补助月份 所属期 月份"),
        ("income", "amount", "收入金额 发放金额 补贴金额 补助金额 保障金额 资助金额 代缴金额 实发金额 金额"),
        ("vehicle_trade_in", "old_vin", "旧车车辆识别代号 旧车车架号"),
        ("scrapped_vehicles", "plate", "号牌号码 车牌号"),
        ("scrapped_vehicles", "certificate_number", "回收证明编号"),
        ("disability_certificates", "certificate_number", "残疾证号 残疾人证号"),
        ("vehicle_invoices", "invoice_number", "发票号码 发票号"),
        ("students", "school", "学校 就读学校"),
        ("real_estate", "status", "状态"),
        ("population", "status", "户籍状态 状态"),
        ("population", "relation", "与户主关系"),
        ("poverty_households", "household_number", "户号 贫困户编号"),
        ("pension_contribution", "hardship_category", "困难类别 困难群体类别"),
        ("student_living", "hardship_category", "困难类型 困难类别"),
        ("payment_ledger", "item", "补贴项目 项目名称"),
        ("poverty_funds", "unused_reason", "未使用原因"),
        ("medical_assistance", "hospital", "医疗机构 就诊医院 医疗机构名称 定点医疗机构 就诊医疗机构 医院名称"),
        ("employment_reward", "hired_on", "招用日期 入职日期 招用时间 入职时间 合同起始日期"),
        ("insured", "kind", "参保类型 险种 险种类型 参保险种 医保类型 险种名称"),
        ("marriages", "event", "登记类型 业务类型 登记类别 业务类别 婚姻登记类型"),
    ],
)
def test_titles(roster: str, column: str, titles: str) -> None:
    assert CONTRACTS[roster].column(column).titles == tuple(titles.split())


@pytest.mark.parametrize("roster", CONTRACTS)
def test_no_title_stands_for_two_columns(roster: str) -> None:
    forms = [header_form(title) for column in CONTRACTS[roster].columns for title in column.titles]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("roster", CONTRACTS)
def test_evidence_is_what_a_case_worker_compares(roster: str) -> None:
    contract = CONTRACTS[roster]
    assert 1 <= len(contract.evidence) <= 11
    assert not {"name", "street", "community", "account_name", "business_name"} & set(contract.evidence)


@pytest.mark.parametrize("roster", CONTRACTS)
def test_a_contract_is_read_in_one_sitting(roster: str) -> None:
    assert 10 <= len((FOLDER / f"{roster}.toml").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("type_", EXPECTATIONS)
def test_expectations_are_great_expectations_own(type_: str) -> None:
    needed, allowed = EXPECTATIONS[type_]
    fields = expectation_named(type_).__fields__
    assert needed | allowed <= set(fields)
    assert "severity" in fields


def test_every_roster_says_how_old_a_delivery_may_be() -> None:
    for contract in CONTRACTS.values():
        stated = [expectation.column for expectation in contract.expectations if expectation.column in DELIVERY_COLUMNS]
        assert "age_days" in stated
        assert len(stated) == len(set(stated))


def test_the_core_is_imported_without_great_expectations() -> None:
    program = (
        "import sys, huimin.contracts.contract, huimin.quality, huimin.report.quality, huimin.workbooks.template\n"
        "loaded = {'great_expectations', 'prefect', 'scipy', 'pandas', 'jinja2', 'xlsxwriter'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(loaded)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr.strip() == ""

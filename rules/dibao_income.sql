/*
title    = "低保家庭收入超标准"
position = 306
tier     = 3
items    = ["urban_dibao", "rural_dibao"]
reads    = ["income"]
optional = ["pension_benefits", "employee_pension"]
absence  = ["income"]
policy   = ["dibao_standard", "income_months"]
basis    = "《社会救助暂行办法》第九条、第十三条；《最低生活保障审核确认办法》关于家庭收入核算的规定"
ask      = "逐月核对各成员收入，问清刚性支出、就业渐退期和按政策不计入收入的项目"
mistaken_when = [
    "优抚金、高龄津贴等按政策不计入家庭收入",
    "处在就业渐退期",
    "缴费基数高于实际工资",
    "成员已分户或不共同生活",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，其间各月家庭收入都高于保障标准：最近一月{members}人收入合计{income}元，标准合计{allowed}元，与低保收入条件不一致，请逐月核实。"
*/
with receipts as (
    select member.item, member.household_head_id, member.starts_on, income.amount, income.ref
    from dibao_members as member
    inner join income on income.id_number = member.id_number and income.period = member.starts_on
    union all
    select member.item, member.household_head_id, member.starts_on, pension.monthly_amount as amount, pension.ref
    from dibao_members as member
    inner join pension_benefits as pension
        on pension.id_number = member.id_number and pension.from_month <= member.ends_on
        and coalesce(pension.to_month, date '9999-12-31') >= member.starts_on
    union all
    select member.item, member.household_head_id, member.starts_on, job.wage_base as amount, job.ref
    from dibao_members as member
    inner join employee_pension as job
        on job.id_number = member.id_number and job.from_month <= member.ends_on
        and coalesce(job.to_month, date '9999-12-31') >= member.starts_on
    where not exists (
            select 1
            from income as wage
            where wage.id_number = member.id_number and wage.period = member.starts_on and wage.source = '工资'
        )
),

incomes as (
    select item, household_head_id, starts_on, sum(amount) as income
    from receipts
    group by item, household_head_id, starts_on
),

-- months of one run share the difference between their number and their rank
months_over as (
    select
        household.item, household.household_head_id, household.starts_on, household.members, incomes.income,
        household.members * household.standard as allowed,
        year(household.starts_on) * 12 + month(household.starts_on) - row_number() over (
            partition by household.item, household.household_head_id order by household.starts_on
        ) as run
    from dibao_households as household
    inner join incomes
        on incomes.item = household.item and incomes.household_head_id = household.household_head_id
        and incomes.starts_on = household.starts_on
    where incomes.income > household.members * household.standard
        and exists (
            select 1 from delivered
            where delivered.roster = 'income' and delivered.starts_on = household.starts_on
        )
),

runs as (
    select item, household_head_id, run, count(*) as months
    from months_over
    group by item, household_head_id, run
)

select
    household.item, household.household_head_id as id_number,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, receipt.ref as register,
    over_month.members, over_month.income, over_month.allowed
from months_over as over_month
inner join runs
    on runs.item = over_month.item and runs.household_head_id = over_month.household_head_id
    and runs.run = over_month.run
inner join policy_income_months as income_months
    on over_month.starts_on >= income_months.from_on and over_month.starts_on < income_months.to_on
    and runs.months >= income_months.value
inner join receipts as receipt
    on receipt.item = over_month.item and receipt.household_head_id = over_month.household_head_id
    and receipt.starts_on = over_month.starts_on and receipt.amount is not null
inner join household_payments as household
    on household.item = over_month.item and household.household_head_id = over_month.household_head_id
    and household.starts_on = over_month.starts_on

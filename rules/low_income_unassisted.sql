/*
title    = "低收入未纳入救助"
position = 904
tier     = 3
items    = ["urban_dibao"]
reads    = ["population", "income"]
optional = ["rural_dibao", "tekun"]
absence  = ["urban_dibao", "rural_dibao", "tekun"]
policy   = ["low_income_line"]
part     = "entitlement"
basis    = "《国务院办公厅转发民政部等单位关于加强低收入人口动态监测做好分层分类社会救助工作的意见》（国办发〔2023〕39号）；《社会救助暂行办法》第九条"
ask      = "上门了解家庭实际收入、支出和困难，符合条件的协助申请低保、低保边缘等救助"
mistaken_when = [
    "收入来自经营或外地，税务记录不全",
    "人户分离，户籍成员不共同生活",
    "家庭有较多财产，不符合救助条件",
]
periods  = """
select 'urban_dibao' as item, make_date(max(income_year), 1, 1) as starts_on, make_date(max(income_year), 12, 31) as ends_on
from (
    select year(starts_on) as income_year
    from delivered
    cross join run
    where roster = 'income' and starts_on <= run_date
    group by year(starts_on)
    having count(distinct starts_on) = 12
) as years
having max(income_year) is not null
"""
population = "select distinct household_number from register_members"
summary  = "{name}户籍家庭{members}人{span}个人收入合计{income}元，人均低于低收入线{line}元，当年无人享受低保、特困救助，与应助尽助要求不一致，可能需要救助，请上门了解。"
*/
with years as (
    select year(delivered.starts_on) as income_year
    from delivered
    cross join run
    where delivered.roster = 'income' and delivered.starts_on <= run.run_date
    group by year(delivered.starts_on)
    having count(distinct delivered.starts_on) = 12
),

relief_years as (
    select year(starts_on) as relief_year
    from delivered
    where roster in ('urban_dibao', 'rural_dibao', 'tekun')
    group by year(starts_on)
    having count(distinct roster) = 3
),

latest as (
    select
        make_date(newest.income_year, 1, 1) as starts_on,
        make_date(newest.income_year, 12, 31) as ends_on
    from (select max(income_year) as income_year from years) as newest
    inner join relief_years on newest.income_year = relief_years.relief_year
),

households as (
    select household_number, count(distinct id_number) as members
    from population
    group by household_number
    having count(*) = count(case when status = '正常' then 1 end)
),

receipts as (
    select member.household_number, income.amount, income.ref
    from (select distinct household_number, id_number from register_members) as member
    inner join income on income.id_number = member.id_number
    inner join latest on income.period >= latest.starts_on and income.period <= latest.ends_on
),

incomes as (
    select household_number, sum(amount) as income
    from receipts
    group by household_number
),

assisted as (
    select distinct member.household_number
    from register_members as member
    inner join payments as payment
        on payment.id_number = member.id_number and payment.item in ('urban_dibao', 'rural_dibao', 'tekun')
    inner join latest on payment.starts_on >= latest.starts_on and payment.starts_on <= latest.ends_on
),

poor as (
    select
        household.household_number, household.members, incomes.income, low_income_line.value as line,
        latest.starts_on, latest.ends_on
    from households as household
    inner join incomes on incomes.household_number = household.household_number
    cross join latest
    inner join policy_low_income_line as low_income_line
        on latest.starts_on >= low_income_line.from_on and latest.starts_on < low_income_line.to_on
        and incomes.income < low_income_line.value * household.members
    where not exists (
            select 1 from assisted
            where assisted.household_number = household.household_number
        )
),

heads as (
    select
        household_number,
        coalesce(min(case when relation = '户主' then id_number end), min(id_number)) as head_id
    from register_members
    group by household_number
),

matches as (
    select household_number, ref from register_members
    union all
    select household_number, ref from receipts
)

select
    'urban_dibao' as item,
    head.head_id as id_number,
    poor.starts_on,
    poor.ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    matched.ref as register,
    poor.members,
    poor.income,
    poor.line
from poor
inner join heads as head on head.household_number = poor.household_number
inner join matches as matched on matched.household_number = poor.household_number

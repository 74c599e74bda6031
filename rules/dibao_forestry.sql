/*
title    = "低保家庭领取大额林业补贴"
position = 310
tier     = 2
items    = ["urban_dibao", "rural_dibao"]
reads    = ["forestry"]
policy   = ["forestry_amount_limit"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于经营净收入和转移净收入的规定；林业补助资金管理办法"
ask      = "核对林权和补贴面积，问清补贴是否为本户所得、是否已计入家庭收入"
mistaken_when = [
    "代村组或多户领取，资金已分给他人",
    "一次补发多年的补贴",
    "收入已计入，家庭人均收入仍低于标准",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，家庭成员{owner_name}在{subject}年度领取林业补贴{subsidy}元，与低保家庭经济状况不一致，请核实是否计入家庭收入。"
*/
with subsidies as (
    select id_number, year, sum(amount) as subsidy
    from forestry
    group by id_number, year
),

recipients as (
    select
        member.item, member.household_head_id, member.starts_on, subsidies.id_number, subsidies.year, subsidies.subsidy
    from dibao_members as member
    inner join subsidies
        on subsidies.id_number = member.id_number and subsidies.year = year(member.starts_on)
    inner join policy_forestry_amount_limit as amount_limit
        on member.starts_on >= amount_limit.from_on and member.starts_on < amount_limit.to_on
        and subsidies.subsidy >= amount_limit.value
)

select
    household.item, household.household_head_id as id_number, cast(recipient.year as varchar) as subject,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, plot.ref as register,
    plot.name as owner_name, recipient.subsidy
from recipients as recipient
inner join forestry as plot
    on plot.id_number = recipient.id_number and plot.year = recipient.year
inner join household_payments as household
    on household.item = recipient.item
    and household.household_head_id = recipient.household_head_id
    and household.starts_on = recipient.starts_on

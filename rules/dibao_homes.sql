/*
title    = "低保家庭有多套住房"
position = 301
tier     = 2
items    = ["urban_dibao", "rural_dibao"]
reads    = ["real_estate"]
policy   = ["home_limit"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于家庭财产（房产）的规定；本地低保家庭财产状况认定标准"
ask      = "逐套核对不动产登记，问清取得方式、共有份额、实际居住和出租情况"
mistaken_when = [
    "拆迁还建已交旧房，旧房产权未注销",
    "已出售但未办理转移登记",
    "继承或与他人共有，份额很小",
    "房改房、公租房误登为住宅产权",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，其间家庭成员{owner_name}名下共登记有住宅{units}套，与低保家庭财产条件不一致，请核实。"
*/
with homes as (
    select
        member.item, member.household_head_id, member.starts_on,
        home.unit_number, home.name as owner_name, home.ref
    from dibao_members as member
    inner join held_homes as home
        on home.id_number = member.id_number
        and home.covers_from <= member.ends_on and home.covers_to >= member.starts_on
    where coalesce(home.use, '住宅') = '住宅'
),

holdings as (
    select item, household_head_id, starts_on, count(distinct unit_number) as units
    from homes
    group by item, household_head_id, starts_on
)

select
    household.item, household.household_head_id as id_number,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, home.ref as register,
    home.owner_name, holding.units
from holdings as holding
inner join policy_home_limit as home_limit
    on holding.starts_on >= home_limit.from_on and holding.starts_on < home_limit.to_on
    and holding.units >= home_limit.value
inner join homes as home
    on home.item = holding.item
    and home.household_head_id = holding.household_head_id
    and home.starts_on = holding.starts_on
inner join household_payments as household
    on household.item = holding.item
    and household.household_head_id = holding.household_head_id
    and household.starts_on = holding.starts_on

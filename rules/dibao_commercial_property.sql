/*
title    = "低保家庭有经营性房产"
position = 302
tier     = 2
subject  = "code"
items    = ["urban_dibao", "rural_dibao"]
reads    = ["real_estate"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于家庭财产（房产）和财产净收入的规定；本地低保家庭财产状况认定标准"
ask      = "到现场看房屋用途，问清产权取得方式、是否出租及租金由谁收取"
mistaken_when = [
    "已出售但未办理转移登记",
    "拆迁安置的商业用房尚未交付或由集体统一经营",
    "住宅误登为商业、办公用途",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，其间家庭成员{owner_name}名下登记有{use}用房（不动产单元号{subject}，登记日期{registered_on}），与低保家庭财产条件不一致，请核实。"
facts    = { use = "whole" }
*/
with shops as (
    select
        member.item, member.household_head_id, member.starts_on,
        home.unit_number, home.name as owner_name, home.use, home.ref,
        nullif(home.covers_from, date '1900-01-01') as registered_on
    from dibao_members as member
    inner join held_homes as home
        on home.id_number = member.id_number
        and home.covers_from <= member.ends_on and home.covers_to >= member.starts_on
    where home.use in ('商业', '办公')
)

select
    household.item, household.household_head_id as id_number, shop.unit_number as subject,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, shop.ref as register,
    shop.owner_name, shop.use, shop.registered_on
from shops as shop
inner join household_payments as household
    on household.item = shop.item
    and household.household_head_id = shop.household_head_id
    and household.starts_on = shop.starts_on

/*
title    = "低保家庭领取购车补贴"
position = 308
tier     = 3
subject  = "vin"
items    = ["urban_dibao", "rural_dibao"]
reads    = ["vehicle_trade_in"]
basis    = "《社会救助暂行办法》第九条、第十三条；《最低生活保障审核确认办法》关于家庭财产（机动车辆）和支出状况的规定"
ask      = "核对新车发票、付款来源和实际使用人，判断购车是否与申报的家庭财产状况相符"
mistaken_when = [
    "替亲友申领，购车款由他人支付",
    "购车后已退出低保，退出手续在办理中",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{amount}元，当月家庭成员{buyer_name}申领汽车以旧换新补贴购买新车（车辆识别代号{subject}，{bought_on}，发票金额{price}），与低保家庭财产状况不一致，请核实。"
*/
with purchases as (
    select
        member.item, member.household_head_id, member.starts_on,
        car.new_vin, car.name as buyer_name, car.ref,
        coalesce(car.invoice_on, car.applied_on) as bought_on,
        coalesce(cast(car.invoice_amount as varchar) || '元', '未填') as price
    from dibao_members as member
    inner join vehicle_trade_in as car
        on car.id_number = member.id_number
        and coalesce(car.invoice_on, car.applied_on) >= member.starts_on
        and coalesce(car.invoice_on, car.applied_on) <= member.ends_on
)

select
    household.item, household.household_head_id as id_number, purchase.new_vin as subject,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, purchase.ref as register,
    purchase.buyer_name, purchase.bought_on, purchase.price
from purchases as purchase
inner join household_payments as household
    on household.item = purchase.item
    and household.household_head_id = purchase.household_head_id
    and household.starts_on = purchase.starts_on

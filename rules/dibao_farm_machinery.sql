/*
title    = "低保家庭购置大型农机"
position = 309
tier     = 2
subject  = "code"
items    = ["urban_dibao", "rural_dibao"]
reads    = ["farm_machinery"]
policy   = ["machinery_price_limit"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于家庭财产和经营净收入的规定；农机购置补贴实施意见"
ask      = "到户看机具是否在家、由谁使用，问清购机款来源和作业收入"
mistaken_when = [
    "代合作社或亲友购机，机具不归本户",
    "贷款购机用于家庭生产，经营收入已计入家庭收入",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，家庭成员{buyer_name}于{bought_on}领取农机购置补贴（{machine}，编号{machine_number}，购机价{price}元），与低保家庭财产状况不一致，请核实。"
facts    = { machine = "hidden" }
*/
with machines as (
    select
        member.item, member.household_head_id, member.starts_on,
        coalesce(machine.machine_number, cast(machine.paid_on as varchar)) as subject,
        machine.name as buyer_name, machine.paid_on as bought_on, machine.ref,
        machine.machine, machine.machine_number, machine.purchase_price as price
    from dibao_members as member
    inner join policy_machinery_price_limit as price_limit
        on member.starts_on >= price_limit.from_on and member.starts_on < price_limit.to_on
    inner join farm_machinery as machine
        on machine.id_number = member.id_number
        and machine.purchase_price >= price_limit.value
        and machine.paid_on > member.ends_on - interval 12 month
        and machine.paid_on <= member.ends_on
)

select
    household.item, household.household_head_id as id_number, machine.subject,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, machine.ref as register,
    machine.buyer_name, machine.bought_on, machine.machine, machine.machine_number, machine.price
from machines as machine
inner join household_payments as household
    on household.item = machine.item
    and household.household_head_id = machine.household_head_id
    and household.starts_on = machine.starts_on

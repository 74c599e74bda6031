/*
title    = "低保家庭有机动车"
position = 300
tier     = 2
items    = ["urban_dibao", "rural_dibao"]
reads    = ["vehicles"]
policy   = ["exempt_vehicle_types"]
subject  = "plate"
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于家庭财产（机动车辆）的规定；本地低保家庭财产状况认定标准"
ask      = "核对行驶证和取得日期，看车辆实际由谁购买、使用，是否为残疾人代步或必要的生产经营工具"
mistaken_when = [
    "车辆已卖出或报废，尚未办理转移、注销登记",
    "身份证被借用上户，车辆实际归他人所有",
    "残疾人代步车、营运或农用车辆按本地政策可以豁免",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，其间家庭成员{owner_name}名下登记有机动车（号牌{subject}，{vehicle_type}，取得日期{owned_on}），与低保家庭财产条件不一致，请核实。"
facts    = { vehicle_type = "hidden" }
*/
with vehicles_of_members as (
    select
        member.item, member.household_head_id, member.starts_on, member.ends_on,
        vehicle.plate, vehicle.name as owner_name, vehicle.ref,
        nullif(vehicle.covers_from, date '1900-01-01') as owned_on,
        coalesce(vehicle.vehicle_type, '车型未登记') as vehicle_type
    from dibao_members as member
    inner join owned_vehicles as vehicle
        on vehicle.id_number = member.id_number
        and vehicle.covers_from <= member.ends_on and vehicle.covers_to >= member.starts_on
    where not exists (
            select 1
            from policy_exempt_vehicle_types as exempt
            where member.starts_on >= exempt.from_on and member.starts_on < exempt.to_on
                and contains(vehicle.vehicle_type, exempt.value)
        )
)

select
    household.item, household.household_head_id as id_number, vehicle.plate as subject,
    household.starts_on, household.ends_on, household.amount,
    household.ref as payment, vehicle.ref as register,
    vehicle.owner_name, vehicle.vehicle_type, vehicle.owned_on
from vehicles_of_members as vehicle
inner join household_payments as household
    on household.item = vehicle.item
    and household.household_head_id = vehicle.household_head_id
    and household.starts_on = vehicle.starts_on

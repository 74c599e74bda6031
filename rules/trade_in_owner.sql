/*
title = "旧车非申请人所有"
position = 600
tier = 1
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicles", "scrapped_vehicles"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对旧车行驶证、登记证书和过户记录，申请人与车主是什么关系"
mistaken_when = ["登记在配偶或家人名下", "车辆识别代号录错", "过户后登记库未更新"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}的旧车（车辆识别代号{subject}）登记在{owner_name}名下，与申请人不一致，补贴{amount}元，请核实。"
*/
with owners as (
    select vin, id_number, name, ref from vehicles
    union all
    select vin, id_number, name, ref from scrapped_vehicles
)

select
    p.item,
    p.id_number,
    a.old_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    o.ref as register,
    o.name as owner_name
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join owners as o on a.old_vin = o.vin
left join owners as s on a.old_vin = s.vin and a.id_number = s.id_number
where s.vin is null

/*
title = "旧车未报废或未转让"
position = 610
tier = 1
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicles", "scrapped_vehicles"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对报废回收证明或过户发票，旧车现在何处、由谁使用"
mistaken_when = ["回收企业未及时上传", "车辆识别代号录错", "转移登记尚在办理"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}时称旧车（车辆识别代号{subject}）已{disposal}，与登记情况不一致，补贴{amount}元，请核实。"
facts = { disposal = "whole" }
*/
select
    p.item,
    p.id_number,
    a.old_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    a.disposal
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
left join scrapped_vehicles as s on a.old_vin = s.vin
where a.disposal = '报废' and s.vin is null
union all
select
    p.item,
    p.id_number,
    a.old_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    v.ref as register,
    a.disposal
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join vehicles as v on a.old_vin = v.vin and a.id_number = v.id_number
where a.disposal = '转让' and v.owned_to is null

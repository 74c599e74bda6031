/*
title = "新车短期内转出"
position = 680
tier = 2
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicles"]
policy = ["resale_months"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对新车转出的时间、去向和原因"
mistaken_when = ["家庭内部过户", "因事故或质量问题退车"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}的新车（车辆识别代号{subject}）于{owned_to}转出，与申领后{months}个月内不得转出的要求不一致，补贴{amount}元，请核实。"
*/
select
    p.item,
    p.id_number,
    a.new_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    v.ref as register,
    v.owned_to,
    k.value as months
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join vehicles as v on a.new_vin = v.vin and a.id_number = v.id_number
inner join policy_resale_months as k on p.starts_on >= k.from_on and p.starts_on < k.to_on
where v.owned_to < a.applied_on + k.value * interval '1' month

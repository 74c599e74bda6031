/*
title = "补贴金额超标准"
position = 670
tier = 1
subject = "vin"
items = ["vehicle_trade_in"]
policy = ["trade_in_amounts"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对旧车处置方式、新车动力类型和对应档次"
mistaken_when = ["处置方式或动力类型填错", "另有地方叠加补贴"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}（{disposal}、{energy}，新车车辆识别代号{subject}）每辆标准{allowed}元，与实际发放不一致，多出{amount}元，请核实。"
facts = { disposal = "whole", energy = "whole" }
*/
select
    p.item,
    p.id_number,
    a.new_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount - k.amount as amount,
    p.ref as payment,
    cast(null as bigint) as register,
    a.disposal,
    a.energy,
    k.amount as allowed
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join policy_trade_in_amounts as k
    on a.disposal = k.disposal and a.energy = k.energy and p.starts_on >= k.from_on and p.starts_on < k.to_on
where p.amount > k.amount

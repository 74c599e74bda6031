/*
title = "无新车销售发票"
position = 620
tier = 2
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicle_invoices"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "请申请人出示新车销售发票，向税务部门查验"
mistaken_when = ["发票由外地开具", "车辆识别代号录错", "发票库交付范围不全"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}的新车（车辆识别代号{subject}）在机动车销售发票中没有查到，与申领条件不一致，补贴{amount}元，请核实。"
*/
select
    p.item,
    p.id_number,
    a.new_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
left join vehicle_invoices as i on a.new_vin = i.vin
where i.vin is null

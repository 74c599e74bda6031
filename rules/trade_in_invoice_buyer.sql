/*
title = "发票购买方与申请人不一致"
position = 630
tier = 1
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicle_invoices"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对发票购买方与申请人的关系、购车款由谁支付"
mistaken_when = ["发票开给配偶或家人", "发票作废重开", "车辆识别代号录错"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}的新车（车辆识别代号{subject}）发票购买方为{buyer_name}，与申请人不一致，补贴{amount}元，请核实。"
*/
select
    p.item,
    p.id_number,
    a.new_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    i.ref as register,
    i.name as buyer_name,
    i.invoice_on
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join vehicle_invoices as i on a.new_vin = i.vin
left join vehicle_invoices as b on a.new_vin = b.vin and a.id_number = b.id_number
where b.vin is null

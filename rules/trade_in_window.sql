/*
title = "超出政策期限申领"
position = 650
tier = 1
subject = "vin"
items = ["vehicle_trade_in"]
policy = ["trade_in_window"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对发票、旧车处置和申请的日期，是否在政策期限内"
mistaken_when = ["日期录错", "政策另有延期公告"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}（新车车辆识别代号{subject}）的开票、处置或申请日期在{first_day}至{last_day}之外，与政策期限不一致，补贴{amount}元，请核实。"
facts = { first_day = "whole", last_day = "whole" }
*/
select
    p.item,
    p.id_number,
    a.new_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    a.invoice_on,
    a.disposed_on,
    a.applied_on,
    k.first_on as first_day,
    k.last_on as last_day
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join policy_trade_in_window as k on p.starts_on >= k.from_on and p.starts_on < k.to_on
where
    a.invoice_on < k.first_on or a.invoice_on > k.last_on
    or a.disposed_on < k.first_on or a.disposed_on > k.last_on
    or a.applied_on < k.first_on or a.applied_on > k.last_on

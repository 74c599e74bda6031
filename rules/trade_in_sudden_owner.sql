/*
title = "政策期内突击过户"
position = 640
tier = 2
subject = "vin"
items = ["vehicle_trade_in"]
reads = ["vehicles"]
policy = ["trade_in_window"]
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（申领条件）"
ask = "核对旧车过户时间、原车主和成交价格，是否为申领补贴而过户"
mistaken_when = ["家庭内部过户", "政策发布前已成交、期内才登记"]
population = "select distinct id_number, old_vin, new_vin from vehicle_trade_in"
summary = "{name}申领{item_title}的旧车（车辆识别代号{subject}）于{owned_from}取得，在政策期限开始之后，与长期持有不一致，补贴{amount}元，请核实。"
*/
with ownings as (
    select
        vin,
        id_number,
        min(coalesce(owned_from, date '1900-01-01')) as first_owned_from
    from vehicles
    group by vin, id_number
)

select
    p.item,
    p.id_number,
    a.old_vin as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    v.ref as register,
    v.owned_from
from judged_payments as p
inner join vehicle_trade_in as a on p.ref = a.ref
inner join ownings as o on a.old_vin = o.vin and a.id_number = o.id_number
inner join vehicles as v on a.old_vin = v.vin and a.id_number = v.id_number
inner join policy_trade_in_window as k on p.starts_on >= k.from_on and p.starts_on < k.to_on
where o.first_owned_from >= k.first_on

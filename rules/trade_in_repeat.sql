/*
title = "重复申领以旧换新补贴"
position = 660
tier = 1
items = ["vehicle_trade_in"]
amount = "clue"
basis = "商务部等部门关于搞活汽车流通、促进汽车以旧换新的通知；市汽车以旧换新专项行动公告（每人每车限申领一次）"
ask = "核对各次申领的旧车、新车和发票，哪一次符合条件"
mistaken_when = ["退回后重新申领", "花名册重复报送同一笔", "补贴分两次拨付"]
population = "select distinct id_number from judged_payments where item = 'vehicle_trade_in'"
summary = "{name}有{periods}次{item_title}申领（{span}），申请人、旧车或新车与其他申领相同，与限申领一次不一致，涉及{amount}元，请核实。"
*/
with paid_rows as (
    select
        a.id_number, a.invoice_number, a.old_vin, a.new_vin, p.starts_on, p.ends_on, p.amount, a.ref,
        -- fully identical rows are an application each
        row_number() over (
            partition by
                a.name, a.id_number, a.old_plate, a.old_vin, a.disposal, a.disposed_on, a.new_plate, a.new_vin,
                a.invoice_number, a.invoice_on, a.invoice_amount, a.energy, a.amount, a.applied_on, a.paid_on,
                a.street, a.community, a.bank, a.account, a.account_name
            order by a.ref
        ) as copy
    from vehicle_trade_in as a
    inner join judged_payments as p on a.ref = p.ref
),

applications as (
    select id_number, invoice_number, old_vin, new_vin, copy, sum(amount) as amount
    from paid_rows
    group by id_number, invoice_number, old_vin, new_vin, copy
),

by_person as (
    select id_number, count(*) as applications
    from applications
    group by id_number
),

by_old_vin as (
    select old_vin, count(*) as applications, count(distinct id_number) as persons
    from applications
    group by old_vin
),

by_new_vin as (
    select new_vin, count(*) as applications, count(distinct id_number) as persons
    from applications
    group by new_vin
),

repeated as (
    select
        a.id_number, a.amount,
        case when o.persons > 1 or n.persons > 1 then 1 else 0 end as by_others
    from applications as a
    inner join by_person as p on a.id_number = p.id_number
    inner join by_old_vin as o on a.old_vin = o.old_vin
    inner join by_new_vin as n on a.new_vin = n.new_vin
    where p.applications >= 2 or o.applications >= 2 or n.applications >= 2
),

applicants as (
    select
        id_number,
        count(*) as periods,
        case when max(by_others) = 1 then sum(amount) else sum(amount) - max(amount) end as amount
    from repeated
    group by id_number
),

shared_vehicles as (
    select r.ref, o.ref as other_ref
    from paid_rows as r
    inner join paid_rows as o on r.old_vin = o.old_vin and r.id_number <> o.id_number
    union all
    select r.ref, o.ref as other_ref
    from paid_rows as r
    inner join paid_rows as o on r.new_vin = o.new_vin and r.id_number <> o.id_number
)

select
    'vehicle_trade_in' as item,
    r.id_number,
    r.starts_on,
    r.ends_on,
    a.amount,
    r.ref as payment,
    s.other_ref as register,
    a.periods
-- whoever has an application that repeats has either no other, or others that repeat by being the same person's
from applicants as a
inner join paid_rows as r on a.id_number = r.id_number
left join shared_vehicles as s on r.ref = s.ref

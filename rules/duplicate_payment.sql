/*
title = "同一项目重复发放"
position = 200
tier = 1
items = ["*month", "*term", "*year", "-industry_project"]
amount = "period"
basis = "《社会救助暂行办法》（国务院令第649号）及各项目管理办法：同一项目同一期只发放一次"
ask = "核对同一期的各笔款项是否均已到账，是否为补发"
mistaken_when = ["以前月份的补发记在本月", "一笔退回后重发", "林业补贴分地块发放"]
population = "select distinct p.item, p.id_number from judged_payments as p inner join items as i on p.item = i.item where i.period <> 'event' and p.item <> 'industry_project'"
summary = "{name}在{span}的{item_title}同一期有{payments}笔发放记录，与每期只发放一次不一致，共{periods}期，多出{amount}元"
*/
-- counted first by birth date and sequence digits as one number: nearly as exact as the ID number, and half the work
with suspects as (
    select
        i.item,
        p.starts_on,
        coalesce(try_cast(substr(p.id_number, 7, 11) as bigint), 0) as digits
    from judged_payments as p
    inner join items as i on p.item = i.item
    where i.period <> 'event' and p.item not in ('industry_project', 'forestry') and p.amount > 0
    group by i.item, p.starts_on, digits
    having count(*) >= 2
),

repeated as (
    select
        p.item,
        p.id_number,
        p.starts_on,
        sum(p.amount) - max(p.amount) as amount,
        count(*) as payments
    from judged_payments as p
    inner join suspects as s
        on p.item = s.item and p.starts_on = s.starts_on
        and coalesce(try_cast(substr(p.id_number, 7, 11) as bigint), 0) = s.digits
    group by p.item, p.id_number, p.starts_on
    having sum(case when p.amount > 0 then 1 else 0 end) >= 2
),

repeated_parcels as (
    select
        id_number,
        year,
        area_mu,
        amount,
        count(*) as payments,
        sum(amount) - amount as excess
    from forestry
    where amount > 0
    group by id_number, year, area_mu, amount
    having count(*) >= 2
),

repeated_years as (
    select
        id_number,
        year,
        sum(excess) as amount,
        sum(payments) as payments
    from repeated_parcels
    group by id_number, year
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    r.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    r.payments
from repeated as r
inner join judged_payments as p
    on r.item = p.item and r.id_number = p.id_number and r.starts_on = p.starts_on
union all
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    y.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    y.payments
from repeated_parcels as r
inner join repeated_years as y on r.id_number = y.id_number and r.year = y.year
inner join forestry as f
    on r.id_number = f.id_number and r.year = f.year
    and r.area_mu is not distinct from f.area_mu and r.amount = f.amount
inner join judged_payments as p on f.ref = p.ref

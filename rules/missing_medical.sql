/*
title = "大病未救助"
position = 1188
tier = 3
items = ["medical_assistance"]
reads = ["hospital_stays", "poverty_households", "population", "deaths"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
policy = ["medical_cost_line"]
part = "entitlement"
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）：主动发现、及时救助高额医疗费用负担患者"
ask = "上门了解病情、自付费用和是否申请过医疗救助，符合条件的协助申请"
mistaken_when = ["费用已由医保、大病保险和商业保险支付，自付很少", "因工伤或第三方责任住院，另有赔付", "已在医院直接结算救助，花名册没有"]
population = "select distinct id_number from hospital_stays"
summary = "{name}在{span}住院费用合计{cost}元（界限{line}元），{ground}，户籍正常，但当年以来没有{item_title}记录，与应享条件不一致，可能漏救助，请上门了解并协助申请。"
facts = { ground = "whole" }
*/
-- the year of the latest payment delivered, whatever its amount
with newest as (
    select max(year(paid_on)) as year from medical_assistance
),

latest as (
    select
        make_date(n.year, 1, 1) as starts_on,
        make_date(n.year, 12, 31) as ends_on
    from newest as n
    cross join run as r
    where n.year <= year(r.run_date)
),

stays as (
    select
        s.id_number,
        s.total_cost,
        s.ref,
        latest.starts_on,
        latest.ends_on
    from hospital_stays as s
    inner join latest on s.admitted_on >= latest.starts_on and s.admitted_on <= latest.ends_on
),

costs as (
    select
        id_number,
        starts_on,
        ends_on,
        sum(total_cost) as cost
    from stays
    group by id_number, starts_on, ends_on
),

patients as (
    select
        c.id_number,
        c.starts_on,
        c.ends_on,
        c.cost,
        k.value as line
    from costs as c
    inner join policy_medical_cost_line as k
        on c.starts_on >= k.from_on and c.starts_on < k.to_on and c.cost >= k.value
    where not exists (
            select 1 from deaths as d
            where d.id_number = c.id_number
        )
        and not exists (
            select 1
            from medical_assistance as a
            where a.id_number = c.id_number and a.paid_on >= c.starts_on
        )
),

grounds as (
    select
        p.id_number,
        i.title as ground,
        p.ref
    from payments as p
    inner join latest on p.starts_on >= latest.starts_on and p.starts_on <= latest.ends_on
    inner join items as i on p.item = i.item
    where p.item in ('urban_dibao', 'rural_dibao', 'tekun')
    union all
    select
        h.id_number,
        '建档立卡' as ground,
        h.ref
    from poverty_households as h
    inner join latest
        on coalesce(h.from_on, date '1900-01-01') <= latest.ends_on
        and coalesce(h.to_on, date '9999-12-31') >= latest.starts_on
),

entitled as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.cost,
        p.line,
        g.ground,
        g.ref as ground_ref,
        m.ref as member_ref
    from patients as p
    inner join grounds as g on p.id_number = g.id_number
    inner join register_members as m on p.id_number = m.id_number
),

matches as (
    select id_number, ground, ground_ref as ref from entitled
    union
    select id_number, ground, member_ref as ref from entitled
    union
    select e.id_number, e.ground, s.ref
    from entitled as e
    inner join stays as s on e.id_number = s.id_number
)

select distinct
    'medical_assistance' as item,
    e.id_number,
    e.starts_on,
    e.ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    m.ref as register,
    e.cost,
    e.line,
    m.ground
from entitled as e
inner join matches as m on e.id_number = m.id_number

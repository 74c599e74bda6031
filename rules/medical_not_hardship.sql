/*
title = "医疗救助对象身份不符"
position = 1108
tier = 2
items = ["medical_assistance"]
reads = ["poverty_households"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
absence = ["urban_dibao", "rural_dibao", "tekun"]
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）；《社会救助暂行办法》（国务院令第649号）第二十八条"
ask = "核对救助时的身份认定材料，住院时是否仍在册"
mistaken_when = ["困难身份在外地认定", "住院时在册、一年以后才发放", "救助类别填错，实际属于另一类"]
periods = "select distinct item, date_trunc('month', starts_on) - interval '12' month as starts_on, ends_on from judged_payments where item = 'medical_assistance'"
population = "select distinct id_number, starts_on from judged_payments where item = 'medical_assistance'"
summary = "{name}按“{category}”领取{item_title}{amount}元（{span}发放），当月和以前十二个月在相应名册中没有查到，与救助对象身份不一致，请核实。"
facts = { category = "whole" }
*/
-- the hardship months: that of the payment and the twelve before it
with claims as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.ref,
        m.hardship_category as category,
        cast(date_trunc('month', p.starts_on) - interval '12' month as date) as first_on
    from judged_payments as p
    inner join medical_assistance as m on p.ref = m.ref
    where p.item = 'medical_assistance' and m.hardship_category in ('低保', '特困', '建档立卡')
),

founded as (
    select c.ref
    from claims as c
    inner join payments as r
        on c.id_number = r.id_number and r.starts_on <= c.ends_on and r.ends_on >= c.first_on
    where
        c.category = '低保' and r.item in ('urban_dibao', 'rural_dibao')
        or c.category = '特困' and r.item = 'tekun'
    union
    select c.ref
    from claims as c
    inner join poverty_households as h
        on c.id_number = h.id_number
        and coalesce(h.from_on, date '1900-01-01') <= c.ends_on
        and coalesce(h.to_on, date '9999-12-31') >= c.first_on
    where c.category = '建档立卡'
),

windows as (
    select distinct first_on, ends_on from claims
),

-- a roster of which none of these months was delivered says nothing about who is absent
deliveries as (
    select
        w.ends_on,
        count(distinct case when d.roster <> 'tekun' then d.roster end) as dibao_rosters,
        count(distinct case when d.roster = 'tekun' then d.roster end) as tekun_rosters
    from windows as w
    left join delivered as d
        on d.roster in ('urban_dibao', 'rural_dibao', 'tekun')
        and d.starts_on <= w.ends_on and d.ends_on >= w.first_on
    group by w.ends_on
)

select
    'medical_assistance' as item,
    c.id_number,
    c.starts_on,
    c.ends_on,
    c.amount,
    c.ref as payment,
    cast(null as bigint) as register,
    c.category
from claims as c
inner join deliveries as d on c.ends_on = d.ends_on
left join founded as f on c.ref = f.ref
where
    f.ref is null
    and (c.category <> '低保' or d.dibao_rosters = 2)
    and (c.category <> '特困' or d.tekun_rosters = 1)

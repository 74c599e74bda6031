/*
title = "资助参保对象不属困难群体"
position = 1116
tier = 2
items = ["insurance_subsidy"]
reads = ["disability_certificates", "poverty_households"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
absence = ["urban_dibao", "rural_dibao", "tekun"]
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）：对困难群众参加居民医保给予分类资助"
ask = "核对资助参保时的困难身份认定材料，当年是否在册"
mistaken_when = ["困难身份在外地认定", "上年认定、当年初退出", "困难类别填错，实际属于另一类"]
population = "select distinct id_number, starts_on from judged_payments where item = 'insurance_subsidy'"
summary = "{name}{span}按“{category}”享受{item_title}共{amount}元，当年在相应名册中没有查到，与困难身份不一致，请核实。"
facts = { category = "whole" }
*/
with claims as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.ref,
        c.hardship_category as category
    from judged_payments as p
    inner join insurance_subsidy as c on p.ref = c.ref
    where c.hardship_category in ('低保', '特困', '重度残疾', '建档立卡')
),

founded as (
    select c.ref
    from claims as c
    inner join payments as r
        on c.id_number = r.id_number and r.starts_on <= c.ends_on and r.ends_on >= c.starts_on
    where
        c.category = '低保' and r.item in ('urban_dibao', 'rural_dibao')
        or c.category = '特困' and r.item = 'tekun'
    union
    select c.ref
    from claims as c
    inner join valid_certificates as v
        on c.id_number = v.id_number and v.covers_from <= c.ends_on and v.covers_to >= c.starts_on
    where c.category = '重度残疾' and v.disability_grade in (1, 2)
    union
    select c.ref
    from claims as c
    inner join poverty_households as h
        on c.id_number = h.id_number
        and coalesce(h.from_on, date '1900-01-01') <= c.ends_on
        and coalesce(h.to_on, date '9999-12-31') >= c.starts_on
    where c.category = '建档立卡'
),

claimed_years as (
    select distinct starts_on, ends_on from claims
),

-- a year of which no month was delivered says nothing about who is absent
deliveries as (
    select
        y.starts_on,
        count(distinct case when d.roster <> 'tekun' then d.roster end) as dibao_rosters,
        count(distinct case when d.roster = 'tekun' then d.roster end) as tekun_rosters
    from claimed_years as y
    left join delivered as d
        on d.roster in ('urban_dibao', 'rural_dibao', 'tekun')
        and d.starts_on <= y.ends_on and d.ends_on >= y.starts_on
    group by y.starts_on
),

violations as (
    select distinct
        c.id_number,
        c.starts_on,
        c.category
    from claims as c
    inner join deliveries as d on c.starts_on = d.starts_on
    left join founded as f on c.ref = f.ref
    where
        f.ref is null
        and (c.category <> '低保' or d.dibao_rosters = 2)
        and (c.category <> '特困' or d.tekun_rosters = 1)
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    v.category
from violations as v
inner join judged_payments as p on v.id_number = p.id_number and v.starts_on = p.starts_on
where p.item = 'insurance_subsidy'

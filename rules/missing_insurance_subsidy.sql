/*
title = "应享未享参保资助"
position = 1184
tier = 3
items = ["insurance_subsidy"]
reads = ["insured", "population", "deaths"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
part = "entitlement"
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）：全额资助特困人员、定额资助低保对象参加居民医保"
ask = "了解本人当年是否参保、由谁缴费，符合条件的协助办理资助"
mistaken_when = ["在外地参加职工医保或居民医保", "本人已自行缴费，资助款尚未退还", "年度中途才纳入救助"]
population = "select distinct id_number from payments where item in ('urban_dibao', 'rural_dibao', 'tekun')"
summary = "{name}在{span}享受{relief}，户籍正常，没有职工医保参保记录，但不在当年{item_title}花名册，与应享条件不一致，可能漏办资助，请了解情况并协助办理。"
facts = { relief = "whole" }
*/
with latest as (
    select
        starts_on,
        ends_on
    from latest_periods
    where item = 'insurance_subsidy'
),

relief as (
    select p.id_number, i.title, p.ref, latest.starts_on, latest.ends_on
    from payments as p
    inner join latest on p.starts_on >= latest.starts_on and p.starts_on <= latest.ends_on
    inner join items as i on p.item = i.item
    where p.item in ('urban_dibao', 'rural_dibao', 'tekun')
),

entitled as (
    select r.id_number, r.starts_on, r.ends_on, r.title, r.ref, m.ref as member_ref
    from relief as r
    inner join register_members as m on r.id_number = m.id_number
    where not exists (
            select 1 from deaths as d
            where d.id_number = r.id_number
        )
        and not exists (
            select 1
            from payments as p
            where p.item = 'insurance_subsidy' and p.id_number = r.id_number and p.starts_on = r.starts_on
        )
        and not exists (
            select 1
            from insured as e
            where e.id_number = r.id_number and e.kind = '职工' and e.from_month <= r.ends_on
                and coalesce(e.to_month, date '9999-12-31') >= r.starts_on
        )
),

matches as (
    select id_number, starts_on, ends_on, title, ref from entitled
    union all
    select id_number, starts_on, ends_on, title, member_ref as ref from entitled
)

select distinct
    'insurance_subsidy' as item,
    id_number,
    starts_on,
    ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    ref as register,
    title as relief
from matches

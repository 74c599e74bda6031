/*
title = "项目垒大户"
position = 1003
tier = 2
items = ["industry_project"]
reads = ["poverty_households"]
policy = ["project_household_limit"]
part = "funds"
basis = "《中央财政衔接推进乡村振兴补助资金管理办法》（财农〔2021〕19号）；市产业扶贫项目管理办法（防止项目集中于少数户）"
ask = "核对各项目的申报、评议和公示，是否为同一批户反复享受"
mistaken_when = ["同一项目分期实施、名称不同", "按规模分配的普惠项目", "户号相同而实为两户"]
population = "select distinct id_number, starts_on from judged_payments where item = 'industry_project'"
summary = "{name}一户{span}参加{projects}个{item_title}，共{amount}元，与防止项目集中于少数户的要求不一致，请核实。"
*/
with projects as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.amount,
        i.project,
        p.ref
    from judged_payments as p
    inner join industry_project as i on p.ref = i.ref
),

-- a person on no poverty register is a household of one
households as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.project,
        p.ref,
        case when h.ref is null then '人' || p.id_number else '户' || h.household_number end as household,
        h.ref as household_ref
    from projects as p
    left join poverty_households as h on p.id_number = h.id_number
),

large_households as (
    select
        household,
        starts_on,
        min(id_number) as id_number,
        count(distinct project) as projects
    from households
    group by household, starts_on
)

select
    'industry_project' as item,
    l.id_number,
    cast(year(l.starts_on) as varchar) as subject,
    h.starts_on,
    h.ends_on,
    h.amount,
    h.ref as payment,
    h.household_ref as register,
    l.projects
from large_households as l
inner join policy_project_household_limit as k
    on l.starts_on >= k.from_on and l.starts_on < k.to_on and l.projects >= k.value
inner join households as h on l.household = h.household and l.starts_on = h.starts_on

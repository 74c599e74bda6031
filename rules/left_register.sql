/*
title = "户籍迁出或注销后仍享受"
position = 120
tier = 2
items = [
    "urban_dibao", "rural_dibao", "tekun", "disability_living", "disability_nursing", "elderly_allowance",
    "pension_contribution", "orphan_allowance", "housing_subsidy",
]
reads = ["population", "deaths"]
policy = ["resident_items"]
basis = "《社会救助暂行办法》（国务院令第649号）及各项目管理办法关于户籍条件的规定"
ask = "核对迁出或注销的时间和原因，是否已在迁入地享受"
mistaken_when = ["迁移后又迁回，户籍库未更新", "持居住证在居住地申请"]
population = "select distinct p.item, p.id_number from judged_payments as p inner join policy_resident_items as k on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on"
summary = "{name}的户籍已于{status_on}{register_status}，与{span}仍有{item_title}发放记录不一致，共{periods}期、{amount}元"
facts = { register_status = "whole" }
*/
with residents as (
    select id_number
    from population
    where status = '正常'
),

dead as (
    select id_number from deaths
),

gone as (
    select
        r.id_number,
        r.status,
        r.status_on,
        r.ref
    from population as r
    left join residents as n on r.id_number = n.id_number
    left join dead as d on r.id_number = d.id_number
    where r.status in ('迁出', '注销') and n.id_number is null and d.id_number is null
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    g.ref as register,
    g.status as register_status,
    g.status_on
from judged_payments as p
inner join policy_resident_items as k
    on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on
inner join gone as g on p.id_number = g.id_number and g.status_on < p.starts_on

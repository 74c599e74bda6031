/*
title = "不在户籍库"
position = 130
tier = 0
items = [
    "urban_dibao", "rural_dibao", "tekun", "disability_living", "disability_nursing", "elderly_allowance",
    "pension_contribution", "orphan_allowance", "housing_subsidy",
]
reads = ["population"]
policy = ["resident_items"]
basis = "各项目管理办法关于户籍条件的规定；数据质量由提供单位负责"
ask = "核对身份证号是否录错，本人户籍在何处"
mistaken_when = ["身份证号录入错误", "户籍库交付范围不全", "近期出生或落户"]
population = "select distinct p.item, p.id_number from judged_payments as p inner join policy_resident_items as k on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on"
summary = "{name}在{span}有{item_title}发放记录，与户籍库中无此身份证号不一致，共{periods}期、{amount}元"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register
from judged_payments as p
inner join policy_resident_items as k
    on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on
left join population as r on p.id_number = r.id_number
where r.id_number is null

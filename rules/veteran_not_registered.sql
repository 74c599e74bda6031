/*
title = "未登记人员领取优抚补助"
position = 1132
tier = 1
items = ["veterans_allowance"]
reads = ["veterans"]
basis = "《军人抚恤优待条例》；《中华人民共和国退役军人保障法》：抚恤补助对象须经登记认定"
ask = "核对优抚对象档案、认定审批和证件，登记在何地、由谁领取"
mistaken_when = ["登记在外地，抚恤关系刚转入", "烈士遗属等以军人本人的身份登记", "身份证号登记有误"]
population = "select distinct id_number from judged_payments where item = 'veterans_allowance'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，退役军人和优抚对象登记中没有查到，与领取资格不一致，请核实。"
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
left join veterans as v on p.id_number = v.id_number
where p.item = 'veterans_allowance' and v.ref is null

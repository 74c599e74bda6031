/*
title = "产业扶贫项目分配给非贫困户"
position = 1002
tier = 1
items = ["industry_project"]
reads = ["poverty_households"]
part = "funds"
basis = "《中央财政衔接推进乡村振兴补助资金管理办法》（财农〔2021〕19号）；市产业扶贫项目管理办法（项目对象为建档立卡户）"
ask = "核对项目公示、受益人名单和建档立卡档案，是否有带动协议"
mistaken_when = ["带贫主体代建档立卡户领取", "当年新识别、档案未录入", "身份证号登记有误"]
population = "select distinct id_number, starts_on from judged_payments where item = 'industry_project'"
summary = "{name}在{span}的{item_title}“{subject}”中领取{amount}元，当年建档立卡户名册中没有查到，与项目对象范围不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    i.project as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register
from judged_payments as p
inner join industry_project as i on p.ref = i.ref
left join poverty_households as h
    on p.id_number = h.id_number
    and coalesce(h.from_on, date '1900-01-01') <= p.ends_on
    and coalesce(h.to_on, date '9999-12-31') >= p.starts_on
where h.ref is null

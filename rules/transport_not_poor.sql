/*
title = "非建档立卡人员领取交通补助"
position = 1148
tier = 1
items = ["transport_subsidy"]
reads = ["poverty_households"]
basis = "《人力资源社会保障部 国家发展改革委等关于切实加强就业帮扶巩固拓展脱贫攻坚成果助力乡村振兴的指导意见》（人社部发〔2021〕26号）：对跨省就业的脱贫人口给予一次性交通补助"
ask = "核对建档立卡档案和补助申请，本人或家庭是否在册"
mistaken_when = ["当年新识别的监测户，档案未录入", "按本地政策扩大到其他低收入人口", "身份证号登记有误"]
population = "select distinct id_number, starts_on from judged_payments where item = 'transport_subsidy'"
summary = "{name}{span}领取{item_title}{amount}元，当年建档立卡户名册中没有查到，与补助对象范围不一致，请核实。"
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
where
    p.item = 'transport_subsidy'
    and not exists (
        select 1
        from poverty_households as h
        where h.id_number = p.id_number
            and coalesce(h.from_on, date '1900-01-01') <= p.ends_on
            and coalesce(h.to_on, date '9999-12-31') >= p.starts_on
    )

/*
title = "本地参保人员领取外出务工交通补助"
position = 1152
tier = 3
items = ["transport_subsidy"]
reads = ["employee_pension"]
basis = "《人力资源社会保障部 国家发展改革委等关于切实加强就业帮扶巩固拓展脱贫攻坚成果助力乡村振兴的指导意见》（人社部发〔2021〕26号）：补助用于外出务工往返的交通费用"
ask = "核对车票、务工合同和工资流水，当年实际在哪里务工"
mistaken_when = ["单位在本地参保、派往外地工作", "劳务派遣，由本地公司代缴社保", "参保单位停保手续滞后"]
population = "select distinct id_number, starts_on from judged_payments where item = 'transport_subsidy'"
summary = "{name}{span}领取外出务工的{item_title}{amount}元，当年十二个月都在本地参加职工养老保险（{employer}），两者不一致，请了解实际务工情况。"
facts = { employer = "if_common" }
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    e.ref as register,
    e.employer
from judged_payments as p
inner join employee_pension as e
    on p.id_number = e.id_number
    and e.from_month <= p.starts_on
    and (e.to_month is null or e.to_month >= make_date(year(p.starts_on), 12, 1))
where p.item = 'transport_subsidy'

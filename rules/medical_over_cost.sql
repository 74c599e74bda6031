/*
title = "医疗救助超过自付费用"
position = 1104
tier = 1
items = ["medical_assistance"]
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）：对经基本医保、大病保险支付后的个人自付费用给予救助"
ask = "核对结算单上的总费用和医保支付，救助的计算依据，是否把几次住院合并发放"
mistaken_when = ["几次住院合并救助，只填了其中一次的费用", "总费用填成了自付费用", "含大病保险以外的其他补助"]
population = "select distinct p.id_number, p.starts_on from judged_payments as p inner join medical_assistance as m on p.ref = m.ref where p.item = 'medical_assistance' and m.total_cost is not null and m.insurance_paid is not null"
summary = "{name}领取{item_title}{paid}元（{span}发放），所报医疗总费用{total_cost}元、医保支付{insurance_paid}元，救助金额与自付费用不一致，多出{amount}元，请核实。"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount - (m.total_cost - m.insurance_paid) as amount,
    p.ref as payment,
    cast(null as bigint) as register,
    p.amount as paid,
    m.total_cost,
    m.insurance_paid
from judged_payments as p
inner join medical_assistance as m on p.ref = m.ref
where p.item = 'medical_assistance' and p.amount > m.total_cost - m.insurance_paid

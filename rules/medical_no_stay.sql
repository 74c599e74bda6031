/*
title = "无住院记录领取医疗救助"
position = 1100
tier = 1
items = ["medical_assistance"]
reads = ["hospital_stays"]
policy = ["medical_window_days"]
basis = "《国务院办公厅关于健全重特大疾病医疗保险和救助制度的意见》（国办发〔2021〕42号）；《医疗保障基金使用监督管理条例》（国务院令第735号）"
ask = "核对住院病历、出院小结和费用结算单原件，在哪家医院住院、是否直接结算，救助款由谁领取"
mistaken_when = ["在外省或本市以外的医院住院，结算记录没有回传", "门诊慢特病救助误填了入院日期", "新生儿以父母身份住院结算"]
population = "select distinct p.id_number, p.starts_on from judged_payments as p inner join medical_assistance as m on p.ref = m.ref where p.item = 'medical_assistance' and m.admitted_on is not null"
summary = "{name}领取{item_title}{amount}元（{span}发放），所报入院日期为{admitted_on}，住院结算中前后{days}日内没有其住院记录，两者不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    m.admitted_on,
    k.value as days
from judged_payments as p
inner join medical_assistance as m on p.ref = m.ref
inner join policy_medical_window_days as k on p.starts_on >= k.from_on and p.starts_on < k.to_on
where
    p.item = 'medical_assistance'
    and m.admitted_on is not null
    and not exists (
        select 1
        from hospital_stays as s
        where s.id_number = p.id_number
            and s.admitted_on <= coalesce(m.discharged_on, m.admitted_on) + k.value * interval '1' day
            and coalesce(s.discharged_on, date '9999-12-31') >= m.admitted_on - k.value * interval '1' day
    )

/*
title = "奖补对象无参保记录"
position = 1156
tier = 2
subject = "credit_code"
items = ["employment_reward"]
reads = ["employee_pension"]
basis = "《就业补助资金管理办法》（财社〔2017〕164号）；人社部发〔2021〕26号：吸纳脱贫人口就业、签订劳动合同并缴纳社会保险的给予奖补"
ask = "核对劳动合同、工资流水和社保缴费，劳动者本人是否知道被申报、是否在岗"
mistaken_when = ["参保手续在办理中，次月补缴", "由集团内其他单位或外地参保", "按政策只要求参加工伤保险"]
population = "select distinct id_number, starts_on from judged_payments where item = 'employment_reward'"
summary = "企业（统一社会信用代码{subject}）以招用{name}申领{item_title}{amount}元（{span}发放），发放当月没有其职工养老保险参保记录，与奖补条件不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    r.credit_code as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register
from judged_payments as p
inner join employment_reward as r on p.ref = r.ref
where
    p.item = 'employment_reward'
    and not exists (
        select 1
        from employee_pension as e
        where e.id_number = p.id_number
            and e.from_month <= p.starts_on
            and (e.to_month is null or last_day(e.to_month) >= p.starts_on)
    )

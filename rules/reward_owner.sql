/*
title = "企业为经营者本人申领奖补"
position = 1160
tier = 1
subject = "credit_code"
items = ["employment_reward"]
reads = ["businesses"]
basis = "《就业补助资金管理办法》（财社〔2017〕164号）：奖补对象是招用劳动者的企业，经营者本人不是被招用的劳动者"
ask = "核对营业执照和劳动合同，本人是经营者还是被招用的劳动者"
mistaken_when = ["法定代表人只是挂名、实际为受雇的劳动者", "招用后才变更为经营者", "合作社社员登记为成员"]
population = "select distinct id_number, credit_code from employment_reward"
summary = "企业（统一社会信用代码{subject}）以招用{name}申领{item_title}{amount}元（{span}发放），市场主体登记中{name}是其经营者，与招用劳动者不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    r.credit_code as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    b.ref as register
from judged_payments as p
inner join employment_reward as r on p.ref = r.ref
inner join businesses as b on r.credit_code = b.credit_code and p.id_number = b.id_number
where p.item = 'employment_reward'

/*
title = "已注销企业申领奖补"
position = 1164
tier = 1
subject = "credit_code"
items = ["employment_reward"]
reads = ["businesses"]
basis = "《就业补助资金管理办法》（财社〔2017〕164号）：奖补对象是正常经营的企业"
ask = "核对企业注销、吊销的日期和奖补申请、拨付的日期，款项进了谁的账户"
mistaken_when = ["注销以前申请、注销以后才拨付", "个体户转为企业，统一社会信用代码已换", "信用代码录错"]
population = "select distinct credit_code from employment_reward"
summary = "企业（统一社会信用代码{subject}）以招用{name}申领{item_title}{amount}元（{span}发放），市场主体登记中该企业为{business_status}，发放当日不在存续期内，两者不一致，请核实。"
facts = { business_status = "whole" }
*/
select
    p.item,
    p.id_number,
    r.credit_code as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    b.ref as register,
    coalesce(b.status, '状态不详') as business_status
from judged_payments as p
inner join employment_reward as r on p.ref = r.ref
inner join businesses as b on r.credit_code = b.credit_code
where
    p.item = 'employment_reward'
    and not exists (
        select 1
        from open_businesses as o
        where o.credit_code = r.credit_code and o.covers_from <= p.ends_on and o.covers_to >= p.starts_on
    )

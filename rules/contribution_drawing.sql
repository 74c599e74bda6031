/*
title = "已领取养老金仍代缴"
position = 510
tier = 1
items = ["pension_contribution"]
reads = ["pension_benefits"]
basis = "《国务院关于建立统一的城乡居民基本养老保险制度的意见》（国发〔2014〕8号）：领取养老金后不再缴费"
ask = "核对养老金领取起始月和代缴经办时间，代缴款是否计入个人账户"
mistaken_when = ["领取的是遗属待遇", "补缴以前年度", "身份证号录错"]
population = "select distinct id_number, starts_on from judged_payments where item = 'pension_contribution'"
summary = "{name}自{from_month}起领取{kind}养老金，与{span}{item_title}不一致，共{amount}元，请核实。"
facts = { kind = "whole" }
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    b.ref as register,
    b.kind,
    b.from_month
from judged_payments as p
inner join pension_benefits as b
    on p.id_number = b.id_number and b.from_month <= p.starts_on and (b.to_month is null or b.to_month >= p.starts_on)
where p.item = 'pension_contribution'

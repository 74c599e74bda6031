/*
title = "代缴对象年龄不符"
position = 520
tier = 1
items = ["pension_contribution"]
basis = "《国务院关于建立统一的城乡居民基本养老保险制度的意见》（国发〔2014〕8号）：年满16周岁参保，年满60周岁领取"
ask = "核对身份证和户口簿上的出生日期、代缴经办时间"
mistaken_when = ["出生日期更正过", "补缴以前年度", "身份证号录错"]
population = "select distinct id_number, starts_on from judged_payments where item = 'pension_contribution'"
summary = "{name}年初{age_on_first_day}周岁、年末{age_on_last_day}周岁，与{span}{item_title}的年龄条件不一致，共{amount}元，请核实。"
*/
select
    item,
    id_number,
    starts_on,
    ends_on,
    amount,
    ref as payment,
    cast(null as bigint) as register,
    born_on,
    age_at_start as age_on_first_day,
    age_at_end as age_on_last_day
from judged_payments
where item = 'pension_contribution' and (age_at_end < 16 or age_at_start >= 60)

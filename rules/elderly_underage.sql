/*
title    = "未达年龄领取高龄津贴"
position = 400
tier     = 1
items    = ["elderly_allowance"]
policy   = ["elderly_min_age"]
basis    = "《中华人民共和国老年人权益保障法》第三十三条；本地高龄津贴发放办法（起领年龄）"
ask      = "核对身份证、户口簿上的出生日期和首次发放时间，确认起领月份"
mistaken_when = [
    "身份证号更正过，发放部门沿用旧号码",
    "身份证号录错，与本人实际年龄不符",
    "本地政策对百岁以下另有放宽年龄的群体",
]
population = "select distinct item, id_number from judged_payments where item = 'elderly_allowance'"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，按身份证出生日期推算，最近一月月末满{age}周岁，与高龄津贴起领年龄{min_age}周岁不一致，请核实。"
*/
select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    cast(null as bigint) as register,
    payment.age_at_end as age,
    min_age.value as min_age
from judged_payments as payment
inner join policy_elderly_min_age as min_age
    on payment.starts_on >= min_age.from_on and payment.starts_on < min_age.to_on
where payment.item = 'elderly_allowance' and payment.age_at_end < min_age.value

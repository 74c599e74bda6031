/*
title    = "高龄津贴超标准"
position = 401
tier     = 1
items    = ["elderly_allowance"]
policy   = ["elderly_min_age", "elderly_bands"]
basis    = "《中华人民共和国老年人权益保障法》第三十三条；本地高龄津贴发放办法（分年龄段标准）"
ask      = "核对发放花名册与年龄段标准，问清是否含以前月份补发"
mistaken_when = [
    "含以前月份补发，金额合并在一行",
    "标准当月调整，政策参数尚未更新",
    "身份证号录错，年龄段判断有误",
]
population = "select distinct item, id_number from judged_payments where item = 'elderly_allowance'"
summary  = "{name}{span}的{item_title}有{periods}个月超出年龄段标准，共超{amount}元：最近一月满{age}周岁，发放{paid}元，标准{standard}元，与高龄津贴标准不一致，请核对。"
*/
-- every payment row of a violating month is evidence; only rows above the band are money at risk
with months_over as (
    select
        payment.id_number,
        payment.starts_on,
        payment.age_at_end as age,
        band.amount as standard,
        max(payment.amount) as paid
    from judged_payments as payment
    inner join policy_elderly_min_age as min_age
        on payment.starts_on >= min_age.from_on and payment.starts_on < min_age.to_on
        and payment.age_at_end >= min_age.value
    inner join policy_elderly_bands as band
        on payment.starts_on >= band.from_on and payment.starts_on < band.to_on
        and payment.age_at_end between band.min_age and band.max_age
    where payment.item = 'elderly_allowance' and payment.amount > band.amount
    group by payment.id_number, payment.starts_on, payment.age_at_end, band.amount
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    greatest(payment.amount - over_month.standard, 0) as amount,
    payment.ref as payment,
    cast(null as bigint) as register,
    over_month.age,
    over_month.paid,
    over_month.standard
from months_over as over_month
inner join judged_payments as payment
    on payment.item = 'elderly_allowance'
    and payment.id_number = over_month.id_number and payment.starts_on = over_month.starts_on

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
summary  = "{name}{span}有{periods}个月的{item_title}超出年龄段标准，共超{amount}：最近一月满{age}周岁，发放{paid}，标准{standard}，与高龄津贴标准不一致，请核对。"
*/
-- yyyymmdd numbers: their difference reaches 10,000 × n on the n-th birthday (29 February: on 1 March)
with ages as (
    select
        id_number, starts_on, amount, ref,
        floor(
            (year(ends_on) * 10000 + month(ends_on) * 100 + day(ends_on) - cast(substr(id_number, 7, 8) as integer))
            / 10000
        ) as age
    from judged_payments
    where item = 'elderly_allowance'
),

violations as (
    select ages.id_number, ages.starts_on, ages.age, max(ages.amount) as paid, max(band.amount) as standard
    from ages
    join policy_elderly_min_age as min_age
        on ages.starts_on >= min_age.from_on and ages.starts_on < min_age.to_on
        and ages.age >= min_age.value
    join policy_elderly_bands as band
        on ages.starts_on >= band.from_on and ages.starts_on < band.to_on
        and ages.age >= band.min_age and ages.age <= band.max_age
    where ages.amount > band.amount
    group by ages.id_number, ages.starts_on, ages.age
)
select
    payment.item, payment.id_number, payment.starts_on, payment.ends_on,
    greatest(payment.amount - violation.standard, 0) as amount,
    payment.ref as payment, cast(null as bigint) as register,
    cast(violation.age as integer) as age, violation.paid, violation.standard
from violations as violation
join judged_payments as payment
    on payment.item = 'elderly_allowance'
    and payment.id_number = violation.id_number and payment.starts_on = violation.starts_on

/*
title    = "无有效残疾证领取补贴"
position = 402
tier     = 2
items    = ["disability_living", "disability_nursing"]
reads    = ["disability_certificates"]
basis    = "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》（国发〔2015〕52号）；《中华人民共和国残疾人证管理办法》"
ask      = "请本人出示残疾人证，向残联核对发证日期、有效期和证件状态"
mistaken_when = [
    "证件已换发，残联库未及时更新",
    "外地残疾人证，未在本地残联库登记",
    "花名册身份证号录错",
]
population = "select distinct item, id_number from judged_payments where item in ('disability_living', 'disability_nursing')"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间残疾人证库中无其有效证件（{certificates}），与领取条件不一致，请核实。"
facts    = { certificates = "whole" }
*/
with holders as (
    select distinct id_number from disability_certificates
)

select
    payment.item, payment.id_number,
    payment.starts_on, payment.ends_on, payment.amount,
    payment.ref as payment, cast(null as bigint) as register,
    case when holder.id_number is null then '没有办证记录' else '有办证记录，当期无效' end as certificates
from judged_payments as payment
left join holders as holder on holder.id_number = payment.id_number
where payment.item in ('disability_living', 'disability_nursing')
    and not exists (
        select 1
        from valid_certificates as certificate
        where certificate.id_number = payment.id_number
            and certificate.covers_from <= payment.ends_on and certificate.covers_to >= payment.starts_on
    )

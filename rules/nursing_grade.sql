/*
title    = "残疾等级不符领取护理补贴"
position = 403
tier     = 1
items    = ["disability_nursing"]
reads    = ["disability_certificates"]
policy   = ["nursing_grades"]
basis    = "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》（国发〔2015〕52号）：重度残疾人护理补贴对象为残疾等级一级、二级且需要长期照护的重度残疾人"
ask      = "核对残疾人证等级和评定日期，问清护理补贴审批依据"
mistaken_when = [
    "等级已重新评定，残联库未及时更新",
    "本地已把三级智力、精神残疾人纳入护理补贴",
    "残联库等级录错",
]
population = "select distinct item, id_number from judged_payments where item = 'disability_nursing'"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间有效残疾人证为{category}{grade}，与护理补贴的等级要求不一致，请核实。"
facts    = { category = "whole", grade = "whole" }
*/
with certificates as (
    select
        payment.id_number, payment.starts_on, certificate.ref,
        coalesce(certificate.disability_category, '类别未登记') as category,
        coalesce(cast(certificate.disability_grade as varchar) || '级', '等级未登记') as grade,
        case when grade.value is null then 0 else 1 end as severe
    from judged_payments as payment
    inner join valid_certificates as certificate
        on certificate.id_number = payment.id_number
        and certificate.covers_from <= payment.ends_on and certificate.covers_to >= payment.starts_on
    left join policy_nursing_grades as grade
        on grade.value = certificate.disability_grade
        and payment.starts_on >= grade.from_on and payment.starts_on < grade.to_on
    where payment.item = 'disability_nursing'
),

slighter as (
    select id_number, starts_on
    from certificates
    group by id_number, starts_on
    having max(severe) = 0
)

select
    payment.item, payment.id_number,
    payment.starts_on, payment.ends_on, payment.amount,
    payment.ref as payment, certificate.ref as register,
    certificate.category, certificate.grade
from slighter
inner join certificates as certificate
    on certificate.id_number = slighter.id_number and certificate.starts_on = slighter.starts_on
inner join judged_payments as payment
    on payment.item = 'disability_nursing'
    and payment.id_number = slighter.id_number and payment.starts_on = slighter.starts_on

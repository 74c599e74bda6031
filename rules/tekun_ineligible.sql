/*
title    = "特困人员条件不符"
position = 404
tier     = 2
items    = ["tekun"]
reads    = ["disability_certificates"]
policy   = ["tekun_grades"]
basis    = "《社会救助暂行办法》第十四条；《特困人员认定办法》关于无劳动能力的认定条件"
ask      = "看残疾人证和认定档案，问清是否在校就读、是否有劳动能力评估结论"
mistaken_when = [
    "年满18周岁仍在普通高中、中等职业学校就读",
    "残疾人证换发或等级变更，残联库未及时更新",
    "按当地规定以劳动能力评估认定",
]
population = "select distinct item, id_number from judged_payments where item = 'tekun'"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，最近一月月末{age}周岁，其间残疾人证库中没有符合特困认定条件的有效证件，与特困人员认定条件不一致，请核实。"
*/
select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    cast(null as bigint) as register,
    payment.age_at_end as age
from judged_payments as payment
where payment.item = 'tekun' and payment.age_at_end >= 18 and payment.age_at_end < 60
    and not exists (
        select 1
        from valid_certificates as certificate
        inner join policy_tekun_grades as grade
            on grade.category = certificate.disability_category
            and certificate.disability_grade between grade.min_grade and grade.max_grade
        where certificate.id_number = payment.id_number
            and certificate.covers_from <= payment.ends_on and certificate.covers_to >= payment.starts_on
            and payment.starts_on >= grade.from_on and payment.starts_on < grade.to_on
    )

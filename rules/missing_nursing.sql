/*
title    = "应享未享护理补贴"
position = 901
tier     = 3
items    = ["disability_nursing"]
reads    = ["disability_certificates", "population", "deaths"]
optional = ["tekun"]
absence  = ["tekun"]
policy   = ["nursing_grades"]
part     = "entitlement"
basis    = "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》（国发〔2015〕52号）"
ask      = "上门了解残疾人是否需要长期照护、是否申请过护理补贴，能办则帮办"
mistaken_when = [
    "已享受工伤生活护理费等同类待遇，按政策不重复领取",
    "已去世，死亡信息未到",
    "人户分离，在居住地领取",
]
periods  = "select item, starts_on, ends_on from latest_periods where item = 'disability_nursing'"
population = "select distinct id_number from valid_certificates"
summary  = "{name}持有有效残疾人证（{category}{grade}级），户籍正常，但{span}不在{item_title}花名册，与应享条件不一致，可能漏发护理补贴，请上门了解并协助申请。"
facts    = { category = "whole", grade = "whole" }
*/
with latest as (
    select
        starts_on,
        ends_on
    from latest_periods
    where item = 'disability_nursing'
),

holders as (
    select
        certificate.id_number, certificate.ref, certificate.disability_category as category,
        certificate.disability_grade as grade, latest.starts_on, latest.ends_on
    from valid_certificates as certificate
    inner join latest
        on certificate.covers_from <= latest.ends_on and certificate.covers_to >= latest.starts_on
    inner join policy_nursing_grades as nursing_grade
        on nursing_grade.value = certificate.disability_grade
        and latest.starts_on >= nursing_grade.from_on and latest.starts_on < nursing_grade.to_on
),

unpaid as (
    select holder.id_number, holder.category, holder.grade, holder.starts_on, holder.ends_on, holder.ref
    from holders as holder
    where exists (
            select 1 from delivered
            where delivered.roster = 'tekun' and delivered.starts_on = holder.starts_on
        )
        and not exists (
            select 1 from deaths as death
            where death.id_number = holder.id_number
        )
        and not exists (
            select 1
            from payments as payment
            where payment.item in ('disability_nursing', 'tekun')
                and payment.id_number = holder.id_number and payment.starts_on = holder.starts_on
        )
),

matches as (
    select unpaid.id_number, member.ref
    from unpaid
    inner join register_members as member on member.id_number = unpaid.id_number
    union all
    select unpaid.id_number, unpaid.ref
    from unpaid
    inner join register_members as member on member.id_number = unpaid.id_number
)

select
    'disability_nursing' as item,
    unpaid.id_number,
    unpaid.starts_on,
    unpaid.ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    matched.ref as register,
    unpaid.category,
    unpaid.grade
from unpaid
inner join matches as matched on matched.id_number = unpaid.id_number

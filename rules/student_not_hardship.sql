/*
title    = "困难身份不实"
position = 703
tier     = 2
items    = ["student_living", "high_school_grant"]
reads    = ["population", "disability_certificates", "poverty_households"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
absence  = ["urban_dibao", "rural_dibao", "tekun"]
basis    = "《教育部等六部门关于做好家庭经济困难学生认定工作的指导意见》（教财〔2018〕16号）；《学生资助资金管理办法》（财教〔2021〕310号）"
ask      = "核对困难学生认定材料和当学期低保、特困、残疾、建档立卡状态，问清认定依据"
mistaken_when = [
    "困难身份在外地认定，本地名册没有",
    "随父母一方享受低保，户籍不在一起且未填监护人",
    "按上一学年身份认定，当学期刚退出",
]
population = "select distinct item, id_number from judged_payments where item in ('student_living', 'high_school_grant')"
summary  = "{name}{span}按“{category}”领取{item_title}共{amount}元，当学期在相应名册中没有查到，与困难身份不一致，请核实。"
facts    = { category = "whole" }
*/
with pupils as (
    select ref, hardship_category, guardian_id from student_living
    union all
    select ref, hardship_category, guardian_id from high_school_grant
),

claims as (
    select
        payment.item, payment.id_number, payment.starts_on, payment.ends_on, payment.ref,
        pupil.hardship_category as category, pupil.guardian_id
    from judged_payments as payment
    inner join pupils as pupil on pupil.ref = payment.ref
    where pupil.hardship_category in ('低保', '特困', '残疾', '建档立卡')
),

-- the student, the guardian and the student's register household
families as (
    select ref, starts_on, ends_on, id_number as kin_id from claims
    where category = '低保'
    union
    select ref, starts_on, ends_on, guardian_id as kin_id from claims
    where category = '低保'
    union
    select claims.ref, claims.starts_on, claims.ends_on, kin.id_number as kin_id
    from claims
    inner join register_members as pupil on pupil.id_number = claims.id_number
    inner join register_members as kin on kin.household_number = pupil.household_number
    where claims.category = '低保'
),

founded as (
    select family.ref
    from families as family
    inner join payments as dibao
        on dibao.item in ('urban_dibao', 'rural_dibao') and dibao.id_number = family.kin_id
        and dibao.starts_on <= family.ends_on and dibao.ends_on >= family.starts_on
    union
    select claims.ref
    from claims
    inner join payments as tekun
        on tekun.item = 'tekun' and tekun.id_number = claims.id_number
        and tekun.starts_on <= claims.ends_on and tekun.ends_on >= claims.starts_on
    where claims.category = '特困'
    union
    select claims.ref
    from claims
    inner join valid_certificates as certificate
        on certificate.id_number = claims.id_number
        and certificate.covers_from <= claims.ends_on and certificate.covers_to >= claims.starts_on
    where claims.category = '残疾'
    union
    select claims.ref
    from claims
    inner join poverty_households as poor
        on poor.id_number = claims.id_number
        and coalesce(poor.from_on, date '1900-01-01') <= claims.ends_on
        and coalesce(poor.to_on, date '9999-12-31') >= claims.starts_on
    where claims.category = '建档立卡'
),

-- terms of which no month was delivered say nothing about who is absent
deliveries as (
    select
        term.starts_on,
        count(distinct case when delivered.roster <> 'tekun' then delivered.roster end) as dibao_rosters,
        count(distinct case when delivered.roster = 'tekun' then delivered.roster end) as tekun_rosters
    from (select distinct starts_on, ends_on from claims) as term
    left join delivered
        on delivered.roster in ('urban_dibao', 'rural_dibao', 'tekun')
        and delivered.starts_on <= term.ends_on and delivered.ends_on >= term.starts_on
    group by term.starts_on
),

violations as (
    select claims.item, claims.id_number, claims.starts_on, claims.category
    from claims
    inner join deliveries on deliveries.starts_on = claims.starts_on
    where not exists (
            select 1 from founded
            where founded.ref = claims.ref
        )
        and (claims.category <> '低保' or deliveries.dibao_rosters = 2)
        and (claims.category <> '特困' or deliveries.tekun_rosters = 1)
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    cast(null as bigint) as register,
    violation.category
from violations as violation
inner join judged_payments as payment
    on payment.item = violation.item
    and payment.id_number = violation.id_number and payment.starts_on = violation.starts_on

/*
title    = "学籍学校不一致"
position = 702
tier     = 3
items    = ["student_living", "high_school_grant"]
reads    = ["students"]
basis    = "《中小学生学籍管理办法》（教基一〔2013〕7号）；《学生资助资金管理办法》（财教〔2021〕310号）关于由就读学校组织申报的规定"
ask      = "向两所学校核对学生实际就读地和资助申报学校，问清转学时间"
mistaken_when = [
    "学校更名、合并，或花名册用简称",
    "学期中转学，花名册沿用原学校",
    "教学点与学籍挂靠学校名称不同",
]
population = "select distinct item, id_number from judged_payments where item in ('student_living', 'high_school_grant')"
summary  = "{name}{span}领取{item_title}共{amount}元，花名册学校为{listed_school}，与学籍库登记的{school}不一致，请核实。"
facts    = { listed_school = "if_common", school = "if_common" }
*/
with listed as (
    select ref, school from student_living
    where school is not null
    union all
    select ref, school from high_school_grant
    where school is not null
),

enrolled as (
    select
        payment.item, payment.id_number, payment.starts_on, payment.ref as listed_ref, listed.school as listed_school,
        enrolment.ref, enrolment.school,
        case when enrolment.school = listed.school then 1 else 0 end as there,
        case
            when payment.item = 'student_living' and enrolment.stage in ('小学', '初中') then 1
            when payment.item = 'high_school_grant' and enrolment.stage = '高中' then 1
            else 0
        end as fitting
    from judged_payments as payment
    inner join listed on listed.ref = payment.ref
    inner join enrolments as enrolment
        on enrolment.id_number = payment.id_number
        and enrolment.covers_from <= payment.ends_on and enrolment.covers_to >= payment.starts_on
),

strangers as (
    select listed_ref
    from enrolled
    group by listed_ref
    having max(there) = 0 and max(fitting) = 1
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    enrolled.ref as register,
    enrolled.listed_school,
    enrolled.school
from strangers as stranger
inner join enrolled on enrolled.listed_ref = stranger.listed_ref
inner join judged_payments as payment
    on payment.item = enrolled.item
    and payment.id_number = enrolled.id_number and payment.starts_on = enrolled.starts_on

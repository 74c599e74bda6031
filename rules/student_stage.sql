/*
title    = "学段不符享受资助"
position = 701
tier     = 1
items    = ["student_living", "high_school_grant"]
reads    = ["students"]
basis    = "《学生资助资金管理办法》（财教〔2021〕310号）；《城乡义务教育补助经费管理办法》（财教〔2021〕56号）关于资助对象学段的规定"
ask      = "核对学籍所在学段和资助项目，问清是否升学、留级或跨学段登记"
mistaken_when = [
    "学期中升学，学籍库学段已更新",
    "一贯制学校学段登记错误",
    "资助项目选错，应在另一项目发放",
]
population = "select distinct item, id_number from judged_payments where item in ('student_living', 'high_school_grant')"
summary  = "{name}{span}领取{item_title}共{amount}元，当学期学籍在{school}（{stage}），与该项目的学段要求不一致，请核实。"
facts    = { school = "if_common", stage = "whole" }
*/
with stages as (
    select
        payment.item, payment.id_number, payment.starts_on, enrolment.ref, enrolment.school, enrolment.stage,
        case
            when payment.item = 'student_living' and enrolment.stage in ('小学', '初中') then 1
            when payment.item = 'high_school_grant' and enrolment.stage = '高中' then 1
            else 0
        end as fitting
    from judged_payments as payment
    inner join enrolments as enrolment
        on enrolment.id_number = payment.id_number
        and enrolment.covers_from <= payment.ends_on and enrolment.covers_to >= payment.starts_on
    where payment.item in ('student_living', 'high_school_grant')
),

misfits as (
    select item, id_number, starts_on
    from stages
    group by item, id_number, starts_on
    having max(fitting) = 0
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    stage.ref as register,
    stage.school,
    coalesce(stage.stage, '学段未登记') as stage
from misfits as misfit
inner join stages as stage
    on stage.item = misfit.item and stage.id_number = misfit.id_number and stage.starts_on = misfit.starts_on
inner join judged_payments as payment
    on payment.item = misfit.item and payment.id_number = misfit.id_number and payment.starts_on = misfit.starts_on

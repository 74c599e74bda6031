/*
title    = "资助超标准"
position = 704
tier     = 1
items    = ["student_living", "high_school_grant"]
reads    = ["students"]
policy   = ["student_living_standard", "grant_levels"]
basis    = "《城乡义务教育补助经费管理办法》（财教〔2021〕56号）；《学生资助资金管理办法》（财教〔2021〕310号）；本地当期资助标准"
ask      = "核对资助标准、学段和档次，问清是否含以前学期补发"
mistaken_when = [
    "含以前学期补发，金额合并在一行",
    "标准当学期调整，政策参数尚未更新",
    "学段或档次登记错误",
]
population = "select distinct item, id_number from judged_payments where item in ('student_living', 'high_school_grant')"
summary  = "{name}{span}领取的{item_title}超出标准，共超{amount}元：最近一学期发放{paid}元，标准{standard}元，与资助标准不一致，请核对。"
*/
with standards as (
    select payment.ref, standard.amount, enrolment.ref as enrolment_ref
    from judged_payments as payment
    inner join enrolments as enrolment
        on enrolment.id_number = payment.id_number and enrolment.stage in ('小学', '初中')
        and enrolment.covers_from <= payment.ends_on and enrolment.covers_to >= payment.starts_on
    inner join policy_student_living_standard as standard
        on standard.stage = enrolment.stage
        and payment.starts_on >= standard.from_on and payment.starts_on < standard.to_on
    where payment.item = 'student_living'
    union all
    select payment.ref, level.amount, cast(null as bigint) as enrolment_ref
    from judged_payments as payment
    inner join high_school_grant as pupil on pupil.ref = payment.ref
    inner join policy_grant_levels as level
        on level.level = pupil.level
        and payment.starts_on >= level.from_on and payment.starts_on < level.to_on
    where payment.item = 'high_school_grant'
),

-- the largest standard of the stages at which the student is enrolled
rows_held as (
    select
        payment.item, payment.id_number, payment.starts_on, payment.ref, payment.amount as paid,
        max(standard.amount) as standard
    from judged_payments as payment
    inner join standards as standard on standard.ref = payment.ref
    group by payment.item, payment.id_number, payment.starts_on, payment.ref, payment.amount
),

terms_over as (
    select distinct item, id_number, starts_on
    from rows_held
    where paid > standard
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    greatest(payment.amount - held.standard, 0) as amount,
    payment.ref as payment,
    standard.enrolment_ref as register,
    case when held.paid > held.standard then held.paid end as paid,
    case when held.paid > held.standard then held.standard end as standard
from terms_over as term
inner join judged_payments as payment
    on payment.item = term.item and payment.id_number = term.id_number and payment.starts_on = term.starts_on
left join rows_held as held on held.ref = payment.ref
left join standards as standard on standard.ref = payment.ref

/*
title    = "非在籍学生享受资助"
position = 700
tier     = 1
items    = ["student_living", "high_school_grant"]
reads    = ["students"]
basis    = "《学生资助资金管理办法》（财教〔2021〕310号）；《城乡义务教育补助经费管理办法》（财教〔2021〕56号）；《中小学生学籍管理办法》（教基一〔2013〕7号）"
ask      = "到校查看学籍系统、花名册和考勤，问清是否已转学、休学、退学，资助款由谁领取"
mistaken_when = [
    "刚转入，学籍手续在办理中",
    "在外地就读，学籍不在本地学籍库",
    "花名册身份证号录错",
]
population = "select distinct item, id_number from judged_payments where item in ('student_living', 'high_school_grant')"
summary  = "{name}{span}领取{item_title}共{amount}元（花名册学校：{school}），学籍库中当学期没有其在籍记录，与在籍条件不一致，请核实。"
facts    = { school = "if_common" }
*/
with schools as (
    select ref, school from student_living
    union all
    select ref, school from high_school_grant
)

select
    payment.item,
    payment.id_number,
    payment.starts_on,
    payment.ends_on,
    payment.amount,
    payment.ref as payment,
    cast(null as bigint) as register,
    pupil.school
from judged_payments as payment
inner join schools as pupil on pupil.ref = payment.ref
where not exists (
        select 1
        from enrolments as enrolment
        where enrolment.id_number = payment.id_number
            and enrolment.covers_from <= payment.ends_on and enrolment.covers_to >= payment.starts_on
    )

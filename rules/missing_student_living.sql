/*
title    = "应享未享学生生活补助"
position = 902
tier     = 3
items    = ["student_living"]
reads    = ["students", "population", "poverty_households"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
part     = "entitlement"
basis    = "《城乡义务教育补助经费管理办法》（财教〔2021〕56号）；《教育部等六部门关于做好家庭经济困难学生认定工作的指导意见》（教财〔2018〕16号）"
ask      = "向学校和家长了解是否申请过生活补助、是否在外校领取，能办则帮办"
mistaken_when = [
    "学生本人自愿放弃申请",
    "在外地就读并在当地领取",
    "家庭当学期末才纳入救助",
]
population = "select distinct id_number from enrolments where stage in ('小学', '初中')"
summary  = "{name}{span}在{school}就读（{stage}），{ground}，但不在{item_title}花名册，与应享条件不一致，可能漏发补助，请了解情况并协助申请。"
facts    = { school = "if_common", stage = "whole", ground = "whole" }
*/
with latest as (
    select
        starts_on,
        ends_on
    from latest_periods
    where item = 'student_living'
),

pupils as (
    select enrolment.id_number, enrolment.school, enrolment.stage, enrolment.ref, latest.starts_on, latest.ends_on
    from enrolments as enrolment
    inner join latest on enrolment.covers_from <= latest.ends_on and enrolment.covers_to >= latest.starts_on
    where enrolment.stage in ('小学', '初中')
        and not exists (
            select 1
            from payments as payment
            where payment.item = 'student_living'
                and payment.id_number = enrolment.id_number and payment.starts_on = latest.starts_on
        )
),

relief as (
    select payment.item, payment.id_number, payment.ref
    from payments as payment
    inner join latest on payment.starts_on <= latest.ends_on and payment.ends_on >= latest.starts_on
    where payment.item in ('urban_dibao', 'rural_dibao', 'tekun')
),

-- members of the register household who are in dibao, with both population rows that tie them to the student
households as (
    select pupil.id_number, relief.ref as relief_ref, kin.ref as kin_ref, pupil.ref as pupil_ref
    from register_members as pupil
    inner join register_members as kin
        on kin.household_number = pupil.household_number and kin.id_number <> pupil.id_number
    inner join relief on relief.id_number = kin.id_number and relief.item <> 'tekun'
),

grounds as (
    select
        relief.id_number, relief.ref,
        case when relief.item = 'tekun' then '本人是特困人员' else '本人享受低保' end as ground
    from relief
    union all
    select id_number, relief_ref as ref, '同户家庭成员享受低保' as ground from households
    union all
    select id_number, kin_ref as ref, '同户家庭成员享受低保' as ground from households
    union all
    select id_number, pupil_ref as ref, '同户家庭成员享受低保' as ground from households
    union all
    select poor.id_number, poor.ref, '属于建档立卡户' as ground
    from poverty_households as poor
    inner join latest
        on coalesce(poor.from_on, date '1900-01-01') <= latest.ends_on
        and coalesce(poor.to_on, date '9999-12-31') >= latest.starts_on
),

matches as (
    select pupils.id_number, grounds.ref, grounds.ground
    from pupils
    inner join grounds on grounds.id_number = pupils.id_number
    union all
    select pupils.id_number, pupils.ref, grounds.ground
    from pupils
    inner join grounds on grounds.id_number = pupils.id_number
)

select distinct
    'student_living' as item,
    pupil.id_number,
    pupil.starts_on,
    pupil.ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    matched.ref as register,
    pupil.school,
    pupil.stage,
    matched.ground
from pupils as pupil
inner join matches as matched on matched.id_number = pupil.id_number

/*
title    = "财政供养人员家属享受低保"
position = 305
tier     = 3
items    = ["urban_dibao", "rural_dibao"]
reads    = ["public_employees", "population", "cadre_relatives"]
subject  = "id_number"
basis    = "《社会救助暂行办法》第九条（共同生活的家庭成员人均收入）；《最低生活保障审核确认办法》关于近亲属备案的规定"
ask      = "先弄清是否共同生活、是否有赡养抚养扶养义务，核算全家收入后再下结论；查看近亲属备案"
mistaken_when = [
    "同户籍但已分家另过，不共同生活",
    "成年重度残疾人等按单人户纳入低保",
    "已按规定备案，并把供养人员的收入计入家庭收入",
]
population = "select distinct item, id_number from judged_payments where item in ('urban_dibao', 'rural_dibao')"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，同一户籍的{cadre_name}在财政供养人员库中为在职（{employer}），未列入该低保家庭，{filed}；此为疑点，须先核算其家庭收入，才能认定是否符合条件。"
facts    = { employer = "if_common", filed = "whole" }
*/
-- cadres living in the register household of another person; relatives of other households are left alone
with families as (
    select
        person.id_number, person.ref as person_ref, kin.ref as kin_ref,
        post.id_number as cadre_id, post.name as cadre_name, post.employer,
        post.covers_from, post.covers_to, post.ref as post_ref
    from posts as post
    inner join register_members as kin on kin.id_number = post.id_number
    inner join register_members as person
        on person.household_number = kin.household_number and person.id_number <> kin.id_number
),

pairs as (
    select
        payment.item, payment.starts_on, payment.ends_on, family.id_number, family.cadre_id, family.cadre_name,
        family.employer, family.person_ref, family.kin_ref, family.post_ref
    from judged_payments as payment
    inner join families as family
        on family.id_number = payment.id_number
        and family.covers_from <= payment.ends_on and family.covers_to >= payment.starts_on
    where payment.item in ('urban_dibao', 'rural_dibao')
        and not exists (
            select 1
            from payments as mate
            where mate.item = payment.item and mate.household_head_id = payment.household_head_id
                and mate.starts_on = payment.starts_on and mate.id_number = family.cadre_id
        )
),

subjects as (
    select item, id_number, starts_on, min(cadre_id) as cadre_id
    from pairs
    group by item, id_number, starts_on
),

matches as (
    select item, id_number, starts_on, cadre_id, cadre_name, employer, post_ref as ref from pairs
    union all
    select item, id_number, starts_on, cadre_id, cadre_name, employer, kin_ref as ref from pairs
    union all
    select item, id_number, starts_on, cadre_id, cadre_name, employer, person_ref as ref from pairs
)

select
    payment.item, payment.id_number, subject.cadre_id as subject,
    payment.starts_on, payment.ends_on, payment.amount,
    payment.ref as payment, matched.ref as register,
    matched.cadre_name, matched.employer,
    case
        when relative.cadre_id is null then '近亲属关系未备案'
        else '近亲属关系已备案（' || coalesce(relative.relation, '关系未填') || '）'
    end as filed
from subjects as subject
inner join matches as matched
    on matched.item = subject.item and matched.id_number = subject.id_number
    and matched.starts_on = subject.starts_on and matched.cadre_id = subject.cadre_id
inner join judged_payments as payment
    on payment.item = subject.item and payment.id_number = subject.id_number
    and payment.starts_on = subject.starts_on
left join cadre_relatives as relative
    on relative.cadre_id = subject.cadre_id and relative.id_number = subject.id_number

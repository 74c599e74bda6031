/*
title = "低保家庭配偶未计入共同生活成员"
position = 1180
tier = 3
subject = "id_number"
items = ["urban_dibao", "rural_dibao"]
reads = ["marriages", "deaths"]
basis = "《最低生活保障审核确认办法》（民发〔2021〕57号）第七条：共同生活的家庭成员包括配偶"
ask = "问清配偶现在哪里、是否共同生活、有没有收入，核算时是否已计入"
mistaken_when = [
    "配偶在境外或外地死亡，信息未到",
    "在外地或法院判决离婚，登记未到",
    "配偶在服刑、失踪或按规定不计入共同生活成员",
    "配偶按单人户单独享受",
]
population = "select distinct item, household_head_id from dibao_members"
summary = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，家庭成员{member_name}登记的配偶{spouse_name}不在该低保家庭成员中，也没有死亡信息，与共同生活的家庭成员不一致；须先了解是否共同生活。"
*/
-- of one day 离婚 comes before 结婚, so a day with both ends married; the next day with an event ends that state
with event_days as (
    select
        id_number,
        registered_on,
        lead(registered_on) over (partition by id_number order by registered_on asc) as next_on
    from (select distinct id_number, registered_on from marriages) as days
),

weddings as (
    select
        m.id_number,
        m.name as member_name,
        m.spouse_id,
        m.spouse_name,
        m.registered_on,
        d.next_on,
        m.ref
    from marriages as m
    inner join event_days as d on m.id_number = d.id_number and m.registered_on = d.registered_on
    where m.event = '结婚'
),

absent as (
    select
        h.item,
        h.household_head_id,
        h.starts_on,
        w.member_name,
        w.spouse_id,
        w.spouse_name,
        w.ref
    from dibao_members as h
    inner join weddings as w
        on h.id_number = w.id_number
        and w.registered_on <= h.ends_on and (w.next_on is null or w.next_on > h.ends_on)
    left join dibao_members as mate
        on h.item = mate.item and h.household_head_id = mate.household_head_id and h.starts_on = mate.starts_on
        and w.spouse_id = mate.id_number
    where mate.id_number is null
        and not exists (
            select 1
            from deaths as d
            where d.id_number = w.spouse_id and d.died_on <= h.ends_on
        )
),

spouses as (
    select
        item,
        household_head_id,
        starts_on,
        min(spouse_id) as spouse_id
    from absent
    group by item, household_head_id, starts_on
)

select
    p.item,
    p.household_head_id as id_number,
    s.spouse_id as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    a.ref as register,
    a.member_name,
    a.spouse_name
from spouses as s
inner join absent as a
    on s.item = a.item and s.household_head_id = a.household_head_id and s.starts_on = a.starts_on
    and s.spouse_id = a.spouse_id
inner join household_payments as p
    on s.item = p.item and s.household_head_id = p.household_head_id and s.starts_on = p.starts_on

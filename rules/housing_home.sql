/*
title = "领取租赁补贴家庭有住房"
position = 1136
tier = 2
subject = "code"
items = ["housing_subsidy"]
reads = ["real_estate", "population"]
basis = "《公共租赁住房管理办法》（住房和城乡建设部令第11号）；《住房城乡建设部 财政部关于做好城镇住房保障家庭租赁补贴工作的指导意见》（建保〔2016〕281号）：对象为无房或住房困难家庭"
ask = "看登记住房的面积和现状，问清取得方式、谁在居住，是否仍符合住房困难条件"
mistaken_when = ["住房面积小，仍属住房困难家庭", "已出售或拆迁，登记尚未注销", "同户籍但已分家另过，房屋属其他成员", "乡下老宅不计入"]
population = "select distinct id_number from judged_payments where item = 'housing_subsidy'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间{owner_name}名下登记有住宅（不动产单元号{subject}，登记日期{registered_on}），与无房或住房困难的条件不一致，请核实。"
*/
-- the person, and the members of the person's register household with both population rows that tie them
with owners as (
    select id_number, id_number as owner_id, cast(null as bigint) as person_ref, cast(null as bigint) as kin_ref
    from housing_subsidy
    union
    select h.id_number, kin.id_number as owner_id, person.ref as person_ref, kin.ref as kin_ref
    from housing_subsidy as h
    inner join register_members as person on h.id_number = person.id_number
    inner join register_members as kin
        on person.household_number = kin.household_number and person.id_number <> kin.id_number
),

subsidised as (
    select distinct
        id_number,
        starts_on,
        ends_on
    from judged_payments
    where item = 'housing_subsidy'
),

homes as (
    select
        p.id_number,
        p.starts_on,
        u.unit_number,
        u.name as owner_name,
        nullif(u.covers_from, date '1900-01-01') as registered_on,
        u.ref,
        o.person_ref,
        o.kin_ref
    from subsidised as p
    inner join owners as o on p.id_number = o.id_number
    inner join held_homes as u
        on o.owner_id = u.id_number and u.covers_from <= p.ends_on and u.covers_to >= p.starts_on
    where coalesce(u.use, '住宅') = '住宅'
),

matches as (
    select id_number, starts_on, unit_number, owner_name, registered_on, ref from homes
    union
    select id_number, starts_on, unit_number, owner_name, registered_on, person_ref as ref from homes
    where person_ref is not null
    union
    select id_number, starts_on, unit_number, owner_name, registered_on, kin_ref as ref from homes
    where kin_ref is not null
)

select
    p.item,
    p.id_number,
    m.unit_number as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    m.ref as register,
    m.owner_name,
    m.registered_on
from matches as m
inner join judged_payments as p
    on p.item = 'housing_subsidy' and m.id_number = p.id_number and m.starts_on = p.starts_on

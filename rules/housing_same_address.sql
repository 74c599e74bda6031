/*
title = "多户以同一地址领取租赁补贴"
position = 1144
tier = 3
items = ["housing_subsidy"]
reads = ["population"]
basis = "《住房城乡建设部 财政部关于做好城镇住房保障家庭租赁补贴工作的指导意见》（建保〔2016〕281号）：补贴用于家庭实际租赁的住房"
ask = "到租住地址看实际居住的人，核对各户的租赁合同和租金支付"
mistaken_when = ["合租同一套房的不同家庭，各有合同", "地址只写到小区或楼栋，没有房号", "同住的一家人户籍不在一起"]
population = "select distinct id_number, starts_on from judged_payments where item = 'housing_subsidy'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，最近一月有{tenants}人以同一租住地址领取，各人不属同一户籍家庭，与各户实际租住不一致，请到现场了解。"
*/
with addresses as (
    select
        id_number,
        period,
        nullif(regexp_replace(rent_address, '[\s\p{Z}\p{Cf}]', '', 'g'), '') as address,
        ref
    from housing_subsidy
),

tenants as (
    select distinct
        address,
        period,
        id_number
    from addresses
    where address is not null
),

shared as (
    select
        address,
        period,
        count(*) as tenants
    from tenants
    group by address, period
    having count(*) >= 2
),

households as (
    select
        t.address,
        t.period,
        m.household_number,
        count(distinct t.id_number) as tenants
    from tenants as t
    inner join shared as s on t.address = s.address and t.period = s.period
    inner join register_members as m on t.id_number = m.id_number
    group by t.address, t.period, m.household_number
),

-- all the tenants of the month are registered in one household
families as (
    select
        s.address,
        s.period
    from shared as s
    inner join households as h on s.address = h.address and s.period = h.period and s.tenants = h.tenants
),

strangers as (
    select
        a.id_number,
        a.period,
        a.address,
        a.ref,
        s.tenants
    from addresses as a
    inner join shared as s on a.address = s.address and a.period = s.period
    left join families as f on a.address = f.address and a.period = f.period
    where f.address is null
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    other.ref as register,
    own.tenants
from (select distinct id_number, period, address, tenants from strangers) as own
inner join strangers as other
    on own.address = other.address and own.period = other.period and own.id_number <> other.id_number
inner join judged_payments as p
    on p.item = 'housing_subsidy' and own.id_number = p.id_number and own.period = p.starts_on

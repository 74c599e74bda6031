/*
title = "姓名与户籍不一致"
position = 140
tier = 0
items = ["*"]
reads = ["population"]
basis = "《中华人民共和国居民身份证法》：一人一号，姓名与号码相符；数据质量由提供单位负责"
ask = "核对身份证原件，姓名或身份证号哪一处录错"
mistaken_when = ["曾用名、少数民族姓名写法不同", "生僻字以其他字代替", "家属姓名误填"]
population = "select distinct item, id_number from judged_payments"
summary = "{item_title}发放记录中的姓名{name}，与户籍登记的姓名{register_name}不一致（{span}，共{periods}期、{amount}元）"
*/
with used_names as (
    select distinct
        id_number,
        name
    from judged_payments
    where name_known
),

-- a name that cannot be compared equals every name
registered as (
    select id_number
    from population
    group by id_number
    having min(case when name_known then 1 else 0 end) = 1
),

other_names as (
    select
        u.id_number,
        u.name
    from used_names as u
    inner join registered as r on u.id_number = r.id_number
    left join population as p on u.id_number = p.id_number and u.name = p.name
    where p.id_number is null
),

violating as (
    select distinct
        p.item,
        p.id_number,
        p.starts_on
    from other_names as o
    inner join judged_payments as p on o.id_number = p.id_number and o.name = p.name
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    r.ref as register,
    r.name as register_name
from violating as v
inner join judged_payments as p
    on v.item = p.item and v.id_number = p.id_number and v.starts_on = p.starts_on
inner join population as r on v.id_number = r.id_number

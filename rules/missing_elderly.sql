/*
title    = "应享未享高龄津贴"
position = 900
tier     = 3
items    = ["elderly_allowance"]
reads    = ["population", "deaths"]
optional = ["tekun"]
absence  = ["tekun"]
policy   = ["elderly_min_age"]
part     = "entitlement"
basis    = "《中华人民共和国老年人权益保障法》第三十三条；本地高龄津贴发放办法（起领年龄）"
ask      = "上门了解老人是否健在、是否在本地居住、是否申请过高龄津贴，能办则帮办"
mistaken_when = [
    "已去世，死亡信息未到",
    "户籍在本地，人在外地并在当地领取",
    "已申请，次月起发放",
]
periods  = "select item, starts_on, ends_on from latest_periods where item = 'elderly_allowance'"
population = "select distinct id_number from register_members"
summary  = "{name}{span}末已满{age}周岁（起领年龄{min_age}周岁），户籍正常，但不在{item_title}花名册，与应享条件不一致，可能漏发高龄津贴，请上门了解并协助申请。"
*/
with latest as (
    select
        starts_on,
        ends_on
    from latest_periods
    where item = 'elderly_allowance'
),

elders as (
    select
        member.id_number, member.ref, latest.starts_on, latest.ends_on, min_age.value as min_age,
        year(latest.ends_on) - year(member.born_on) - case
            when month(latest.ends_on) * 100 + day(latest.ends_on) < month(member.born_on) * 100 + day(member.born_on)
                then 1
            else 0
        end as age
    from register_members as member
    cross join latest
    inner join policy_elderly_min_age as min_age
        on latest.starts_on >= min_age.from_on and latest.starts_on < min_age.to_on
)

select
    'elderly_allowance' as item,
    elder.id_number,
    elder.starts_on,
    elder.ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    elder.ref as register,
    elder.age,
    elder.min_age
from elders as elder
where elder.age >= elder.min_age
    and exists (
        select 1 from delivered
        where delivered.roster = 'tekun' and delivered.starts_on = elder.starts_on
    )
    and not exists (
        select 1 from deaths as death
        where death.id_number = elder.id_number
    )
    and not exists (
        select 1
        from payments as payment
        where payment.item in ('elderly_allowance', 'tekun')
            and payment.id_number = elder.id_number and payment.starts_on = elder.starts_on
    )

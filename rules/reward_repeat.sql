/*
title = "同一人被多家企业申领奖补"
position = 1168
tier = 2
items = ["employment_reward"]
policy = ["reward_months"]
amount = "clue"
basis = "《就业补助资金管理办法》（财社〔2017〕164号）；人社部发〔2021〕26号：一名劳动者在规定期限内只由一家企业申领"
ask = "核对各家企业的劳动合同和工资流水，本人在哪一家上班、各多长时间"
mistaken_when = ["在同一集团内变动劳动关系", "离职后被另一家招用，按政策可再次申领", "企业更名，统一社会信用代码已换"]
population = "select distinct id_number from judged_payments where item = 'employment_reward'"
summary = "{name}在{months}个月内被{employers}家企业申领{item_title}（{span}），与一名劳动者只由一家企业申领不一致，多出{amount}元，请核实。"
*/
with rewards as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.ref,
        r.credit_code,
        k.value
    from judged_payments as p
    inner join employment_reward as r on p.ref = r.ref
    inner join policy_reward_months as k on p.starts_on >= k.from_on and p.starts_on < k.to_on
    where p.item = 'employment_reward' and p.amount > 0
),

repeated as (
    select distinct
        r.id_number,
        r.starts_on,
        r.ends_on,
        r.amount,
        r.ref,
        r.credit_code,
        r.value
    from rewards as r
    inner join rewards as o
        on r.id_number = o.id_number and r.credit_code <> o.credit_code
        and greatest(r.starts_on, o.starts_on) < least(r.starts_on, o.starts_on) + r.value * interval '1' month
),

workers as (
    select
        id_number,
        sum(amount) - max(amount) as amount,
        count(distinct credit_code) as employers
    from repeated
    group by id_number
)

select
    'employment_reward' as item,
    r.id_number,
    r.starts_on,
    r.ends_on,
    w.amount,
    r.ref as payment,
    cast(null as bigint) as register,
    r.value as months,
    w.employers
from repeated as r
inner join workers as w on r.id_number = w.id_number

/*
title = "低保家庭：每行一个家庭一个月。members 成员数，amount 全家合计，standard 当月每人标准"
*/
with households as (
    select
        item,
        household_head_id,
        starts_on,
        ends_on,
        count(distinct id_number) as members,
        sum(amount) as amount
    from household_payments
    group by item, household_head_id, starts_on, ends_on
)

select
    h.item,
    h.household_head_id,
    h.starts_on,
    h.ends_on,
    h.members,
    h.amount,
    k.amount as standard
from households as h
left join policy_dibao_standard as k
    on h.item = k.item and h.starts_on >= k.from_on and h.starts_on < k.to_on

/*
title = "一个账户收款不止一人的发放记录（花名册和资金台账）：每行一次发放。new_amount：花名册已有的，台账一行计0，不重复计钱"
*/
with account_persons as (
    select
        account,
        id_number
    from judged_payments
    where account is not null and amount > 0
    union all
    select
        account,
        id_number
    from ledger_rows
    where account is not null and amount > 0
),

several_persons as (
    select account
    from account_persons
    group by account
    having min(id_number) <> max(id_number)
),

roster_credits as (
    select
        p.item,
        p.id_number,
        p.name,
        p.account,
        p.account_name,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.ref
    from judged_payments as p
    inner join several_persons as s on p.account = s.account
    where p.amount <> 0
),

ledger_credits as (
    select
        l.item,
        l.id_number,
        l.name,
        l.account,
        l.account_name,
        l.starts_on,
        l.ends_on,
        l.amount,
        l.ref
    from ledger_rows as l
    inner join several_persons as s on l.account = s.account
    where l.amount <> 0
),

-- what the ledger repeats of a roster is no further money
repeated as (
    select distinct l.ref
    from ledger_credits as l
    inner join delivered as d on l.item = d.roster and l.starts_on >= d.starts_on and l.starts_on <= d.ends_on
)

select
    item,
    id_number,
    name,
    account,
    account_name,
    starts_on,
    ends_on,
    amount,
    amount as new_amount,
    ref
from roster_credits
union all
select
    l.item,
    l.id_number,
    l.name,
    l.account,
    l.account_name,
    l.starts_on,
    l.ends_on,
    l.amount,
    case when r.ref is null then l.amount else 0 end as new_amount,
    l.ref
from ledger_credits as l
left join repeated as r on l.ref = r.ref

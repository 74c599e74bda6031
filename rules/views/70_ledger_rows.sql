/*
title = "资金台账的发放记录，不晚于运行日开始。item：补贴项目写作名册编号或名册名称的，为该名册编号，否则为原文字"
materialise = false
*/
select
    coalesce(n.item, trim(l.item)) as item,
    l.id_number,
    l.name,
    l.period as starts_on,
    last_day(l.period) as ends_on,
    l.approved_amount,
    l.amount,
    l.due_on,
    l.paid_on,
    l.channel,
    l.bank,
    l.account,
    l.account_name,
    l.street,
    l.community,
    l.ref
from payment_ledger as l
cross join run as r
left join named_items as n on trim(l.item) = n.name
where l.period <= r.run_date

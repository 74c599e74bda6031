/*
title = "补贴发放不及时"
position = 800
tier = 2
items = []
reads = ["payment_ledger"]
policy = ["late_days"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：及时足额将补贴资金发放到人到户"
ask = "核对资金下达、审批、代发各环节的日期，问清是在哪一环节滞留；尚未发放的，何时发放"
mistaken_when = ["账户失效被退回后重新发放", "台账的实际发放日期未及时登记", "经批准的统一延后发放"]
population = "select distinct item, id_number from ledger_rows"
summary = "{name}{span}的{item_title}有{periods}期超过应发日期{days}日以上，涉及{amount}元；最近一期应于{due_on}发放，{outcome}，与及时发放的要求不一致，请核实。"
facts = { due_on = "whole", outcome = "whole" }
*/
select
    l.item,
    l.id_number,
    l.starts_on,
    l.ends_on,
    case when l.paid_on is null then coalesce(l.approved_amount, l.amount) else l.amount end as amount,
    l.ref as payment,
    cast(null as bigint) as register,
    k.value as days,
    l.due_on,
    case
        when l.paid_on is null then '台账至今没有发放日期'
        else
            '实际发放于' || cast(year(l.paid_on) as varchar) || '年' || cast(month(l.paid_on) as varchar) || '月'
            || cast(day(l.paid_on) as varchar) || '日'
    end as outcome
from ledger_rows as l
cross join run as r
inner join policy_late_days as k on l.starts_on >= k.from_on and l.starts_on < k.to_on
where coalesce(l.paid_on, r.run_date) > l.due_on + k.value * interval '1' day

/*
title = "资金闲置"
position = 1000
tier = 2
items = ["poverty_funds", "pairing_funds"]
policy = ["fund_used_ratio"]
amount = "period"
part = "funds"
basis = "《中央财政衔接推进乡村振兴补助资金管理办法》（财农〔2021〕19号）：加快预算执行，盘活闲置资金"
ask = "查项目进度、合同和支付凭证，问清资金停在哪里、何时使用，是否应调整或收回"
mistaken_when = ["工程未到付款节点", "质保金按合同留存", "已使用而未登记"]
population = "select distinct item, subject from fund_rows"
summary = "{item_title}（{subject}）投入{invested}元，使用{used}元，尚余{amount}元未使用且未说明原因，与资金使用进度要求不一致，请核实。"
*/
with funds as (
    select
        item,
        subject,
        starts_on,
        sum(invested) as invested,
        sum(used) as used
    from fund_rows
    group by item, subject, starts_on
    having max(unused_reason) is null
)

select
    f.item,
    cast(null as varchar) as id_number,
    f.subject,
    f.starts_on,
    r.ends_on,
    f.invested - f.used as amount,
    cast(null as bigint) as payment,
    r.ref as register,
    r.name,
    f.invested,
    f.used
from funds as f
inner join fund_rows as r on f.item = r.item and f.subject = r.subject
inner join policy_fund_used_ratio as k on f.starts_on >= k.from_on and f.starts_on < k.to_on
cross join run
where year(f.starts_on) < year(run.run_date) and f.used < k.value * f.invested

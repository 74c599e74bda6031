/*
title = "超投入使用资金"
position = 1001
tier = 1
items = ["poverty_funds", "pairing_funds"]
amount = "period"
part = "funds"
basis = "《中央财政衔接推进乡村振兴补助资金管理办法》（财农〔2021〕19号）：专款专用，按下达的资金使用"
ask = "核对资金下达文件、账目和支付凭证，超出部分从哪里来"
mistaken_when = ["上年结转的资金未登记为投入", "其他来源的配套资金混记", "单位登记有误（元、万元）"]
population = "select distinct item, subject from fund_rows"
summary = "{item_title}（{subject}）投入{invested}元，使用{used}元，多{amount}元，使用与投入不一致，请核实。"
*/
with funds as (
    select
        r.item,
        r.subject,
        r.starts_on,
        sum(r.invested) as invested,
        sum(r.used) as used
    from fund_rows as r
    group by r.item, r.subject, r.starts_on
    having sum(r.used) > sum(r.invested)
)

select
    f.item,
    cast(null as varchar) as id_number,
    f.subject,
    f.starts_on,
    r.ends_on,
    f.used - f.invested as amount,
    cast(null as bigint) as payment,
    r.ref as register,
    r.name,
    f.invested,
    f.used
from funds as f
inner join fund_rows as r on f.item = r.item and f.subject = r.subject

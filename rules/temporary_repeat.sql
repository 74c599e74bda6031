/*
title = "一年多次临时救助"
position = 1120
tier = 2
items = ["temporary_assistance"]
policy = ["temporary_limit"]
amount = "clue"
basis = "《国务院关于全面建立临时救助制度的通知》（国发〔2014〕47号）；《民政部 财政部关于进一步加强和改进临时救助工作的意见》（民发〔2018〕23号）：一事一救，一年内有次数限制"
ask = "逐次核对救助事由和审批，是否为同一事由，有没有更合适的长期救助"
mistaken_when = ["一次救助分几笔拨付", "两件不同的突发事由，经批准再次救助", "为全家申请，每次都记在一人名下"]
population = "select distinct id_number, year(starts_on) as year from judged_payments where item = 'temporary_assistance'"
summary = "{name}在{subject}年领取{item_title}{payments}次（{span}），超过一年{times}次，与临时救助的次数规定不一致，多出{amount}元，请核实。"
*/
with years as (
    select
        id_number,
        year(starts_on) as year,
        count(*) as payments
    from judged_payments
    where item = 'temporary_assistance' and amount > 0
    group by id_number, year(starts_on)
),

repeated as (
    select
        p.id_number,
        y.year,
        y.payments,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.ref,
        k.value
    from judged_payments as p
    inner join years as y on p.id_number = y.id_number and year(p.starts_on) = y.year
    inner join policy_temporary_limit as k
        on p.starts_on >= k.from_on and p.starts_on < k.to_on and y.payments > k.value
    where p.item = 'temporary_assistance'
),

excesses as (
    select
        id_number,
        year,
        sum(amount) - max(amount) as amount
    from repeated
    group by id_number, year
)

select
    'temporary_assistance' as item,
    r.id_number,
    cast(r.year as varchar) as subject,
    r.starts_on,
    r.ends_on,
    e.amount,
    r.ref as payment,
    cast(null as bigint) as register,
    r.payments,
    r.value as times
from repeated as r
inner join excesses as e on r.id_number = e.id_number and r.year = e.year

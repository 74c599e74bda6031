/*
title = "花名册与资金台账不符"
position = 809
tier = 2
items = ["*month"]
reads = ["payment_ledger"]
absence = ["payment_ledger"]
amount = "period"
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：发放台账与花名册、资金支付核对一致"
ask = "核对花名册、审批表和代发回单，差额是漏登、退回还是另行发放"
mistaken_when = ["补发或退回记在其他月份", "台账按户登记", "台账漏登或身份证号录错"]
population = "select distinct p.item, p.id_number from judged_payments as p inner join (select distinct item, starts_on from ledger_rows) as l on p.item = l.item and p.starts_on = l.starts_on"
summary = "{name}的{item_title}有{periods}个月花名册金额与资金台账不一致（{span}），相差{amount}元；最近一月花名册{roster_amount}元，台账{ledger_amount}，请核实。"
*/
with ledger_months as (
    select distinct
        item,
        starts_on
    from ledger_rows
),

-- both sides in one: grouping them together is cheaper than joining their sums
amounts as (
    select
        p.item,
        p.id_number,
        p.starts_on,
        p.amount as roster_amount,
        cast(null as decimal(14, 2)) as ledger_amount
    from judged_payments as p
    inner join items as i on p.item = i.item
    semi join ledger_months as m on p.item = m.item and p.starts_on = m.starts_on
    where i.period = 'month'
    union all
    select
        item,
        id_number,
        starts_on,
        cast(null as decimal(14, 2)) as roster_amount,
        amount as ledger_amount
    from ledger_rows
),

differences as (
    select
        a.item,
        a.id_number,
        a.starts_on,
        sum(a.roster_amount) as roster_amount,
        sum(a.ledger_amount) as ledger_amount
    from amounts as a
    group by a.item, a.id_number, a.starts_on
    having sum(a.roster_amount) is not null and sum(a.roster_amount) is distinct from sum(a.ledger_amount)
),

shown as (
    select
        item,
        id_number,
        starts_on,
        abs(roster_amount - coalesce(ledger_amount, 0)) as amount,
        roster_amount,
        coalesce(cast(ledger_amount as varchar) || '元', '没有记录') as ledger_amount
    from differences
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    s.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    s.roster_amount,
    s.ledger_amount
from shown as s
inner join judged_payments as p
    on s.item = p.item and s.id_number = p.id_number and s.starts_on = p.starts_on
union all
select
    l.item,
    l.id_number,
    l.starts_on,
    l.ends_on,
    s.amount,
    cast(null as bigint) as payment,
    l.ref as register,
    s.roster_amount,
    s.ledger_amount
from shown as s
inner join ledger_rows as l
    on s.item = l.item and s.id_number = l.id_number and s.starts_on = l.starts_on

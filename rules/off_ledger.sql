/*
title = "花名册与资金台账不符"
position = 809
tier = 2
items = ["rural_dibao", "urban_dibao", "tekun", "disability_living", "disability_nursing", "elderly_allowance"]
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

roster_sums as (
    select
        p.item,
        p.id_number,
        p.starts_on,
        sum(p.amount) as amount
    from judged_payments as p
    inner join items as i on p.item = i.item
    inner join ledger_months as m on p.item = m.item and p.starts_on = m.starts_on
    where i.period = 'month'
    group by p.item, p.id_number, p.starts_on
),

ledger_sums as (
    select
        item,
        id_number,
        starts_on,
        sum(amount) as amount
    from ledger_rows
    group by item, id_number, starts_on
),

differences as (
    select
        r.item,
        r.id_number,
        r.starts_on,
        r.amount as roster_amount,
        l.amount as ledger_amount
    from roster_sums as r
    left join ledger_sums as l
        on r.item = l.item and r.id_number = l.id_number and r.starts_on = l.starts_on
    where l.amount is null or l.amount <> r.amount
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    abs(d.roster_amount - coalesce(d.ledger_amount, 0)) as amount,
    p.ref as payment,
    l.ref as register,
    d.roster_amount,
    coalesce(cast(d.ledger_amount as varchar) || '元', '没有记录') as ledger_amount
from differences as d
inner join judged_payments as p
    on d.item = p.item and d.id_number = p.id_number and d.starts_on = p.starts_on
left join ledger_rows as l
    on d.item = l.item and d.id_number = l.id_number and d.starts_on = l.starts_on

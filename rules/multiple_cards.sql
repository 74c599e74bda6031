/*
title = "一人多卡"
position = 807
tier = 3
items = ["*"]
reads = ["one_card_accounts"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：“一人一卡”，清理多余账户"
ask = "问清各张卡在谁手里、哪一张领补贴，多余的卡是否为本人开立"
mistaken_when = ["旧卡已停用，尚未办理销户", "不同部门各发一张，正在归并", "名册有错号"]
population = "select distinct id_number from one_card_accounts where status = '正常'"
summary = "{name}在一卡通账户名册中有{cards}个状态正常的账户（{card_account}），最近一个开立于{last}，并领取{item_title}，与一人一卡的要求不一致，请核实。"
*/
with owners as (
    select
        id_number,
        count(distinct account) as cards,
        max(opened_on) as opened_on
    from one_card_accounts
    where status = '正常'
    group by id_number
    having count(distinct account) >= 2
),

payment_counts as (
    select
        p.id_number,
        p.item,
        count(*) as payments
    from judged_payments as p
    inner join owners as o on p.id_number = o.id_number
    group by p.id_number, p.item
),

main_items as (
    select
        id_number,
        item,
        row_number() over (partition by id_number order by payments desc, item asc) as place
    from payment_counts
),

-- the day of the register, for accounts of which no opening day is known
newest as (
    select max(starts_on) as as_at
    from delivered
    where roster = 'one_card_accounts'
)

select
    i.item,
    o.id_number,
    coalesce(o.opened_on, n.as_at) as starts_on,
    coalesce(o.opened_on, n.as_at) as ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    a.ref as register,
    o.cards,
    a.account as card_account
from owners as o
inner join main_items as i on o.id_number = i.id_number and i.place = 1
inner join one_card_accounts as a on o.id_number = a.id_number and a.status = '正常'
cross join newest as n

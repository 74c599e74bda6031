/*
title = "账户不在一卡通名册"
position = 806
tier = 3
items = []
reads = ["payment_ledger", "one_card_accounts"]
subject = "account"
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：规范“一卡通”账户管理，逐人核对账户"
ask = "核对发放账户的开户人和开户时间，一卡通名册是否漏登"
mistaken_when = ["换卡后名册未更新", "台账的账号录错", "在外地开立的社会保障卡"]
population = "select distinct item, id_number from ledger_rows where channel = '一卡通' and account is not null"
summary = "{name}{span}的{item_title}有{periods}期通过一卡通发入账户{subject}，共{amount}元，与本人在一卡通账户名册中的账户不一致，请核实。"
*/
select
    l.item,
    l.id_number,
    l.account as subject,
    l.starts_on,
    l.ends_on,
    l.amount,
    l.ref as payment,
    cast(null as bigint) as register
from ledger_rows as l
left join one_card_accounts as o on l.id_number = o.id_number and l.account = o.account
where l.channel = '一卡通' and l.account is not null and o.ref is null

/*
title = "未足额发放"
position = 801
tier = 1
items = []
reads = ["payment_ledger"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：及时足额将补贴资金发放到人到户"
ask = "核对核定金额、代发回单和到账金额，差额去了哪里、是否补发"
mistaken_when = ["差额在以后月份补发", "依规抵扣以前多发的金额", "核定金额登记有误"]
population = "select distinct item, id_number from ledger_rows where paid_on is not null and approved_amount is not null"
summary = "{name}{span}的{item_title}有{periods}期发放金额少于核定金额，共少{amount}元；最近一期核定{approved_amount}元、发放{paid_amount}元，与足额发放的要求不一致，请核实。"
*/
select
    item,
    id_number,
    starts_on,
    ends_on,
    approved_amount - amount as amount,
    ref as payment,
    cast(null as bigint) as register,
    approved_amount,
    amount as paid_amount
from ledger_rows
where paid_on is not null and amount < approved_amount

/*
title = "超核定金额发放"
position = 802
tier = 1
items = []
reads = ["payment_ledger"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：按审核确定的对象和标准发放"
ask = "核对审批材料、核定金额和代发回单，多发部分是否有依据、是否已收回"
mistaken_when = ["补发以前月份的差额", "年中提标后一并补发", "核定金额登记有误"]
population = "select distinct item, id_number from ledger_rows where approved_amount is not null"
summary = "{name}{span}的{item_title}有{periods}期发放金额多于核定金额，共多{amount}元；最近一期核定{approved_amount}元、发放{paid_amount}元，与核定金额不一致，请核实。"
*/
select
    item,
    id_number,
    starts_on,
    ends_on,
    amount - approved_amount as amount,
    ref as payment,
    cast(null as bigint) as register,
    approved_amount,
    amount as paid_amount
from ledger_rows
where amount > approved_amount

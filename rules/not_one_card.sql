/*
title = "未通过一卡通发放"
position = 803
tier = 1
items = []
reads = ["payment_ledger", "policy_list"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：直接补贴到人到户的资金原则上通过“一卡通”发放"
ask = "核对发放凭证，为何没有通过一卡通，由谁领取、是否本人签字"
mistaken_when = ["本人卡片挂失或失效期间", "特殊困难群众经批准以现金发放", "台账的发放方式填错"]
population = "select distinct l.item, l.id_number from ledger_rows as l inner join policy_items as p on l.item = p.item where p.via_one_card = '是' and l.channel is not null"
summary = "{name}{span}的{item_title}有{periods}期以{channel}方式发放，共{amount}元，与政策清单规定的一卡通发放不一致，请核实。"
facts = { channel = "whole" }
*/
select
    l.item,
    l.id_number,
    l.starts_on,
    l.ends_on,
    l.amount,
    l.ref as payment,
    p.ref as register,
    l.channel
from ledger_rows as l
inner join policy_items as p on l.item = p.item
where p.via_one_card = '是' and l.channel <> '一卡通'

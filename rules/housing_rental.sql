/*
title = "同时承租公租房和领取租赁补贴"
position = 1140
tier = 1
items = ["housing_subsidy"]
reads = ["public_rental"]
basis = "《公共租赁住房管理办法》（住房和城乡建设部令第11号）；《住房城乡建设部 财政部关于做好城镇住房保障家庭租赁补贴工作的指导意见》（建保〔2016〕281号）：实物配租和租赁补贴只享受一种"
ask = "核对公租房合同和退房手续，现在住在哪里，补贴应从哪个月停发"
mistaken_when = ["已退房，退租手续或登记滞后", "当月腾退、当月起领补贴", "身份证号登记有误"]
population = "select distinct id_number from judged_payments where item = 'housing_subsidy'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间又自{rented_on}起承租公租房，与只享受一种保障方式不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    r.ref as register,
    r.from_on as rented_on
from judged_payments as p
inner join public_rental as r
    on p.id_number = r.id_number and r.from_on <= p.ends_on and (r.to_on is null or r.to_on >= p.starts_on)
where p.item = 'housing_subsidy'

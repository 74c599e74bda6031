/*
title = "服刑期间享受"
position = 110
tier = 1
items = ["urban_dibao", "rural_dibao", "tekun", "disability_living", "disability_nursing", "elderly_allowance", "orphan_allowance", "veterans_allowance", "housing_subsidy", "public_post"]
reads = ["prisoners"]
policy = ["prisoner_items"]
basis = "《特困人员认定办法》（民发〔2021〕43号）、《最低生活保障审核确认办法》（民发〔2021〕57号）关于服刑期间停发的规定"
ask = "核对入监和释放日期，服刑期间款项由谁领取"
mistaken_when = ["假释、保外就医或监外执行", "刑期与释放日期登记有误"]
population = "select distinct p.item, p.id_number from judged_payments as p inner join policy_prisoner_items as k on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on"
summary = "{name}自{imprisoned_on}起服刑（{facility}），与{span}仍有{item_title}发放记录不一致，共{periods}期、{amount}元"
facts = { facility = "if_common" }
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    s.ref as register,
    s.from_on as imprisoned_on,
    s.to_on as released_on,
    s.facility
from judged_payments as p
inner join policy_prisoner_items as k
    on p.item = k.value and p.starts_on >= k.from_on and p.starts_on < k.to_on
inner join prisoners as s on p.id_number = s.id_number
where s.from_on < p.starts_on and (s.to_on is null or s.to_on > p.ends_on)

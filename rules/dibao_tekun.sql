/*
title = "同时享受低保和特困"
position = 210
tier = 1
items = ["urban_dibao", "rural_dibao"]
reads = ["tekun"]
basis = "《特困人员认定办法》（民发〔2021〕43号）第十条、《最低生活保障审核确认办法》（民发〔2021〕57号）：纳入特困供养的不再适用最低生活保障"
ask = "核对两项的审批和停发时间，确认应保留哪一项"
mistaken_when = ["同月转档，先停后进", "低保按户发放，户内特困人员未及时减员"]
population = "select distinct item, id_number from judged_payments where item in ('urban_dibao', 'rural_dibao')"
summary = "{name}在{span}有{item_title}发放记录，与同期在特困人员救助供养花名册内不一致，共{periods}期、{amount}元"
*/
select
    p.item,
    p.id_number,
    'tekun' as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    o.ref as register
from judged_payments as p
inner join payments as o on p.id_number = o.id_number and p.starts_on = o.starts_on
where p.item in ('urban_dibao', 'rural_dibao') and o.item = 'tekun'

/*
title = "特困人员重复享受残疾人两项补贴"
position = 230
tier = 1
items = ["disability_living", "disability_nursing"]
reads = ["tekun"]
basis = "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》（国发〔2015〕52号）：已纳入特困供养的不再享受"
ask = "核对两项的审批和停发时间，是否已按就高原则处理"
mistaken_when = ["同月转档，先停后进", "当地规定分散供养人员可领护理补贴"]
population = "select distinct item, id_number from judged_payments where item in ('disability_living', 'disability_nursing')"
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
where p.item in ('disability_living', 'disability_nursing') and o.item = 'tekun'

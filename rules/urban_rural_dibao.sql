/*
title = "同时享受城市和农村低保"
position = 220
tier = 1
items = ["rural_dibao"]
reads = ["urban_dibao"]
basis = "《最低生活保障审核确认办法》（民发〔2021〕57号）：同一家庭只在一地申请最低生活保障"
ask = "核对户籍和居住地，确认应由城市还是农村低保保障"
mistaken_when = ["农转非当月两边名册交接", "身份证号录错"]
population = "select distinct item, id_number from judged_payments where item in ('rural_dibao')"
summary = "{name}在{span}有{item_title}发放记录，与同期在城市低保花名册内不一致，共{periods}期、{amount}元"
*/
select
    p.item,
    p.id_number,
    'urban_dibao' as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    o.ref as register
from judged_payments as p
inner join payments as o on p.id_number = o.id_number and p.starts_on = o.starts_on
where p.item in ('rural_dibao') and o.item = 'urban_dibao'

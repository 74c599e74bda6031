/*
title = "死亡后仍享受"
position = 100
tier = 1
items = ["*"]
reads = ["deaths"]
basis = "《最低生活保障审核确认办法》（民发〔2021〕57号）第三十一条、《特困人员认定办法》（民发〔2021〕43号）等关于死亡后终止救助的规定"
ask = "核对死亡时间和停发时间，款项由谁领取、是否退回"
mistaken_when = ["死亡登记有误或为同号的另一人", "死亡当月补发以前月份的款项", "已停发但花名册未及时更新"]
population = "select distinct item, id_number from judged_payments"
summary = "{name}的死亡日期为{died_on}（来源：{source}），与{span}仍有{item_title}发放记录不一致，共{periods}期、{amount}元"
facts = { source = "whole" }
*/
with first_deaths as (
    select
        id_number,
        min(died_on) as died_on,
        count(distinct source) as sources,
        max(case when source = '公安' then 1 else 0 end) as by_police
    from deaths
    group by id_number
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    case when f.sources >= 2 or f.by_police = 1 then 1 else 2 end as tier,
    p.ref as payment,
    d.ref as register,
    f.died_on,
    d.source
from judged_payments as p
inner join deaths as d on p.id_number = d.id_number
inner join first_deaths as f on d.id_number = f.id_number
-- a month begins after the month of the day, and a year after its year, exactly when it begins after the day
where p.starts_on > f.died_on

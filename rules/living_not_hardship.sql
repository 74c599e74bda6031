/*
title    = "非低保对象领取困难残疾人生活补贴"
position = 405
tier     = 2
items    = ["disability_living"]
reads    = []
optional = ["urban_dibao", "rural_dibao", "tekun"]
absence  = ["urban_dibao", "rural_dibao", "tekun"]
basis    = "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》（国发〔2015〕52号）：困难残疾人生活补贴对象为低保家庭中的残疾人"
ask      = "核对当月低保在册情况和生活补贴审批时间，问清停保后是否及时停发"
mistaken_when = [
    "低保边缘等家庭按本地政策已纳入生活补贴",
    "低保在外区发放，未在本区花名册",
    "当月停保，按规定次月停发",
]
population = "select distinct item, id_number from judged_payments where item = 'disability_living'"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间不在城市低保、农村低保花名册，与困难残疾人生活补贴的对象条件不一致，请核实。"
*/
-- a month is judged only when all three rosters were delivered for it
with months as (
    select starts_on
    from delivered
    where roster in ('urban_dibao', 'rural_dibao', 'tekun')
    group by starts_on
    having count(distinct roster) = 3
)

select
    payment.item, payment.id_number,
    payment.starts_on, payment.ends_on, payment.amount,
    payment.ref as payment, cast(null as bigint) as register
from judged_payments as payment
inner join months on months.starts_on = payment.starts_on
where payment.item = 'disability_living'
    and not exists (
        select 1
        from payments as hardship
        where hardship.item in ('urban_dibao', 'rural_dibao', 'tekun')
            and hardship.id_number = payment.id_number and hardship.starts_on = payment.starts_on
    )

/*
title = "资助参保对象已参加职工医保"
position = 1112
tier = 1
items = ["insurance_subsidy"]
reads = ["insured"]
basis = "《国家医保局 财政部 税务总局关于加强和改进基本医疗保险参保工作的指导意见》（医保发〔2020〕33号）：不得重复参保、不得重复享受财政补助"
ask = "核对职工医保的参保单位和起止月份，居民医保是否已退保，资助款是否退回"
mistaken_when = ["年内就业以前已资助参保", "单位已停保但未及时办理减员", "身份证号录错"]
population = "select distinct id_number, starts_on from judged_payments where item = 'insurance_subsidy'"
summary = "{name}自{from_month}起参加职工医保，资助年度内共{months}个月，与{span}{item_title}不一致，共{amount}元，请核实。"
*/
with months as (
    select m.month
    from (
        values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)
    ) as m (month)
),

covered as (
    select
        p.id_number,
        p.starts_on,
        count(distinct m.month) as months
    from judged_payments as p
    inner join insured as e on p.id_number = e.id_number and e.kind = '职工'
    cross join months as m
    where
        p.item = 'insurance_subsidy'
        and e.from_month <= make_date(year(p.starts_on), m.month, 1)
        and (e.to_month is null or e.to_month >= make_date(year(p.starts_on), m.month, 1))
    group by p.id_number, p.starts_on
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    case when c.months >= 6 then 1 else 2 end as tier,
    p.ref as payment,
    e.ref as register,
    c.months,
    e.from_month
from judged_payments as p
inner join covered as c on p.id_number = c.id_number and p.starts_on = c.starts_on
inner join insured as e
    on p.id_number = e.id_number and e.kind = '职工'
    and e.from_month <= p.ends_on and (e.to_month is null or e.to_month >= p.starts_on)
where p.item = 'insurance_subsidy'

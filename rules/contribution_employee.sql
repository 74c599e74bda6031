/*
title = "代缴对象参加职工养老保险"
position = 500
tier = 1
items = ["pension_contribution"]
reads = ["employee_pension"]
basis = "《城乡养老保险制度衔接暂行办法》（人社部发〔2014〕17号）：同一时段不重复参保缴费；市困难群体代缴城乡居保费办法"
ask = "核对职工养老保险的参保单位和起止月份，当年是否仍应由政府代缴"
mistaken_when = ["年内入职前已代缴", "单位已停保但未及时办理减员", "身份证号录错"]
population = "select distinct id_number, starts_on from judged_payments where item = 'pension_contribution'"
summary = "{name}自{from_month}起参加职工养老保险（{employer}），代缴年度内共{months}个月，与{span}{item_title}不一致，共{amount}元，请核实。"
facts = { employer = "if_common" }
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
    inner join employee_pension as e on p.id_number = e.id_number
    cross join months as m
    where
        p.item = 'pension_contribution'
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
    e.employer,
    e.from_month
from judged_payments as p
inner join covered as c on p.id_number = c.id_number and p.starts_on = c.starts_on
inner join employee_pension as e
    on p.id_number = e.id_number and e.from_month <= p.ends_on and (e.to_month is null or e.to_month >= p.starts_on)
where p.item = 'pension_contribution'

/*
title    = "应享未享代缴"
position = 903
tier     = 3
items    = ["pension_contribution"]
reads    = ["population", "employee_pension", "pension_benefits", "deaths"]
optional = ["urban_dibao", "rural_dibao", "tekun"]
part     = "entitlement"
basis    = "《国务院关于建立统一的城乡居民基本养老保险制度的意见》（国发〔2014〕8号）；《人力资源社会保障部 财政部 国务院扶贫办关于切实做好社会保险扶贫工作的意见》（人社部发〔2017〕59号）"
ask      = "了解本人是否参保、是否自行缴费、是否在校就读，符合条件的协助办理代缴"
mistaken_when = [
    "在校学生，按规定不参加城乡居民养老保险",
    "在外地参加职工养老保险",
    "本人当年已自行缴费",
]
population = "select distinct id_number from payments where item in ('urban_dibao', 'rural_dibao', 'tekun')"
summary  = "{name}在{span}享受{relief}，户籍正常，没有职工养老保险参保和养老金领取记录，但不在当年{item_title}花名册，与应享条件不一致，可能漏办代缴，请了解情况并协助办理。"
facts    = { relief = "whole" }
*/
with latest as (
    select
        starts_on,
        ends_on
    from latest_periods
    where item = 'pension_contribution'
),

relief as (
    select payment.id_number, items.title, payment.ref, latest.starts_on, latest.ends_on
    from payments as payment
    inner join latest on payment.starts_on >= latest.starts_on and payment.starts_on <= latest.ends_on
    inner join items on items.item = payment.item
    where payment.item in ('urban_dibao', 'rural_dibao', 'tekun')
),

-- ages of 16 at the end and under 60 at the beginning of the year: 1 January completes every birthday of that day
entitled as (
    select relief.id_number, relief.starts_on, relief.ends_on, relief.title, relief.ref, member.ref as member_ref
    from relief
    inner join register_members as member on member.id_number = relief.id_number
    where year(relief.ends_on) - year(member.born_on) >= 16
        and year(relief.starts_on) - year(member.born_on)
        - case when month(member.born_on) = 1 and day(member.born_on) = 1 then 0 else 1 end < 60
        and not exists (
            select 1 from deaths as death
            where death.id_number = relief.id_number
        )
        and not exists (
            select 1
            from payments as payment
            where payment.item = 'pension_contribution'
                and payment.id_number = relief.id_number and payment.starts_on = relief.starts_on
        )
        and not exists (
            select 1
            from employee_pension as job
            where job.id_number = relief.id_number and job.from_month <= relief.ends_on
                and coalesce(job.to_month, date '9999-12-31') >= relief.starts_on
        )
        and not exists (
            select 1
            from pension_benefits as pension
            where pension.id_number = relief.id_number and pension.from_month <= relief.ends_on
                and coalesce(pension.to_month, date '9999-12-31') >= relief.starts_on
        )
),

matches as (
    select id_number, starts_on, ends_on, title, ref from entitled
    union all
    select id_number, starts_on, ends_on, title, member_ref as ref from entitled
)

select distinct
    'pension_contribution' as item,
    id_number,
    starts_on,
    ends_on,
    cast(0 as decimal(14, 2)) as amount,
    cast(null as bigint) as payment,
    ref as register,
    title as relief
from matches

/*
title = "公益性岗位人员另有工作"
position = 1172
tier = 2
items = ["public_post"]
reads = ["public_employees", "employee_pension"]
basis = "《人力资源社会保障部 财政部关于做好公益性岗位开发管理有关工作的通知》（人社部发〔2019〕124号）：安置对象为就业困难人员，已在其他单位就业的应退出岗位"
ask = "到岗位看本人是否在岗、考勤是否本人，问清另一份工作的起止时间"
mistaken_when = ["由劳务派遣公司或集团内其他单位代缴社保", "单位名称写法不同，实为同一单位", "前一单位停保手续滞后"]
population = "select distinct id_number from judged_payments where item = 'public_post'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间另在{employer}{engagement}，与公益性岗位安置就业困难人员不一致，请核实。"
facts = { employer = "if_common", engagement = "whole" }
*/
with post_months as (
    select
        p.id_number,
        p.starts_on,
        p.ends_on,
        o.employer
    from judged_payments as p
    inner join public_post as o on p.ref = o.ref
    where p.item = 'public_post'
),

engagements as (
    select
        m.id_number,
        m.starts_on,
        j.employer,
        '在职' as engagement,
        j.ref
    from post_months as m
    inner join posts as j
        on m.id_number = j.id_number and j.covers_from <= m.ends_on and j.covers_to >= m.starts_on
    union
    select
        m.id_number,
        m.starts_on,
        e.employer,
        '参加职工养老保险' as engagement,
        e.ref
    from post_months as m
    inner join employee_pension as e
        on m.id_number = e.id_number and m.employer <> e.employer
        and e.from_month <= m.ends_on and (e.to_month is null or e.to_month >= m.starts_on)
)

select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    e.ref as register,
    e.employer,
    e.engagement
from engagements as e
inner join judged_payments as p
    on p.item = 'public_post' and e.id_number = p.id_number and e.starts_on = p.starts_on

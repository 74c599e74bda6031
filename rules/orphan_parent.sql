/*
title = "孤儿有在世父母"
position = 1124
tier = 2
subject = "id_number"
items = ["orphan_allowance"]
reads = ["parents", "population", "deaths"]
basis = "《国务院办公厅关于加强孤儿保障工作的意见》（国办发〔2010〕54号）：孤儿是失去父母、查找不到生父母的未成年人；《关于进一步加强事实无人抚养儿童保障工作的意见》（民发〔2019〕62号）"
ask = "核对父母的死亡、失踪或查找不到的证明，问清孩子现由谁抚养，是否应转为事实无人抚养儿童"
mistaken_when = ["父母已由法院宣告失踪，户籍没有注销", "监护权已依法转移或孩子已被收养", "父母在境外死亡，信息未到", "儿童类别填错，属于事实无人抚养儿童"]
population = "select distinct p.id_number, p.starts_on from judged_payments as p inner join orphan_allowance as o on p.ref = o.ref where p.item = 'orphan_allowance' and o.child_category = '孤儿'"
summary = "{name}{span}按孤儿领取{item_title}{periods}个月，共{amount}元，亲子关系登记的{relation}{parent_name}户籍正常、没有死亡信息，与孤儿身份不一致，请核实。"
facts = { relation = "whole" }
*/
with orphan_months as (
    select distinct
        p.id_number,
        p.starts_on,
        p.ends_on
    from judged_payments as p
    inner join orphan_allowance as o on p.ref = o.ref
    where p.item = 'orphan_allowance' and o.child_category = '孤儿'
),

living as (
    select
        o.id_number,
        o.starts_on,
        k.parent_id,
        m.name as parent_name,
        coalesce(k.relation, '父母') as relation,
        k.ref as kinship_ref,
        m.ref as member_ref
    from orphan_months as o
    inner join parents as k on o.id_number = k.id_number
    inner join register_members as m on k.parent_id = m.id_number
    where not exists (
            select 1
            from deaths as d
            where d.id_number = k.parent_id and d.died_on <= o.ends_on
        )
),

subjects as (
    select
        id_number,
        starts_on,
        min(parent_id) as parent_id
    from living
    group by id_number, starts_on
),

matches as (
    select id_number, starts_on, parent_id, parent_name, relation, kinship_ref as ref from living
    union all
    select id_number, starts_on, parent_id, parent_name, relation, member_ref as ref from living
)

select
    p.item,
    p.id_number,
    s.parent_id as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    m.ref as register,
    m.parent_name,
    m.relation
from subjects as s
inner join matches as m on s.id_number = m.id_number and s.starts_on = m.starts_on and s.parent_id = m.parent_id
inner join judged_payments as p
    on p.item = 'orphan_allowance' and s.id_number = p.id_number and s.starts_on = p.starts_on

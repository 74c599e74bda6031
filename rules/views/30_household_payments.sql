/*
title = "低保家庭的发放记录：同一低保项目、户主、月份为一个家庭；家庭当月有金额大于零的记录，且不晚于运行日开始"
*/
with dibao_rows as (
    select
        p.item,
        p.household_head_id,
        p.starts_on,
        p.ends_on,
        p.id_number,
        p.name,
        p.amount,
        p.ref
    from payments as p
    cross join run as r
    where p.item in ('urban_dibao', 'rural_dibao') and p.starts_on <= r.run_date
),

judged as (
    select
        item,
        household_head_id,
        starts_on
    from dibao_rows
    group by item, household_head_id, starts_on
    having max(amount) > 0
)

select
    d.item,
    d.household_head_id,
    d.starts_on,
    d.ends_on,
    d.id_number,
    d.name,
    d.amount,
    d.ref
from dibao_rows as d
inner join judged as j on d.item = j.item and d.household_head_id = j.household_head_id and d.starts_on = j.starts_on

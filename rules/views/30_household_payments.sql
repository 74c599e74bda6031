/*
title = "低保家庭的发放记录：同一低保项目、户主、月份为一个家庭；家庭当月有金额大于零的记录，且不晚于运行日开始"
materialise = false
*/
with unpaid as (
    select item, household_head_id, starts_on, ends_on, id_number, name, amount, ref
    from dibao_rows
    where amount <= 0
),

-- households of which only some rows are paid: few, so that the many are read without grouping
partly_paid as (
    select distinct d.item, d.household_head_id, d.starts_on
    from dibao_rows as d
    inner join unpaid as u
        on d.item = u.item and d.household_head_id = u.household_head_id and d.starts_on = u.starts_on
    where d.amount > 0
)

select item, household_head_id, starts_on, ends_on, id_number, name, amount, ref
from dibao_rows
where amount > 0
union all
select u.item, u.household_head_id, u.starts_on, u.ends_on, u.id_number, u.name, u.amount, u.ref
from unpaid as u
inner join partly_paid as h
    on u.item = h.item and u.household_head_id = h.household_head_id and u.starts_on = h.starts_on

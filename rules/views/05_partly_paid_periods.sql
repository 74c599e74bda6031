/*
title = "同一项目、人员、所属期内既有金额大于零、又有零或负数记录的所属期"
*/
with unpaid as (
    select distinct item, id_number, starts_on, ends_on
    from benefit_rows
    where amount <= 0
)

select distinct b.item, b.id_number, b.starts_on, b.ends_on
from benefit_rows as b
inner join unpaid as u
    on b.item = u.item and b.id_number = u.id_number and b.starts_on = u.starts_on and b.ends_on = u.ends_on
where b.amount > 0

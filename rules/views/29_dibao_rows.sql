/*
title = "城乡低保的发放记录，不晚于运行日开始"
materialise = false
*/
select p.item, p.household_head_id, p.starts_on, p.ends_on, p.id_number, p.name, p.amount, p.ref
from payments as p
cross join run as r
where p.item in ('urban_dibao', 'rural_dibao') and p.starts_on <= r.run_date

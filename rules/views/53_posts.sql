/*
title = "在职的财政供养人员：在职期 covers_from 至 covers_to"
materialise = false
*/
select
    id_number,
    name,
    employer,
    category,
    coalesce(from_on, date '1900-01-01') as covers_from,
    coalesce(to_on, date '9999-12-31') as covers_to,
    ref
from public_employees
where status = '在职'

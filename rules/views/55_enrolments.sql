/*
title = "学籍：在籍期 covers_from 至 covers_to"
materialise = false
*/
select
    id_number,
    name,
    student_number,
    school,
    stage,
    grade,
    coalesce(from_on, date '1900-01-01') as covers_from,
    coalesce(to_on, date '9999-12-31') as covers_to,
    ref
from students
where status = '在籍' or status is null or to_on is not null

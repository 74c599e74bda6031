/*
title = "有效的残疾人证：有效期 covers_from 至 covers_to"
materialise = false
*/
select
    id_number,
    name,
    certificate_number,
    disability_category,
    disability_grade,
    coalesce(issued_on, date '1900-01-01') as covers_from,
    coalesce(expires_on, date '9999-12-31') as covers_to,
    ref
from disability_certificates
where status = '有效' or status is null

/*
title = "名下不动产：持有期 covers_from 至 covers_to"
materialise = false
*/
select
    id_number,
    name,
    unit_number,
    address,
    area_m2,
    use,
    coalesce(registered_on, date '1900-01-01') as covers_from,
    coalesce(cancelled_on, date '9999-12-31') as covers_to,
    ref
from real_estate
where status = '现势' or status is null or cancelled_on is not null

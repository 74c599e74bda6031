/*
title = "名下机动车：持有期 covers_from 至 covers_to，与所属期有一天重叠即为持有"
materialise = false
*/
select
    id_number,
    name,
    plate,
    vin,
    vehicle_type,
    coalesce(owned_from, registered_on, date '1900-01-01') as covers_from,
    coalesce(owned_to, date '9999-12-31') as covers_to,
    ref
from vehicles
where status = '正常' or status is null or owned_to is not null

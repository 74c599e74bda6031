/*
title = "经办的市场主体：存续期 covers_from 至 covers_to"
materialise = false
*/
select
    id_number,
    name,
    credit_code,
    business_name,
    business_type,
    capital_wan,
    coalesce(established_on, date '1900-01-01') as covers_from,
    coalesce(closed_on, date '9999-12-31') as covers_to,
    ref
from businesses
where status = '存续' or status is null or closed_on is not null

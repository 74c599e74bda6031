/*
title = "低保家庭成员：每行一个家庭一个月的一名成员"
*/
select distinct
    item,
    household_head_id,
    starts_on,
    ends_on,
    id_number
from household_payments

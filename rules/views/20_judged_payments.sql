/*
title = "可比对的发放记录：所属期有金额大于零的记录，且不晚于运行日开始。age_at_start、age_at_end：所属期首日、末日的周岁，按身份证号，生日当天满周岁（2月29日出生的平年为3月1日）"
materialise = ["item", "id_number", "starts_on", "ends_on", "amount", "age_at_start", "age_at_end", "ref"]
*/
with born as (
    select
        p.item,
        p.id_number,
        p.name,
        p.starts_on,
        p.ends_on,
        p.amount,
        p.street,
        p.community,
        p.bank,
        p.account,
        p.account_name,
        p.channel,
        p.paid_on,
        p.household_head_id,
        p.guardian_name,
        p.name_known,
        p.account_name_known,
        p.guardian_name_known,
        p.ref,
        try_cast(
            substr(p.id_number, 7, 4) || '-' || substr(p.id_number, 11, 2) || '-' || substr(p.id_number, 13, 2) as date
        ) as born_on
    from payments as p
    cross join run as r
    where p.payable and p.starts_on <= r.run_date
)

select
    item,
    id_number,
    name,
    starts_on,
    ends_on,
    amount,
    street,
    community,
    bank,
    account,
    account_name,
    channel,
    paid_on,
    household_head_id,
    guardian_name,
    name_known,
    account_name_known,
    guardian_name_known,
    ref,
    born_on,
    year(starts_on) - year(born_on) - case
        when month(starts_on) * 100 + day(starts_on) < month(born_on) * 100 + day(born_on) then 1 else 0
    end as age_at_start,
    year(ends_on) - year(born_on) - case
        when month(ends_on) * 100 + day(ends_on) < month(born_on) * 100 + day(born_on) then 1 else 0
    end as age_at_end
from born

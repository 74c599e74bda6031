/*
title = "各项目发放记录：每行一次发放。payable：同一项目、人员、所属期内有金额大于零的记录；name_known 等：姓名是否可以比对（打星号、缺字或一格几人的，视为与任何姓名相同）"
materialise = false
*/
select
    b.item,
    b.id_number,
    b.name,
    b.starts_on,
    b.ends_on,
    b.amount,
    b.street,
    b.community,
    b.bank,
    b.account,
    b.account_name,
    b.channel,
    b.paid_on,
    b.household_head_id,
    b.guardian_name,
    b.name_known,
    b.account_name_known,
    b.guardian_name_known,
    b.ref,
    b.amount > 0 or r.item is not null as payable
from benefit_rows as b
left join partly_paid_periods as r
    on b.item = r.item and b.id_number = r.id_number and b.starts_on = r.starts_on and b.ends_on = r.ends_on

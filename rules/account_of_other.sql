/*
title = "账户户名与享受人不符"
position = 805
tier = 2
items = ["*"]
reads = ["population"]
subject = "account"
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：补贴资金发放到本人账户"
ask = "核对户名与享受人的关系、代领手续，钱由谁取用、本人是否知情"
mistaken_when = ["委托不同户籍的亲属代领并办了手续", "监护人、供养机构代管", "户名有错别字或用了曾用名"]
population = "select distinct item, id_number from judged_payments where account_name is not null"
summary = "{name}{span}领取{item_title}{periods}期，共{amount}元，账户{subject}的户名为{account_name}，与本人、户籍家庭成员、监护人和户主的姓名都不一致，请核实。"
*/
-- a name that cannot be compared equals every name
with strangers as (
    select item, id_number, starts_on, ends_on, amount, account, account_name, household_head_id, ref
    from judged_payments
    where
        account_name_known and name_known and account_name <> name
        and (guardian_name is null or (guardian_name_known and guardian_name <> account_name))
),

founded as (
    select s.ref
    from strangers as s
    inner join register_members as person on s.id_number = person.id_number
    inner join register_members as kin
        on person.household_number = kin.household_number and (s.account_name = kin.name or not kin.name_known)
    union all
    select s.ref
    from strangers as s
    inner join payments as head
        on s.household_head_id = head.id_number and (s.account_name = head.name or not head.name_known)
    union all
    select s.ref
    from strangers as s
    inner join population as head
        on s.household_head_id = head.id_number and (s.account_name = head.name or not head.name_known)
    union all
    select s.ref
    from strangers as s
    inner join urban_dibao as d
        on s.ref = d.ref and (s.account_name = d.household_head_name or not d.household_head_name_known)
    union all
    select s.ref
    from strangers as s
    inner join rural_dibao as d
        on s.ref = d.ref and (s.account_name = d.household_head_name or not d.household_head_name_known)
)

select
    s.item,
    s.id_number,
    s.account as subject,
    s.starts_on,
    s.ends_on,
    s.amount,
    s.ref as payment,
    cast(null as bigint) as register,
    s.account_name
from strangers as s
left join founded as f on s.ref = f.ref
where f.ref is null

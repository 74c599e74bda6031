/*
title = "多人共用一个账户"
position = 804
tier = 2
items = ["*"]
reads = ["payment_ledger", "population"]
policy = ["shared_account_persons"]
subject = "account"
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：“一人一卡”，防止冒领代领和集中保管使用"
ask = "逐人核实卡在谁手里、钱由谁取用、是否知情，查开户资料和取款记录"
mistaken_when = ["同住但户籍不在一起的亲属代管", "集中供养机构统一收取生活费", "名册的账号录错"]
population = "select account from judged_payments where account is not null union select account from ledger_rows where account is not null"
summary = "{name}等{persons}人的补贴发入同一账户{subject}（户名{account_name}），各人不属同一户籍家庭，涉及{item_title}等项目{periods}期、他人资金{amount}元，与一人一卡的要求不一致，请核实。"
*/
with holders as (
    select distinct
        account,
        id_number
    from shared_credits
    where amount > 0
),

accounts as (
    select
        account,
        count(*) as persons
    from holders
    group by account
),

registered as (
    select
        h.account,
        m.household_number,
        count(distinct h.id_number) as persons
    from holders as h
    inner join register_members as m on h.id_number = m.id_number
    group by h.account, m.household_number
),

-- all the holders are registered in one household
families as (
    select a.account
    from accounts as a
    inner join registered as r on a.account = r.account and a.persons = r.persons
),

shared as (
    select
        c.item,
        c.id_number,
        c.name,
        c.account,
        c.account_name,
        c.starts_on,
        c.ends_on,
        c.new_amount,
        c.ref,
        a.persons
    from shared_credits as c
    inner join holders as h on c.account = h.account and c.id_number = h.id_number
    inner join accounts as a on c.account = a.account
    inner join policy_shared_account_persons as k
        on c.starts_on >= k.from_on and c.starts_on < k.to_on and a.persons >= k.value
    left join families as f on c.account = f.account
    where f.account is null
),

account_names as (
    select distinct
        account,
        account_name
    from shared
),

bearers as (
    select
        s.account,
        min(s.id_number) as id_number
    from shared as s
    inner join account_names as n on s.account = n.account and s.name = n.account_name
    group by s.account
),

owners as (
    select
        s.account,
        coalesce(min(b.id_number), min(s.id_number)) as id_number
    from shared as s
    left join bearers as b on s.account = b.account
    group by s.account
),

item_sums as (
    select
        account,
        item,
        sum(new_amount) as amount
    from shared
    group by account, item
),

largest_items as (
    select
        account,
        item,
        row_number() over (partition by account order by amount desc, item asc) as place
    from item_sums
)

select
    i.item,
    o.id_number,
    s.account as subject,
    s.starts_on,
    s.ends_on,
    case when s.id_number = o.id_number then 0 else s.new_amount end as amount,
    case when s.persons >= 5 then 1 else 2 end as tier,
    s.ref as payment,
    cast(null as bigint) as register,
    s.persons,
    s.account_name
from shared as s
inner join owners as o on s.account = o.account
inner join largest_items as i on s.account = i.account and i.place = 1

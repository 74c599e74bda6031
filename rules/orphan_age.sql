/*
title = "超龄领取基本生活费"
position = 1128
tier = 3
items = ["orphan_allowance"]
reads = ["students"]
policy = ["orphan_max_age"]
basis = "《民政部 财政部关于发放孤儿基本生活费的通知》（民发〔2010〕161号）；《关于进一步加强事实无人抚养儿童保障工作的意见》（民发〔2019〕62号）"
ask = "问清是否在普通高校、职业学校全日制就读，查看学籍或录取证明；已就业的何时停发"
mistaken_when = ["在外地或高校全日制就读，不在本地学籍库，按规定继续享受", "当月满年龄，按规定次月停发", "身份证号录错"]
population = "select distinct id_number from judged_payments where item = 'orphan_allowance'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，最近一月已满{age}周岁（界限{max_age}周岁），学籍库中没有其在籍记录，与年龄规定不一致；在外全日制就读的继续享受，请先了解。"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    cast(null as bigint) as register,
    p.age_at_start as age,
    k.value as max_age
from judged_payments as p
inner join policy_orphan_max_age as k
    on p.starts_on >= k.from_on and p.starts_on < k.to_on and p.age_at_start >= k.value
where
    p.item = 'orphan_allowance'
    and not exists (
        select 1
        from enrolments as e
        where e.id_number = p.id_number and e.covers_from <= p.ends_on and e.covers_to >= p.starts_on
    )

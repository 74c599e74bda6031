/*
title    = "低保家庭保障金超标准"
position = 307
tier     = 2
items    = ["urban_dibao", "rural_dibao"]
reads    = []
policy   = ["dibao_standard"]
amount   = "period"
basis    = "《社会救助暂行办法》第十一条（按差额发给）；《最低生活保障审核确认办法》关于保障金额核定的规定；本地当期低保标准"
ask      = "核对当月核定表、保障人数和标准，问清是否含补发或分类施保增发"
mistaken_when = [
    "含以前月份补发或价格临时补贴",
    "对重病、重残等人员按分类施保政策增发",
    "花名册漏列家庭成员",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}的{item_title}有{periods}个月超出保障标准，共超{amount}元：最近一月{members}人发放{paid}元，按标准最多{allowed}元，与低保标准不一致，请核对核定金额。"
*/
select
    household.item, household.household_head_id as id_number,
    household.starts_on, household.ends_on,
    month_total.amount - month_total.members * month_total.standard as amount,
    household.ref as payment, cast(null as bigint) as register,
    month_total.members, month_total.amount as paid,
    month_total.members * month_total.standard as allowed
from dibao_households as month_total
inner join household_payments as household
    on household.item = month_total.item
    and household.household_head_id = month_total.household_head_id
    and household.starts_on = month_total.starts_on
where month_total.amount > month_total.members * month_total.standard

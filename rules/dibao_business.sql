/*
title    = "低保家庭成员经办企业"
position = 303
tier     = 2
subject  = "credit_code"
items    = ["urban_dibao", "rural_dibao"]
reads    = ["businesses"]
policy   = ["business_capital_wan"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于经营净收入的规定；本地低保家庭财产状况认定标准"
ask      = "到经营场所看是否营业，问清出资人和实际经营人，核对纳税与流水"
mistaken_when = [
    "身份证被冒用或挂名登记",
    "早已停业，尚未办理注销",
    "摆摊、小卖部等微利经营，收入已计入家庭收入",
]
population = "select distinct item, household_head_id from dibao_members"
summary  = "{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，其间家庭成员{owner_name}登记为“{business}”（{business_type}，{established_on}成立，注册资本{capital}，统一社会信用代码{subject}）的负责人，与低保家庭经济状况条件不一致，请核实经营收入。"
facts    = { business = "hidden", business_type = "whole" }
*/
with firms as (
    select
        member.item, member.household_head_id, member.starts_on,
        firm.credit_code, firm.name as owner_name, firm.ref,
        firm.business_name as business,
        firm.business_type,
        nullif(firm.covers_from, date '1900-01-01') as established_on,
        coalesce(cast(cast(firm.capital_wan as decimal(14, 2)) as varchar) || '万元', '未登记') as capital,
        case when firm.business_type = '企业' and firm.capital_wan > threshold.value then 2 else 3 end as tier
    from dibao_members as member
    inner join open_businesses as firm
        on firm.id_number = member.id_number
        and firm.covers_from <= member.ends_on and firm.covers_to >= member.starts_on
    inner join policy_business_capital_wan as threshold
        on member.starts_on >= threshold.from_on and member.starts_on < threshold.to_on
    where coalesce(firm.business_type, '') <> '农民专业合作社'
)

select
    household.item, household.household_head_id as id_number, firm.credit_code as subject,
    household.starts_on, household.ends_on, household.amount, firm.tier,
    household.ref as payment, firm.ref as register,
    firm.owner_name, firm.business, firm.business_type, firm.established_on, firm.capital
from firms as firm
inner join household_payments as household
    on household.item = firm.item
    and household.household_head_id = firm.household_head_id
    and household.starts_on = firm.starts_on

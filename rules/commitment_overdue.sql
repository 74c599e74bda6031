/*
title = "承诺未按期兑现"
position = 1004
tier = 1
items = ["commitments"]
part = "funds"
amount = "clue"
basis = "《中华人民共和国监察法》关于监督职责的规定；区惠民政策监督检查公开承诺制度"
ask = "请责任部门说明进展、未按期完成的原因和新的完成时间，查佐证材料"
mistaken_when = ["已完成而未登记", "经批准调整时限", "完成日期填错"]
population = "select distinct commitment from commitments"
summary = "{department}公开承诺“{subject}”应于{due_on}完成，{outcome}，与承诺时限不一致，请核实。"
facts = { department = "told", due_on = "whole", outcome = "whole" }
*/
select
    'commitments' as item,
    cast(null as varchar) as id_number,
    c.commitment as subject,
    c.due_on as starts_on,
    c.due_on as ends_on,
    cast(0 as decimal(14, 2)) as amount,
    case when c.done_on is null then 1 else 2 end as tier,
    cast(null as bigint) as payment,
    c.ref as register,
    c.commitment as name,
    c.department,
    c.due_on,
    case
        when c.done_on is null then '至今没有完成日期'
        else
            '实际完成于' || cast(year(c.done_on) as varchar) || '年' || cast(month(c.done_on) as varchar) || '月'
            || cast(day(c.done_on) as varchar) || '日'
    end as outcome
from commitments as c
cross join run as r
where c.due_on < r.run_date and (c.done_on is null or c.done_on > c.due_on)

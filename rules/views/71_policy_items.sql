/*
title = "补贴政策清单。item：补贴项目写作名册编号或名册名称的，为该名册编号，否则为原文字"
materialise = false
*/
select
    coalesce(n.item, trim(p.item)) as item,
    p.title,
    p.agent_bank,
    p.via_one_card,
    p.ref
from policy_list as p
left join named_items as n on trim(p.item) = n.name

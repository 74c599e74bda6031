/*
title = "项目的各种写法：补贴项目一栏写作 name 的，即名册 item；名册编号和名册名称各一行"
materialise = false
*/
select
    item as name,
    item
from items
union
select
    title as name,
    item
from items

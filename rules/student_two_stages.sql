/*
title = "同一学期享受两个学段资助"
position = 240
tier = 1
items = ["high_school_grant"]
reads = ["student_living"]
basis = "《学生资助资金管理办法》（财教〔2021〕310号）、《城乡义务教育补助经费管理办法》（财教〔2021〕56号）：按就读学段享受"
ask = "核对该学期实际就读的学校和学段"
mistaken_when = ["升学当年秋季名册未及时更新", "身份证号录错"]
population = "select distinct item, id_number from judged_payments where item in ('high_school_grant')"
summary = "{name}在{span}有{item_title}发放记录，与同期在义务教育家庭经济困难学生生活补助花名册内不一致，共{periods}期、{amount}元"
*/
select
    p.item,
    p.id_number,
    'student_living' as subject,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    o.ref as register
from judged_payments as p
inner join payments as o on p.id_number = o.id_number and p.starts_on = o.starts_on
where p.item in ('high_school_grant') and o.item = 'student_living'

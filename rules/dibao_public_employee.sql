/*
title    = "财政供养人员享受低保"
position = 304
tier     = 2
items    = ["urban_dibao", "rural_dibao"]
reads    = ["public_employees"]
basis    = "《社会救助暂行办法》第九条；《最低生活保障审核确认办法》关于工资性收入的规定"
ask      = "向用人单位核实是否在岗、工资发放情况，再核算家庭月人均收入"
mistaken_when = [
    "公益性岗位或临时聘用人员误报为财政供养",
    "已离职，单位尚未更新名册",
    "在职但工资很低，计入收入后家庭仍符合条件",
]
population = "select distinct item, id_number from judged_payments where item in ('urban_dibao', 'rural_dibao')"
summary  = "{name}{span}领取{item_title}{periods}个月，共{amount}元，其间在财政供养人员库中为在职（{employer}，{category}），与低保收入条件不一致，请核实。"
facts    = { employer = "if_common", category = "whole" }
*/
select
    payment.item, payment.id_number,
    payment.starts_on, payment.ends_on, payment.amount,
    payment.ref as payment, post.ref as register,
    post.employer,
    post.category
from judged_payments as payment
inner join posts as post
    on post.id_number = payment.id_number
    and post.covers_from <= payment.ends_on and post.covers_to >= payment.starts_on
where payment.item in ('urban_dibao', 'rural_dibao')

/*
title = "公益性岗位人员已领养老金"
position = 1176
tier = 1
items = ["public_post"]
reads = ["pension_benefits"]
basis = "《人力资源社会保障部 财政部关于做好公益性岗位开发管理有关工作的通知》（人社部发〔2019〕124号）：享受基本养老保险待遇的应退出岗位"
ask = "核对养老金起领月份和岗位协议，岗位补贴应从哪个月停发"
mistaken_when = ["当月退休，补贴为上月工作的报酬", "领取的是遗属待遇，登记成本人养老金", "身份证号登记有误"]
population = "select distinct id_number from judged_payments where item = 'public_post'"
summary = "{name}{span}领取{item_title}{periods}个月，共{amount}元，自{from_month}起已领取职工养老金，与公益性岗位的安置对象不一致，请核实。"
*/
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    b.ref as register,
    b.from_month
from judged_payments as p
inner join pension_benefits as b
    on p.id_number = b.id_number and b.kind = '职工养老'
    and b.from_month <= p.ends_on and (b.to_month is null or b.to_month >= p.starts_on)
where p.item = 'public_post'

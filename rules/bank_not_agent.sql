/*
title = "非代理银行发放"
position = 808
tier = 3
items = []
reads = ["payment_ledger", "policy_list"]
basis = "《关于进一步加强惠民惠农财政补贴资金“一卡通”管理的指导意见》（财办〔2020〕37号）：规范代理银行的选择和管理"
ask = "核对代理银行协议和发放凭证，为何由该银行发放"
mistaken_when = ["银行改名或支行写法不同", "代理银行调整的过渡期", "政策清单未更新"]
population = "select distinct l.item, l.id_number from ledger_rows as l inner join policy_items as p on l.item = p.item where p.agent_bank is not null and l.bank is not null"
summary = "{name}{span}的{item_title}有{periods}期由{subject}发放，共{amount}元，与政策清单的代理银行（{agent_bank}）不一致，请核实。"
facts = { agent_bank = "told" }
*/
with agents as (
    select
        item,
        agent_bank,
        '、' || translate(agent_bank, '，,；; 　', '、、、、') || '、' as names,
        ref
    from policy_items
    where translate(agent_bank, '、，,；; 　', '') <> ''
),

banks as (
    select distinct
        item,
        bank,
        translate(bank, ' 　', '') as name
    from ledger_rows
),

agreed as (
    select
        b.item,
        b.bank
    from banks as b
    inner join agents as a on b.item = a.item and position('、' || b.name || '、' in a.names) > 0
    where position('、' in b.name) = 0
)

select
    l.item,
    l.id_number,
    l.bank as subject,
    l.starts_on,
    l.ends_on,
    l.amount,
    l.ref as payment,
    a.ref as register,
    a.agent_bank
from ledger_rows as l
inner join agents as a on l.item = a.item
left join agreed as g on l.item = g.item and l.bank = g.bank
where l.bank is not null and g.bank is null

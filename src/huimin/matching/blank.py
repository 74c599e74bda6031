"""A new rule's two files, laid down to be filled: the rule, and the cases that hold it."""

from collections.abc import Mapping

from huimin.contracts.blank import TO_FILL

RULE = """/*
title = "{title}"
position = {position}
tier = 2
items = ["*month"]
reads = ["deaths"]
basis = "{to_fill}：依据的文件名称和条款"
ask = "{to_fill}：入户时问什么、看什么"
mistaken_when = ["{to_fill}：什么情况下这条线索是误判"]
population = "select distinct item, id_number from judged_payments"
summary = "{{name}}在{{span}}领取{{item_title}}{{periods}}期、共{{amount}}元，与{{died_on}}死亡的登记不一致，请核实。"
*/
-- {to_fill}: one row for each two rows that cannot both be right (here: paid after death);
-- see CONTRIBUTING.md, 'Add a rule'
select
    p.item,
    p.id_number,
    p.starts_on,
    p.ends_on,
    p.amount,
    p.ref as payment,
    d.ref as register,
    d.died_on
from judged_payments as p
inner join deaths as d on p.id_number = d.id_number
where d.died_on < p.starts_on
"""

CASES = '''# What the rule gives on a few rows: a hit, a near miss, each boundary, null, the day a policy value changes;
# once the facts on the card, the matched rows (evidence) and the denominator (population).
# Then `huimin rules test {rule}`.
[[case]]
name = "{to_fill}: a hit, with what stands on the card"
run_date = 2023-11-01
given.tekun = """
name | id_number | amount | period
张三 | zhang     | 600    | 2023-06
张三 | zhang     | 600    | 2023-07
李四 | li        | 600    | 2023-07
"""
given.deaths = """
name | id_number | died_on
张三 | zhang     | 2023-06-30
"""
expected = """
item  | id_number | first      | last       | periods | amount | died_on
tekun | zhang     | 2023-07-01 | 2023-07-01 | 1       | 600    | 2023-06-30
"""
evidence = """
role     | roster | row
payment  | tekun  | 2
register | deaths | 1
"""
population = 2

[[case]]
name = "near miss: {to_fill}"
run_date = 2023-11-01
given.tekun = """
name | id_number | amount | period
张三 | zhang     | 600    | 2023-07
"""
given.deaths = """
name | id_number | died_on
张三 | zhang     | 2023-07-01
"""
expected = ""
'''


def blank_rule(rule: str, title: str, position: int) -> Mapping[str, str]:
    """Path in the project → text of a new rule, and of its cases."""
    return {
        f"rules/{rule}.sql": RULE.format(title=title, position=position, to_fill=TO_FILL),
        f"tests/rules/{rule}.toml": CASES.format(rule=rule, to_fill=TO_FILL),
    }

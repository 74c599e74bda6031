"""The district's statistics tables: clues by department and item, with each department's share."""

from collections.abc import Mapping

import duckdb

from huimin.ledger.states import EXEMPT
from huimin.matching.rule import Rule
from huimin.tables.work import makes

DEPARTMENTS_FIRST = ("education", "science_economy", "civil_affairs", "social_security")
"""Order of the district's own form; other departments follow in the order of their first item in the catalogue."""

TOTAL = "总计"


@makes("statistics", needs=("clues", "items"))
def lay_statistics(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    """Table `statistics(part, position, department, item, item_title, clues, department_clues, share)` out of `clues`.

    One row for each part and item with clues that are not exempt, numbered within the part in the form's order, and a
    row 总计 after them (position, item and title null). An item that nobody knows stands last, its department null.
    share: the department's percentage of the part, half up.
    """
    con.execute(
        STATISTICS,
        {
            "rule": list(rules),
            "part": [rule.part for rule in rules.values()],
            "departments": list(DEPARTMENTS_FIRST),
            "exempt": EXEMPT,
            "total": TOTAL,
        },
    )


# Half up in whole numbers: (20000 d + t) div 2t is 100 × the percentage, rounded.
STATISTICS = """
create or replace table statistics as
with parts as (
    select unnest($rule::varchar[]) as rule, unnest($part::varchar[]) as part
),
offices as (
    select department, coalesce(list_position($departments, department), 1000 + min(position)) as place
    from items group by department
),
counted as (
    select case when c.tier = 0 then 'data' else p.part end as part, c.item, c.item_title, count(*) as clues
    from clues as c join parts as p on p.rule = c.rule
    where c.state <> $exempt
    group by all
),
placed as (
    select c.*, i.department_title as department, o.place as office, i.position as item_place,
           sum(c.clues) over (partition by c.part, i.department)::bigint as department_clues,
           sum(c.clues) over (partition by c.part)::bigint as part_clues
    from counted as c left join items as i on i.item = c.item left join offices as o on o.department = i.department
)
select part,
       row_number() over (
           partition by part order by office nulls last, department, item_place nulls last, item
       )::integer as position,
       department, item, item_title, clues, department_clues,
       (((20000 * department_clues + part_clues) // (2 * part_clues)) / 100)::decimal(5, 2) as share
from placed
union all
select part, null, $total, null, null, sum(clues)::bigint, sum(clues)::bigint, 100::decimal(5, 2)
from placed group by part
order by part, position nulls last
"""

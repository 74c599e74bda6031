"""The rows of ledger workbooks, out of a run's cards, its ledger and its decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from huimin.ledger.states import CLOSED, EXEMPT, GONE, OPEN, RECHECKING, RECTIFYING
from huimin.matching.rule import Rule
from huimin.workbooks.book import BookRow
from huimin.workbooks.columns import CLUE_ID, LOCKED, SEAL, seal
from huimin.workbooks.formats import WrittenCell, plain

Side = Literal["street", "department"]
NOBODY = "未填"
SETTLED = (GONE, EXEMPT, CLOSED)
"""States of clues that nobody is asked about any more."""


@dataclass(frozen=True)
class Issue:
    """What every workbook of one export says of itself, and how it is sealed."""

    run: str
    run_date: date
    secret: bytes


def book_rows(
    con: duckdb.DuckDBPyConnection, side: Side, owner: str | None, secret: bytes, seals: dict[str, str]
) -> Iterator[BookRow]:
    """The owner's rows as one visits: by street, community, household (the highest priority first) and what is due.

    `seals` holds those that were made for another workbook: no household number is under a seal.
    """
    found = con.execute(OWN_ROWS.format(side=side), {"owner": owner})
    titles = [column[0] for column in found.description]
    while batch := found.fetchmany(5000):
        for values in batch:
            cells = cells_of(titles, values)
            clue_id = cells[CLUE_ID]
            if clue_id not in seals:
                seals[clue_id] = seal_of(secret, cells)
            cells[SEAL] = seals[clue_id]
            yield BookRow(cells, cells["当前状态"])


def cells_of(titles: Sequence[str], values: Sequence[WrittenCell]) -> dict[str, Any]:
    """A row's cells by title, texts as a workbook takes them."""
    return {title: plain(value) if isinstance(value, str) else value for title, value in zip(titles, values)}


def seal_of(secret: bytes, cells: Mapping[str, WrittenCell]) -> str:
    """The seal over the locked cells as they are handed out."""
    sealed = {column.title: cells[column.title] for column in LOCKED if column.sealed}
    return seal(secret, {title: None if cell is None else str(cell) for title, cell in sealed.items()})


def lay_book_rows(con: duckdb.DuckDBPyConnection, issue: Issue, rules: Mapping[str, Rule]) -> None:
    """Temporary table `book_rows`: the columns of `columns.py` by their titles, with what orders and parts the rows."""
    con.execute(
        BOOK_ROWS,
        {
            "run_date": issue.run_date,
            "settled": list(SETTLED),
            "open": OPEN,
            "rechecking": RECHECKING,
            "rectifying": RECTIFYING,
            "rule": list(rules),
            "ask": [rule.ask for rule in rules.values()],
            "mistaken": ["；".join(rule.mistaken_when) for rule in rules.values()],
            "basis": [rule.basis for rule in rules.values()],
        },
    )


_DAY = "year({0}) || '年' || month({0}) || '月' || day({0}) || '日'"
# What was found is shown where it still stands: a clue opened again or drawn for re-check is to be looked at afresh.
BOOK_ROWS = f"""
create or replace temp table book_rows as
with texts as (
    select unnest($rule::varchar[]) as rule, unnest($ask::varchar[]) as ask,
           unnest($mistaken::varchar[]) as mistaken, unnest($basis::varchar[]) as basis
),
rounds as (
    select clue_id, max(record || '/' || lpad(sequence::varchar, 9, '0')) filter (where outcome is not null) as began
    from decisions where clue_id is not null and kind not in ('spot', 'visits') group by clue_id
),
said as (
    select d.clue_id, last(d.methods order by d.record, d.sequence) filter (where d.methods is not null) as methods,
           last(d.verifier order by d.record, d.sequence) filter (where d.verifier is not null) as verifier,
           last(d.note order by d.record, d.sequence) filter (where d.note is not null) as note
    from decisions as d
    join rounds as r on r.clue_id = d.clue_id
    where d.kind not in ('spot', 'visits')
        and d.record || '/' || lpad(d.sequence::varchar, 9, '0') >= coalesce(r.began, '')
    group by d.clue_id
),
placed as (
    select l.* exclude (street, what_changed), c.* exclude (clue_id, rule, tier, item, department, periods,
               amount_at_risk, identity, evidence_hash, what_changed),
           case when l.what_changed is not null then coalesce(c.what_changed, l.what_changed) end as what_changed,
           coalesce(c.household_key, l.clue_id) as household, list_contains($settled::varchar[], l.state) as settled,
           l.state not in ($open, $rechecking) as found
    from ledger as l join cards as c on c.clue_id = l.clue_id
),
shared as (
    select household, count(*) as size, count(distinct coalesce(street, '{NOBODY}')) as streets
    from placed where not settled group by household
),
elsewhere as (
    select p.clue_id, string_agg(distinct coalesce(o.street, '{NOBODY}街道'), '、') as streets, count(*) as size
    from placed as p
    join shared as s on s.household = p.household and s.streets > 1
    join placed as o on o.household = p.household and not o.settled and o.street is distinct from p.street
    where not p.settled
    group by p.clue_id
)
select p.clue_id as "线索编号", p.street as "街道", p.community as "社区", p.department as "责任部门",
       p.item_title as "项目名称", p.rule_title as "规则",
       case p.tier when 0 then '0 数据疑错' when 1 then '1 相互矛盾' when 2 then '2 与政策不一致'
           when 3 then '3 需询问' end as "等级",
       p.name as "姓名", p.id_number as "身份证号", p.subject as "标的", p.span as "起止期间", p.periods as "期数",
       p.amount_at_risk as "涉及金额", p.summary as "疑点概述", p.evidence as "证据", t.ask as "上门核实",
       t.mistaken as "可能误判", t.basis as "政策依据", p.state as "当前状态",
       nullif(concat_ws('；',
           case when p.state = $open and p.reopened_on is not null
               then {_DAY.format("p.reopened_on")} || '重新打开：' || coalesce(p.what_changed, '证据有变化') end,
           case when not p.found and p.outcome is not null
               then '上次核查结果：' || p.outcome || coalesce('（' || p.cause || '）', '') end,
           case when p.state = $rechecking then '抽中复核，请由未参加上次核查的人核' end,
           case when p.identity = 'C' then '姓名不一致，先核对是否同一人' end,
           case when p.tier = 0 then '先请数据提供方核对' end,
           case when p.state = $rectifying and p.deadline_on < $run_date then '整改已逾期' end,
           case when p.vanished_on is not null
               then {_DAY.format("p.vanished_on")} || '起数据中不再出现，证据为此前所见'
               when p.told_on < $run_date then '证据为' || {_DAY.format("p.told_on")} || '的数据' end,
           case when s.size > 1 then '同户共' || s.size || '条线索，可一次上门' end,
           case when e.size > 0 then '其中' || e.size || '条在' || e.streets || '的台账' end
       ), '') as "提示",
       p.evidence_hash as "证据代码",
       case when p.found then p.outcome end as "核查结果", case when p.found then p.cause end as "原因",
       case when p.found then d.methods end as "核查方式", case when p.found then d.verifier end as "核查人",
       case when p.found then p.verified_on end as "核查日期", case when p.found then p.handling end as "处理方式",
       p.recovered_amount as "追缴金额", p.due_amount as "应追缴金额",
       case when p.found then p.deadline_on end as "整改期限", case when p.found then d.note end as "说明",
       case when p.state = $rectifying then p.state end as "整改进展",
       case when p.found then p.rectified_on end as "整改完成日期",
       p.street, p.department, p.household, coalesce(p.priority, 0) as priority, p.settled,
       case when p.found then p.deadline_on end as due_on, coalesce(p.reopened_on, p.first_seen) as waits_since,
       p.state || case when p.outcome is not null and p.outcome <> p.state then '（' || p.outcome || '）' else '' end
           as result,
       coalesce(p.closed_on, p.vanished_on, case when p.settled then p.last_seen end) as settled_on
from placed as p
left join texts as t on t.rule = p.rule
left join said as d on d.clue_id = p.clue_id
left join shared as s on s.household = p.household and not p.settled
left join elsewhere as e on e.clue_id = p.clue_id
"""

# A household stands in one place, though its clues may name several. What was promised by a day comes before what only
# waits, and of that the longest waiting first.
OWN_ROWS = """
with own as (
    select *, max(priority) over family as first_priority, min("街道") over family as first_street,
           min("社区") over family as first_community
    from book_rows where {side} is not distinct from $owner and not settled
    window family as (partition by household)
)
select dense_rank() over (
           order by first_street nulls last, first_community nulls last, first_priority desc, household
       )::integer as "户序",
       * exclude (street, department, household, priority, settled, due_on, waits_since, result, settled_on,
           first_priority, first_street, first_community)
from own
order by "户序", due_on nulls last, waits_since, priority desc, "线索编号"
"""

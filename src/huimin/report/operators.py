"""What operators see of a run in Prefect's interface: counts, and names as they are published."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import duckdb

from huimin.cells.reasons import chinese_reasons
from huimin.errors import HuiminError, UnforeseenFault
from huimin.figures.brake import Held
from huimin.language import in_chinese
from huimin.project import Project
from huimin.quality.words import KEPT_OUT
from huimin.report.content import reason_text, titled
from huimin.report.form import HEADINGS, FormTable, statistics_parts
from huimin.report.scorecard import SEVERITIES, in_titles, title_of
from huimin.tables.declared import STATISTICS, ordered_select
from huimin.tables.sql import literal, rows_of

ShownRow = dict[str, object]
STATUSES = {
    "accepted": "已接收",
    "accepted_with_rejects": "已接收，有退回行",
    "refused": "拒收",
    "superseded": "已被取代",
    "unchanged": "重复",
    "withdrawn": "已撤回",
}
MOST_ROWS = 500
"""Rows of a table on the screen."""
MOST_JUMPS = 8
"""Rules, items and deliveries that are named of a held run."""
MARKS = re.compile(r"[\\|\[\]`*~]|\b_|_\b|:(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""What begins markup within a line of Markdown, a bare address included."""
BEGINNING = re.compile(r"^(\d*)([-+#.)])")
"""What begins a heading, a list or a rule across the page, where a text is a block of its own."""
MOST_OPEN = 10
"""Deliveries that the overview names."""


def overview_tables(published: Path, project: Project) -> dict[str, tuple[str, list[ShownRow]]]:
    """Tables by key, each with its title: deliveries, failed expectations, clues by rule, clues by item."""
    titles, rules = titles_of(project)
    with duckdb.connect(str(published / "clues.duckdb"), read_only=True) as con:
        return {
            "deliveries": ("交付", list(deliveries(con, project))),
            "quality": ("未满足的质量期望", list(failed(con, project))),
            "clues": ("线索：按规则", list(by_rule(con, titles, rules))),
            "items": ("线索：按项目", list(by_item(con, titles))),
        }


def titles_of(project: Project) -> tuple[dict[str, str], dict[str, str]]:
    """The titles of rosters and of rules."""
    rosters = {name: contract.title for name, contract in project.contracts.items()}
    return rosters, {name: rule.title for name, rule in project.rules.items()}


def deliveries(con: duckdb.DuckDBPyConnection, project: Project) -> Iterator[ShownRow]:
    """What became of each delivery, the refused ones first."""
    for row in rows_of(
        con,
        f"""select roster, unit, file, status, rows_accepted, rows_rejected, problem, fix, delivery from deliveries
        order by status <> 'refused', roster nulls first, unit nulls first, file, delivery limit {MOST_ROWS}""",
    ):
        yield {
            "名册": title_of(row["roster"], project.contracts),
            "单位": row["unit"] or "",
            "文件": row["file"],
            "去向": STATUSES[row["status"]],
            "接收行": row["rows_accepted"],
            "退回行": row["rows_rejected"],
            "问题": row["problem"] or "",
            "怎样改": row["fix"] or "",
            "编号": row["delivery"],
        }


def failed(con: duckdb.DuckDBPyConnection, project: Project) -> Iterator[ShownRow]:
    """The expectations that failed, the critical ones first."""
    for row in rows_of(
        con,
        f"""select q.roster, d.file, q.expectation, q.severity, q.observed, q.unexpected_count from quality as q
        left join deliveries as d on d.delivery = q.delivery
        where not q.success
        order by q.severity <> 'critical', q.severity, q.roster, d.file, q.expectation limit {MOST_ROWS}""",
    ):
        yield {
            "名册": title_of(row["roster"], project.contracts),
            "文件": row["file"] or "",
            "期望": in_titles(row["expectation"], project.contracts.get(row["roster"])),
            "程度": SEVERITIES.get(row["severity"], row["severity"]),
            "观测值": chinese_reasons().get(row["observed"], row["observed"]) or "",
            "不满足的行": row["unexpected_count"],
        }


def by_rule(con: duckdb.DuckDBPyConnection, titles: Mapping[str, str], rules: Mapping[str, str]) -> Iterator[ShownRow]:
    """How many clues each rule has, and how they moved."""
    for row in rows_of(
        con,
        """select r.rule, r.clues, r.why, r.population, c.new, c.vanished from rules as r
        left join (
            select rule, count(*) filter (where change = 'new') as new,
                   count(*) filter (where change = 'vanished') as vanished
            from changes group by rule
        ) as c on c.rule = r.rule
        order by r.clues desc, r.rule""",
    ):
        yield {
            "规则": rules.get(row["rule"], row["rule"]),
            "线索": row["clues"],
            "新增": row["new"] or 0,
            "消失": row["vanished"] or 0,
            "比对对象": row["population"] or 0,
            "说明": reason_text(row["why"], titles),
        }


def by_item(con: duckdb.DuckDBPyConnection, titles: Mapping[str, str]) -> Iterator[ShownRow]:
    """How many clues each item has, and how they moved."""
    for row in rows_of(
        con,
        """select item, sum(clues)::bigint as clues, sum(new)::bigint as new, sum(vanished)::bigint as vanished
        from (
            select item, 1 as clues, 0 as new, 0 as vanished from clues
            union all
            select item, 0, (change = 'new')::integer, (change = 'vanished')::integer from changes
        )
        where item is not null group by item order by clues desc, item""",
    ):
        told = {"线索": row["clues"], "新增": row["new"], "消失": row["vanished"]}
        yield {"项目": titles.get(row["item"], row["item"]), **told}


def overview_page(
    published: Path, project: Project, state: str, headline: str, steps: Iterable[str], report: str
) -> str:
    """The overview in Markdown: how the run ended, in one sentence; what to do; its report; the statistics tables.

    Files that ask for somebody are named, with the reason.
    """
    with duckdb.connect(str(published / "clues.duckdb"), read_only=True) as con:
        open_ones = rows_of(con, OPEN)
        parts = statistics_parts(rows_of(con, ordered_select(STATISTICS)))
    tables = [line for part in parts for line in ("", f"## {part.title}", "", *table(HEADINGS, cells_of(part)))]
    told = [f"# {state}", "", f"{headline}。", "", *(f"{step}\n" for step in steps), f"报告：{report}"]
    return "\n".join([*told, *not_taken(open_ones, project), *tables, ""])


def fault_page(fault: HuiminError | UnforeseenFault) -> str:
    """A night that failed, in Markdown: where and what the fault was, what to try, and what stands as it was."""
    told = (
        [in_chinese(fault.told), f"怎样改：{in_chinese(fault.fix)}"] if isinstance(fault, HuiminError) else [str(fault)]
    )
    stands = "没有发布任何结果；最新一次运行和台账保持不变。"
    return "\n\n".join(["# Failed", *map(as_a_block, told), stands, ""])


def next_steps(held: str | None, in_force: int, kept_out: int, refused: int) -> Iterator[str]:
    """What is to be done about a held run, nothing in force, rosters newly kept out, and files refused, in Markdown."""
    if not in_force:
        yield "没有可用的交付：按下表改正，或补交后再运行；`huimin plan` 逐份说明问题"
    if held:
        yield f"最新一次运行和台账保持不变，原因见 held。核对属实：`huimin release {held} --why '…'`"
    if kept_out:
        yield "未纳入的（见下表）：请部门重新报送；核对属实则 `huimin admit 编号 --why '…'`"
    if refused:
        yield f"拒收未改正 {refused:,} 份（见下表）：请部门改正后再报"


OPEN = f"""
select roster, unit, file, problem, fix, delivery from deliveries where uncorrected
order by starts_with(problem, {literal(KEPT_OUT)}) desc, received_at desc, roster nulls last, unit nulls first, file
"""
"""Deliveries refused or kept out and not corrected, those kept out first, the newest first."""


def not_taken(open_ones: Sequence[Mapping[str, Any]], project: Project) -> Iterator[str]:
    """The lines of a table of these deliveries with what is wrong with each; nothing where there is none."""
    if not open_ones:
        return
    yield from ("", "## 未纳入和拒收的", "")
    yield from table(
        ("名册", "单位", "文件", "问题", "怎样改", "编号"),
        (
            (
                title_of(row["roster"], project.contracts),
                row["unit"] or "",
                row["file"],
                row["problem"],
                row["fix"] or "",
                row["delivery"],
            )
            for row in open_ones[:MOST_OPEN]
        ),
    )
    if len(open_ones) > MOST_OPEN:
        yield from ("", f"另有 {len(open_ones) - MOST_OPEN:,} 份，见 deliveries")


def cells_of(part: FormTable) -> Iterator[Sequence[object]]:
    """The cells of one statistics table, a row a line; a department is told once."""
    for line in part.lines:
        shared = (line.department_clues, f"{line.share:.2f}%") if line.span else ("", "")
        yield line.position, line.department if line.span else "", line.item_title, line.clues, *shared
    yield "", "总计", "", part.total, part.total, "100.00%" if part.total else ""


def held_page(held: Held, run: str, project: Project) -> str:
    """Why the run is held, where it differs, and what to do, in Markdown."""
    shown = titled(held, *titles_of(project))
    counts = f"新增 {held.new:,} 条、消失 {held.vanished:,} 条，上次共 {held.before:,} 条"
    lines = ["# 待放行", "", f"{counts}：相差过大，最新一次运行和台账保持不变。"]
    for by, heading in (("rule", "规则"), ("item", "项目")):
        moved = [(one.value, one.before, one.new, one.vanished) for one in shown.jumps if one.by == by]
        lines += ["", *table((heading, "上次", "新增", "消失"), moved[:MOST_JUMPS])]
    arrived = [(delivery, roster, file) for roster, file, delivery in shown.arrived]
    lines += ["", *table(("新交付", "名册", "文件"), arrived[:MOST_JUMPS])]
    lines += ["", f"核对属实：`huimin release {run} --why '…'`"]
    return "\n".join([*lines, "", "某份交付有误：`huimin withdraw 交付编号 --why '…'`", ""])


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a table in Markdown; what stands in a cell stays in it, and is no markup."""
    for row in (headings, ["---"] * len(headings), *rows):
        yield f"| {' | '.join(as_it_stands(str(cell)) for cell in row)} |"


def as_it_stands(text: str) -> str:
    """The text so that Markdown shows it and takes none of it for markup, a link or the end of a cell."""
    return MARKS.sub(r"\\\g<0>", escape(text).replace("\n", " "))


def as_rows(rows: Iterable[ShownRow]) -> list[ShownRow]:
    """The rows of a table whose every text is a block of Markdown, as Prefect's interface takes them."""
    return [
        {name: as_a_block(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    ]


def as_a_block(text: str) -> str:
    """The text so that Markdown shows it and takes none of it for markup, also where it stands alone."""
    return BEGINNING.sub(r"\1\\\2", as_it_stands(text.strip()))


def place_told(place: Path, name: str, address: str | None) -> str:
    """Where a page is, in Markdown: a link where readers have an address, else its path as text."""
    return f"[{name}]({address})" if address else f"{name} `{place}`"

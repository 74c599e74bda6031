"""The page of a night as a graph: which working table is made by whom, out of what."""

from collections.abc import Iterable

from huimin.nights.conclude import concluding, makers
from huimin.tables.declared import RESTRICTED_TABLES, TABLES
from huimin.tables.work import Maker
from tools.reference.markdown import code, page, section, table

INTRODUCTION = """
一夜的工作表：每张表由哪个模块制作、需要哪些表。次序由声明得出，声明只在 `src/huimin/tables/work.py` 的 `makes`。
A night's working tables: who makes each and what it needs. The order follows from the declarations (`makes` in
`src/huimin/tables/work.py`); a test compares them with the SQL of every module.
"""


def night_page() -> str:
    """The page: the steps, the graph of tables, and each table's maker."""
    matched = [maker for maker in makers() if maker.step == "match"]
    order = concluding()
    published = {one.name for one in (*TABLES, *RESTRICTED_TABLES)}
    return page(
        "一夜 · A night",
        INTRODUCTION,
        section("步骤 · Steps", code(STEPS, "mermaid")),
        section("工作表 · Working tables", code(graph([*matched, *order]), "mermaid")),
        section("比对时 · With the match", table(TITLES, rows(matched, published))),
        section("汇总时，依此次序 · In the conclusion, in this order", table(TITLES, rows(order, published))),
    )


TITLES = ("表 table", "制作 maker", "需要 needs", "发布 published")
STEPS = """
flowchart LR
    receive --> returns --> standardise --> check --> match --> conclude --> publish
"""


def graph(order: Iterable[Maker]) -> str:
    """Mermaid: an arrow from each table to what is made of it."""
    lines = ["flowchart TD"]
    for maker in order:
        made = maker.name.replace(".", "_")
        lines.append(f'    {made}["{" · ".join(maker.tables)}"]')
        lines += [f"    {source} --> {made}" for source in sources(maker)]
    return "\n".join(lines)


def sources(maker: Maker) -> list[str]:
    """The graph's nodes that the maker needs, ascending."""
    by_table = {name: one for one in makers() for name in one.tables}
    return sorted({by_table[need].name.replace(".", "_") for need in maker.needs})


def rows(order: Iterable[Maker], published: set[str]) -> list[tuple[str, str, str, str]]:
    """A row a table."""
    return [
        (
            f"`{name}`",
            f"`{maker.name}`",
            "、".join(f"`{need}`" for need in maker.needs),
            "是" if name in published else "",
        )
        for maker in order
        for name in maker.tables
    ]

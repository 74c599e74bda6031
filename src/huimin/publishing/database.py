"""`clues.duckdb`: every published table, views over them and a Chinese comment on each, for analysts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from huimin.ledger.states import EXEMPT, OPEN
from huimin.tables.declared import DELIVERIES, TABLES, ordered_select
from huimin.tables.published import published_rows
from huimin.tables.sql import literal, quoted

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that analysts may have; tried: 1.4.0 opens it."""
SMALL = 8 * 1024**2
"""Bytes of Parquet up to which a run counts as small: each column of it takes a block, however few its rows."""
BLOCK, BLOCK_OF_SMALL = 256 * 1024, 16 * 1024
"""Bytes of a block of the database: DuckDB's own, which is quick for many rows, and its least."""


@dataclass(frozen=True)
class PublishedView:
    """A view over the published tables. `columns` gives each column's meaning."""

    name: str
    comment: str
    columns: tuple[tuple[str, str], ...]
    sql: str


VIEWS = (
    PublishedView(
        "open_clues",
        "待核查线索，按核查优先度排列",
        (
            ("clue_id", "线索编号"), ("priority", "核查优先度（元）"), ("tier", "等级"), ("rule_title", "规则名称"),
            ("item_title", "补贴项目名称"), ("department", "责任部门"), ("street", "街道"), ("community", "社区"),
            ("name_masked", "脱敏姓名"), ("amount_at_risk", "涉及金额（元）"), ("summary", "疑点概述（脱敏）"),
        ),
        f"""select clue_id, priority, tier, rule_title, item_title, department, street, community, name_masked,
                  amount_at_risk, summary
           from clues where state = '{OPEN}' order by priority desc, clue_id""",
    ),
    PublishedView(
        "clues_by_rule",
        "各规则线索数与涉及金额（不含豁免）",
        (
            ("rule", "规则标识"), ("rule_title", "规则名称"), ("tier", "等级"), ("clues", "线索数"),
            ("amount_at_risk", "涉及金额合计（元）：同一笔钱被几条规则指出时重复计算，去重见 exposure"),
        ),
        f"""select rule, rule_title, tier, count(*) as clues, sum(amount_at_risk) as amount_at_risk
           from clues where state <> '{EXEMPT}' group by rule, rule_title, tier order by clues desc, rule, tier""",
    ),
    PublishedView(
        "clues_by_street",
        "各街道线索数（不含豁免）",
        (
            ("street", "街道"), ("clues", "线索数"), ("open_clues", OPEN), ("households", "涉及户数"),
            ("tier_1", "等级 1"), ("tier_2", "等级 2"), ("tier_3", "等级 3"), ("tier_0", "等级 0（数据疑错）"),
        ),
        f"""select street, count(*) as clues, count(*) filter (where state = '{OPEN}') as open_clues,
                  count(distinct household_key) as households, count(*) filter (where tier = 1) as tier_1,
                  count(*) filter (where tier = 2) as tier_2, count(*) filter (where tier = 3) as tier_3,
                  count(*) filter (where tier = 0) as tier_0
           from clues where state <> '{EXEMPT}' group by street order by clues desc, street nulls last""",
    ),
    PublishedView(
        "households_to_visit",
        "一户一访：同一户籍户待核查线索合并",
        (
            ("household_key", "户代码"), ("street", "街道"), ("community", "社区"), ("clues", "待核查线索数"),
            ("priority", "核查优先度合计（元）"), ("reasons", "涉及规则"),
        ),
        f"""select household_key, min(street) as street, min(community) as community, count(*) as clues,
                  sum(priority) as priority, string_agg(distinct rule_title, '、' order by rule_title) as reasons
           from clues where state = '{OPEN}' and household_key is not null
           group by household_key order by priority desc, household_key""",
    ),
    PublishedView(
        "deliveries_in_force",
        "在用交付",
        tuple((column.name, column.comment) for column in DELIVERIES.columns),
        """select * from deliveries where status in ('accepted', 'accepted_with_rejects')
           order by roster, unit nulls first, received_at, file""",
    ),
    PublishedView(
        "exposure_by_street",
        "各街道涉及金额（同一人同一项目同一期间只计一次）",
        (("street", "街道"), ("amount", "涉及金额（元）")),
        "select street, sum(amount) as amount from exposure group by street order by amount desc, street nulls last",
    ),
)  # fmt: skip


def write_database(folder: Path, place: Path) -> None:
    """The database of the Parquet files in `folder`, whole at `place`, read-only, without a write-ahead log."""
    partial = place.with_name(f".{place.name}.partial")
    partial.unlink(missing_ok=True)
    with duckdb.connect(config={"threads": 2}) as con:
        size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
        block = BLOCK_OF_SMALL if size <= SMALL else BLOCK
        con.execute(f"attach {literal(partial)} as clues_db (storage_version '{STORAGE_VERSION}', block_size {block})")
        with committed_once(con):
            for table in TABLES:
                rows = ordered_select(table, published_rows(table, folder))
                con.execute(f"create table clues_db.{quoted(table.name)} as {rows}")
        con.execute("checkpoint clues_db")
        con.execute("detach clues_db")
    with duckdb.connect(str(partial)) as con:
        with committed_once(con):
            con.execute(";".join((*view_statements(), *comment_statements())))
        con.execute("checkpoint")
    partial.rename(place)


def miscounted(con: duckdb.DuckDBPyConnection, row_counts: Mapping[str, int]) -> Iterator[str]:
    """Each published table of the database that has other rows than the manifest says."""
    for table, rows in sorted(row_counts.items()):
        found = con.execute(f"select count(*) from {quoted(table)}").fetchall()[0][0]
        if found != rows:
            yield f"{table} has {found} rows, the manifest says {rows}"


@contextmanager
def committed_once(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is done inside is one transaction: on disk a commit a statement costs more than most statements."""
    con.begin()
    yield
    con.commit()


def view_statements() -> list[str]:
    """SQL that makes the views."""
    return [f"create view {quoted(view.name)} as {view.sql}" for view in VIEWS]


def comment_statements() -> list[str]:
    """SQL that puts the Chinese meaning on every table, view and column."""
    statements = [f"comment on table {quoted(table.name)} is {literal(table.comment)}" for table in TABLES]
    statements += [f"comment on view {quoted(view.name)} is {literal(view.comment)}" for view in VIEWS]
    statements += [
        f"comment on column {quoted(table)}.{quoted(column)} is {literal(comment)}"
        for table, column, _, comment in columns_reference()
    ]
    return statements


def columns_reference() -> list[tuple[str, str, str | None, str]]:
    """(table or view, column, DuckDB type or None for a view, Chinese meaning) of the whole database, in order."""
    tables = [(table.name, column.name, column.type, column.comment) for table in TABLES for column in table.columns]
    return [*tables, *((view.name, name, None, comment) for view in VIEWS for name, comment in view.columns)]

"""The statistics tables as the district's own form, for page, workbook and terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

from huimin.tables.declared import STATISTICS, ordered_select
from huimin.tables.sql import parquet, rows_of

PARTS = {
    "main": "疑点线索统计表",
    "data": "数据疑错统计表（先请数据提供方核对）",
    "entitlement": "应享未享统计表",
    "funds": "资金与监督统计表",
}
HEADINGS = ("序号", "责任部门", "项目名称", "条数", "部门总条数", "占比")
NO_DEPARTMENT = "（未知部门）"


@dataclass(frozen=True)
class FormLine:
    """One row of a statistics table. `span` rows share its department cell; 0: an earlier row's covers it."""

    position: int
    department: str
    span: int
    item_title: str
    clues: int
    department_clues: int
    share: Decimal


@dataclass(frozen=True)
class FormTable:
    """One statistics table, as the district's form."""

    part: str
    title: str
    lines: tuple[FormLine, ...]

    @property
    def total(self) -> int:
        """Clues in all."""
        return sum(line.clues for line in self.lines)

    @property
    def departments(self) -> list[FormLine]:
        """The first line of each department, in the form's order."""
        return [line for line in self.lines if line.span]


def statistics_parts(rows: Iterable[Mapping[str, Any]]) -> tuple[FormTable, ...]:
    """The statistics tables, the main one always, the others when they have a row."""
    listed = [row for row in rows if row["item"] is not None]
    parts = []
    for part, title in PARTS.items():
        lines: list[FormLine] = []
        for department, group in groupby(
            (row for row in listed if row["part"] == part), key=lambda row: row["department"]
        ):
            members = list(group)
            for place, row in enumerate(members):
                span = 0 if place else len(members)
                figures = (row["item_title"] or row["item"], row["clues"], row["department_clues"], row["share"])
                lines.append(FormLine(len(lines) + 1, department or NO_DEPARTMENT, span, *figures))
        if lines or part == "main":
            parts.append(FormTable(part, title, tuple(lines)))
    return tuple(parts)


def statistics_table(published: Path) -> Table:
    """The main statistics table of a published run for the terminal, as the district's form."""
    with duckdb.connect() as con:
        rows = rows_of(con, ordered_select(STATISTICS, parquet(published / "statistics.parquet")))
    part = statistics_parts(rows)[0]
    table = Table(title=part.title)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for place in (0, 3, 4, 5):
        table.columns[place].justify = "right"
    for line in part.lines:
        shared = (str(line.department_clues), f"{line.share:.2f}%") if line.span else ("", "")
        department = line.department if line.span else ""
        table.add_row(str(line.position), department, line.item_title, str(line.clues), *shared)
    table.add_section()
    table.add_row("", "总计", "", str(part.total), str(part.total), "100.00%" if part.total else "")
    return table

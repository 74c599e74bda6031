"""A small contract and ways to read bytes by it, for the tests of this folder."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from huimin.cells import TYPES
from huimin.contracts.contract import Column, Contract
from huimin.sheets import Limits, Reading, Table, read

COLUMNS = (
    Column("name", TYPES["name"], ("姓名", "享受人姓名"), required=True),
    Column("id_number", TYPES["id_number"], ("身份证号", "身份证号码"), required=True),
    Column("street", TYPES["text"], ("街道", "街道（乡镇）")),
    Column("amount", TYPES["money"], ("发放金额", "金额"), required=True, unit="元"),
    Column("period", TYPES["month"], ("发放月份", "月份"), required=True),
    Column("paid_on", TYPES["date"], ("发放日期",)),
    Column("area_mu", TYPES["decimal"], ("面积",), unit="亩"),
    Column("capital_wan", TYPES["decimal"], ("注册资本",), unit="万元"),
)
ZHANG, LI, WANG = "429999194001010012", "429999194102020025", "429999194203030038"


def contract(columns: tuple[Column, ...] = COLUMNS) -> Contract:
    return Contract(
        "elderly_allowance", "高龄津贴", "benefit", "civil_affairs", "区民政局", "month", "period", 1,
        columns, ("id_number",), ("amount",), (), "",
    )  # fmt: skip


def without(name: str) -> Contract:
    return contract(tuple(column for column in COLUMNS if column.name != name))


def reading(
    folder: Path, content: bytes, file: str, limits: Limits | None = None, by: Contract | None = None
) -> Reading:
    """The archived bytes have no suffix, as in the archive."""
    archived = folder / "0f3a"
    archived.write_bytes(content)
    seen = read(archived, file, by or contract(), limits or Limits())
    return replace(seen, tables=tuple(seen.tables))


def table(folder: Path, text: str | bytes, file: str = "八月.csv") -> Table:
    content = text if isinstance(text, bytes) else text.encode()
    (only,) = reading(folder, content, file).tables
    return only


def drawn(frame: pl.DataFrame) -> list[str]:
    """A frame as lines of text: cells by ` | `, nulls as `·`."""
    return [" | ".join("·" if cell is None else str(cell) for cell in row) for row in frame.iter_rows()]


def layout(seen: Table) -> int:
    return seen.rows - seen.records.height - seen.faults.height

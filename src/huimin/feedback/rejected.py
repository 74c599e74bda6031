"""The rows that a department must correct, as it wrote them, under as few headers as tell their columns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import duckdb

from huimin.contracts.contract import Column, Contract
from huimin.feedback.followed import column_of
from huimin.sheets.titles import titles_of
from huimin.store.delivery import IN_FORCE

MOST_LISTED = 20_000
"""Rows listed of one roster and header; whoever has more corrects what makes them, not row by row."""


@dataclass
class RejectedBlock:
    """The rejected rows of one roster under one header."""

    contract: Contract
    titles: list[str] = field(default_factory=list)
    """As delivered, in the order of the department's own columns."""
    orders: list[tuple[str, ...]] = field(default_factory=list)
    """What the rows tell of that order: the titles of their filled cells, each once."""
    rows: list["RejectedRow"] = field(default_factory=list)
    """No more than are listed."""
    size: int = 0
    """How many there are."""
    faulty: set[str] = field(default_factory=set)
    """Contract columns at fault in some row."""


@dataclass(frozen=True)
class RejectedRow:
    """One rejected row as it was delivered."""

    file: str
    sheet: str | None
    row: int
    reasons: tuple[tuple[str, str], ...]
    """Contract column and reason."""
    cells: Mapping[str, str]
    """By title as delivered; empty ones are not there."""
    candidates: tuple[tuple[str, str, str], ...] = ()
    """Contract column of a damaged ID number, the one person's number that fits it, and why."""


def rosters_to_correct(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The rosters with rejected rows in force."""
    return frozenset(roster for (roster,) in con.execute(ROSTERS).fetchall())


def rejected_rows(con: duckdb.DuckDBPyConnection, roster: str) -> Iterator[RejectedRow]:
    """The roster's rejected rows in force, by file, sheet and row."""
    found = con.execute(REJECTED, {"roster": roster})
    while batch := found.fetchmany(5000):
        for file, sheet, row, columns, reasons, cells, *candidates in batch:
            who = tuple(zip(*candidates)) if candidates[0] else ()
            yield RejectedRow(file, sheet, row, tuple(zip(columns, reasons)), json.loads(cells), who)


def blocks_of(contract: Contract, rows: Iterator[RejectedRow]) -> list[RejectedBlock]:
    """The rows under as few headers as tell their columns: those of files that name a column otherwise stand apart."""
    blocks: list[RejectedBlock] = []
    titles = titles_of(contract)
    known: dict[str, Column | None] = {}
    placed: dict[tuple[str, ...], RejectedBlock] = {}
    for row in rows:
        own = tuple(row.cells)
        if own not in placed:
            known |= {title: column_of(title, titles, contract) for title in own if title not in known}
            block = next((one for one in blocks if fits(one, own, known)), None)
            if block is None:
                block = RejectedBlock(contract)
                blocks.append(block)
            block.orders.append(own)
            block.titles = in_one_order(block.orders) or []
            placed[own] = block
        block = placed[own]
        block.size += 1
        block.faulty |= {column for column, _ in row.reasons}
        if len(block.rows) < MOST_LISTED:
            block.rows.append(row)
    for block in blocks:
        add_missing_columns(block, known)
    return blocks


def fits(block: RejectedBlock, own: Sequence[str], known: Mapping[str, Column | None]) -> bool:
    """Whether a row of these titles can stand under the block's header: one title a column, in one order."""
    named = {column.name: title for title in block.titles if (column := known[title])}
    return all(named.get(column.name, title) == title for title in own if (column := known[title])) and (
        in_one_order([*block.orders, own]) is not None
    )


def in_one_order(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """Every title once, in an order that is each row's own; of several such the first to be seen. None without one."""
    titles = list(dict.fromkeys(title for order in orders for title in order))
    before: dict[str, set[str]] = {title: set() for title in titles}
    for order in orders:
        for first, second in pairwise(order):
            before[second].add(first)
    placed: list[str] = []
    while len(placed) < len(titles):
        following = next((title for title in titles if title not in placed and before[title] <= set(placed)), None)
        if following is None:
            return None
        placed.append(following)
    return placed


def add_missing_columns(block: RejectedBlock, known: dict[str, Column | None]) -> None:
    """A column that is empty in every row has no title here, though it may be what is wrong: it gets the contract's."""
    named = {column.name for title in block.titles if (column := known[title])}
    for column in block.contract.columns:
        if column.name in block.faulty - named:
            known[column.titles[0]] = column
            block.titles.append(column.titles[0])


ROSTERS = f"""
select distinct r.roster from rejects as r join told_deliveries as d on d.delivery = r.delivery
where d.status in {IN_FORCE} and r."column" is distinct from 'header'
"""
REJECTED = f"""
with found as (
    select r.delivery, r.sheet, r."row", any_value(coalesce(d.unit || '/', '') || r.file) as file,
           list(r."column" order by r."column", r.reason) as columns,
           list(r.reason order by r."column", r.reason) as reasons, any_value(r.cells) as cells
    from rejects as r join told_deliveries as d on d.delivery = r.delivery
    where d.status in {IN_FORCE} and r.roster = $roster and r."column" is distinct from 'header'
    group by r.delivery, r.sheet, r."row"
),
meant as (
    select delivery, sheet, "row", list("column" order by "column") as columns,
           list(id_number order by "column") as numbers, list(ground order by "column") as grounds
    from candidates where is_shown group by delivery, sheet, "row"
)
select f.file, f.sheet, f."row", f.columns, f.reasons, f.cells, m.columns, m.numbers, m.grounds
from found as f
left join meant as m on m.delivery = f.delivery and m.sheet is not distinct from f.sheet and m."row" = f."row"
order by f.file, f.delivery, f.sheet nulls first, f."row"
"""

"""What changed about a clue that people had decided on: column by column, whole for the door and as it is published."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from huimin.cells.types import HIDDEN, IF_COMMON, MONEY, NAME, TOLD
from huimin.contracts.contract import Column, Contract
from huimin.ledger.states import CLOSED, UNFOUNDED, UPHELD
from huimin.tables.declared import FACTS, column_types
from huimin.tables.sql import parquet
from huimin.tables.work import makes

FACTS_FILE = f"{FACTS.name}.parquet"
KEPT_DAYS = 60
"""Days for which facts are kept that nobody decided on: so long a ledger that was handed out may come back."""
MOST_TOLD = 6
"""Changes told of one clue; the rest are counted."""
NOTHING = "空"
UNTOLD = (HIDDEN, TOLD, IF_COMMON)
"""Masks of texts of which nobody knows what they say: that they changed is published, and no value."""

FactRow = dict[str, str | None]
"""The cells of an evidence row, as text by column."""
Masked = Mapping[tuple[str, str, str], str | None]
"""What is published of a value, by roster, column and the whole value."""
Reader = Callable[[Column, str], str | None]
"""What a reader sees of a value; None: not at all."""


@dataclass(frozen=True)
class Change:
    """One difference between two nights' facts of a clue."""

    roster: str
    column: str | None
    """None: a whole row that came, or is there no more."""
    before: str | None
    after: str | None


@makes("facts", needs=("ledger", "fact_rows", "clue_numbers"), scratch=("past_facts",))
def lay_facts(con: duckdb.DuckDBPyConnection, run_date: date, past_facts: Path | None) -> None:
    """Table `facts`: tonight's evidence rows of each clue, and from the last run's file those that may be asked for.

    These are the rows that somebody decided on, and those seen in the last `KEPT_DAYS` days. Restricted: values are
    whole.
    """
    lay_past(con, past_facts)
    con.execute(FACTS_SQL, {"run_date": run_date, "days": KEPT_DAYS})


@makes(
    "reopened",
    needs=("fact_rows", "clue_numbers", "previous_ledger", "masked_texts"),
    scratch=("past_facts", "changed_clues"),
)
def lay_reopened(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], past_facts: Path | None) -> None:
    """Table `reopened(clue_id, whole, shown)`: what changed of each found clue that was settled on other evidence.

    `whole` is restricted; `shown` has values as analysts see them, and of texts only that they changed. Clues whose
    earlier facts were not kept are not there.
    """
    lay_past(con, past_facts)
    con.execute(CHANGED_CLUES, {"settled": [UNFOUNDED, UPHELD, CLOSED]})
    before, after = facts_of(con, PAST), facts_of(con, TONIGHT)
    changes = {clue: changes_of(rows, after.get(clue, ()), contracts) for clue, rows in before.items()}
    masked = masked_values(con, [change for own in changes.values() for change in own], contracts)
    told = [
        (clue, told_whole(own, contracts), told_masked(own, contracts, masked)) for clue, own in changes.items() if own
    ]
    con.execute("create or replace temp table reopened (clue_id varchar, whole varchar, shown varchar)")
    if told:
        con.executemany("insert into reopened values (?, ?, ?)", told)


def lay_past(con: duckdb.DuckDBPyConnection, past_facts: Path | None) -> None:
    """Table `past_facts`: the rows of the last run's file, none without one."""
    con.execute(f"create or replace temp table past_facts ({column_types(FACTS)})")
    if past_facts is not None:
        con.execute(f"insert into past_facts by name select * from {parquet(past_facts)}")


def facts_of(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[tuple[str, FactRow]]]:
    """Roster and cells of each evidence row, by clue."""
    found: defaultdict[str, list[tuple[str, FactRow]]] = defaultdict(list)
    for clue, roster, whole in con.execute(sql).fetchall():
        found[clue].append((roster, json.loads(whole)))
    return found


def changes_of(
    before: Sequence[tuple[str, FactRow]], after: Sequence[tuple[str, FactRow]], contracts: Mapping[str, Contract]
) -> list[Change]:
    """What differs, each difference once, in the order of rosters and columns.

    Rows that are alike are left out; the others are paired by the roster's key, then within a person by what they have
    in common. Payments that only came or only went are told by the clue's periods and sums.
    """
    changes: dict[Change, None] = {}
    for roster in dict.fromkeys(roster for roster, _ in (*before, *after) if roster in contracts):
        contract = contracts[roster]
        old, new = unlike([cells for own, cells in before if own == roster], [c for own, c in after if own == roster])
        for one, other in paired(old, new, contract):
            if one and other:
                differing = [name for name in told_columns(contract) if one.get(name) != other.get(name)]
                changes |= dict.fromkeys(Change(roster, name, one.get(name), other.get(name)) for name in differing)
            elif contract.kind == "register":
                changes[Change(roster, None, *(None if row is None else row_text(row) for row in (one, other)))] = None
    return list(changes)


def unlike(old: Sequence[FactRow], new: Sequence[FactRow]) -> tuple[list[FactRow], list[FactRow]]:
    """The rows of either side that the other has not."""
    olds, news = (Counter(row_text(row) for row in rows) for rows in (old, new))
    return tuple(  # type: ignore[return-value]
        [json.loads(text) for text in sorted((one - other).elements())] for one, other in ((olds, news), (news, olds))
    )


def row_text(row: FactRow) -> str:
    """The row as a text that is the same for the same cells."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def paired(
    old: list[FactRow], new: list[FactRow], contract: Contract
) -> Iterator[tuple[FactRow | None, FactRow | None]]:
    """Each old row with the new row in its place, of one key, else of one person; None where a side lacks it."""
    own = ("id_number", *contract.key, *([contract.period_column] if contract.period_column else []))
    for names in (own, ("id_number",), ()):
        for one in list(old):
            near = [row for row in new if all(row.get(name) == one.get(name) for name in names)]
            if near and (names != () or contract.kind != "register"):
                other = max(near, key=lambda row: sum(row.get(name) == value for name, value in one.items()))
                old.remove(one)
                new.remove(other)
                yield one, other
    yield from ((one, None) for one in old)
    yield from ((None, other) for other in new)


def told_columns(contract: Contract) -> tuple[str, ...]:
    """The columns that an evidence hash is made of."""
    own = {column.name for column in contract.columns}
    told = [name for name in ("id_number", "name") if name in own and name not in contract.evidence]
    return (*told, *contract.evidence)


def told_whole(changes: Sequence[Change], contracts: Mapping[str, Contract]) -> str:
    """The changes for those who go to the door: of ID numbers and accounts the tail, all else whole."""
    return listed(told(change, changes, contracts, at_the_door) for change in changes)


def at_the_door(column: Column, text: str) -> str:
    """The value as a case worker may say it at somebody's door: of an identifier only the last four characters."""
    return f"尾号{text[-4:]}" if column.type.mask.door else text


def told_masked(changes: Sequence[Change], contracts: Mapping[str, Contract], masked: Masked) -> str:
    """The changes as they are published."""

    def published(roster: str) -> Reader:
        return lambda column, text: masked.get((roster, column.name, text))

    return listed(told(change, changes, contracts, published(change.roster)) for change in changes)


def listed(told: Iterable[str]) -> str:
    """The texts, each once, no more than `MOST_TOLD` of them."""
    texts = list(dict.fromkeys(told))
    more = [f"等{len(texts)}处"] if len(texts) > MOST_TOLD else []
    return "；".join((*texts[:MOST_TOLD], *more))


def told(change: Change, among: Sequence[Change], contracts: Mapping[str, Contract], reader: Reader) -> str:
    """One change in Chinese: `死亡日期 2023-04-16 → 2023-04-15`."""
    contract = contracts[change.roster]
    if change.column is None:
        verb, row = ("不再有", change.before) if change.after is None else ("新增", change.after)
        return f"{verb}{contract.title}记录{told_cells(json.loads(row or '{}'), contract, reader)}"
    column = contract.column(change.column)
    title = column.titles[0]
    if any(other.column == change.column and other.roster != change.roster for other in among):
        title = f"{contract.title}的{title}"
    before, after = (seen(column, text, reader) for text in (change.before, change.after))
    if before is None or after is None:
        return f"{title}有变化"
    if before != after:
        return f"{title} {before} → {after}"
    if column.type is NAME:
        return f"{title} {before} → {after}（第{where_unlike(change.before or '', change.after or '')}字不同）"
    return f"{title}有变化（{after}）"


def told_cells(row: FactRow, contract: Contract, reader: Reader) -> str:
    """The filled cells of a row in brackets, those that the reader may see."""
    cells = [
        f"{column.titles[0]} {text}"
        for name in contract.evidence
        if row.get(name) is not None and (text := seen(column := contract.column(name), row[name], reader)) is not None
    ]
    return f"（{'，'.join(cells)}）" if cells else ""


def seen(column: Column, text: str | None, reader: Reader) -> str | None:
    """The value as the reader sees it; None when it is not shown."""
    if text is None:
        return NOTHING
    shown = reader(column, text)
    return f"{Decimal(shown):,.2f}" if shown is not None and column.type is MONEY else shown


def where_unlike(one: str, other: str) -> str:
    """The places in which two texts of one length differ, from 1."""
    return "、".join(str(place) for place, pair in enumerate(zip(one, other), 1) if pair[0] != pair[1])


def masked_values(
    con: duckdb.DuckDBPyConnection, changes: Sequence[Change], contracts: Mapping[str, Contract]
) -> Masked:
    """What is published of every value in the changes, by roster, column and value; texts are left out."""
    texts: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for change in changes:
        rows = [json.loads(text) if change.column is None else {change.column: text}
                for text in (change.before, change.after) if text is not None]  # fmt: skip
        for row in rows:
            for name in told_columns(contracts[change.roster]):
                if (text := row.get(name)) is not None:
                    texts[change.roster, name].add(text)
    masked: dict[tuple[str, str, str], str | None] = {}
    for (roster, name), values in sorted(texts.items()):
        column = contracts[roster].column(name)
        if column.mask in UNTOLD:
            continue
        shown = column.mask.of(f"try_cast(x as {column.type.sql})")
        sql = f"select x, {shown} from (select unnest($values::varchar[]) as x)"
        found = con.execute(sql, {"values": sorted(values)}).fetchall()
        masked |= {(roster, name, text): told for text, told in found}
    return masked


CHANGED_CLUES = """
create or replace temp table changed_clues as
select n.clue, n.clue_id, coalesce(p.decided_evidence, p.evidence_hash) as evidence_hash
from clue_numbers as n join previous_ledger as p on p.clue_id = n.clue_id
where n.evidence_hash <> coalesce(p.decided_evidence, p.evidence_hash)
    and list_contains($settled::varchar[], coalesce(p.exempted_state, p.state))
"""
PAST = """
select c.clue_id, f.roster, f.whole from changed_clues as c
join past_facts as f on f.clue_id = c.clue_id and f.evidence_hash = c.evidence_hash
order by all
"""
TONIGHT = """
select c.clue_id, f.roster, f.whole from changed_clues as c join fact_rows as f on f.clue = c.clue order by all
"""

FACTS_SQL = """
create or replace table facts as
select n.clue_id, n.evidence_hash, $run_date::date as seen_on, f.roster, f.whole
from fact_rows as f join clue_numbers as n on n.clue = f.clue
union all
select p.clue_id, p.evidence_hash, p.seen_on, p.roster, p.whole
from past_facts as p
join ledger as l on l.clue_id = p.clue_id
left join clue_numbers as n on n.clue_id = p.clue_id
where p.evidence_hash is distinct from n.evidence_hash
    and (p.evidence_hash = l.decided_evidence or p.seen_on + $days::integer >= $run_date::date)
"""

"""Where each clue of a return stands: its state by the ledger, what was found by the decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb

from huimin.ledger.plans import plans_of
from huimin.ledger.records import Record
from huimin.ledger.states import CLOSED, GONE, OPEN, RECHECKING, RECTIFYING
from huimin.returns.filled import PROGRESS_NAME, TOTALS, Value
from huimin.tables.sql import rows_of
from huimin.workbooks.columns import FILLED

FOUND = tuple(column.name for column in FILLED if column.name != PROGRESS_NAME)


@dataclass(frozen=True)
class Known:
    """Where a clue stands before a returned row is judged."""

    clue_id: str
    state: str
    plan: str | None = None
    plan_kind: str | None = None
    first_seen: date | None = None
    amount_at_risk: Decimal | None = None
    found: Mapping[str, Value] = field(default_factory=dict)
    """What was found and still stands, by the decision's column, and `progress`."""
    history: tuple[tuple[str | None, Mapping[str, Value]], ...] = ()
    """After every return: the evidence that was seen, and all that had been found by then."""
    told_by: str = ""
    """Who found it, in which file: for whoever found something else."""


def known_clues(
    con: duckdb.DuckDBPyConnection, records: Sequence[Record], clue_ids: Collection[str]
) -> dict[str, Known]:
    """Those of the clues that the ledger has, by id. `con` holds `previous_ledger` and `decisions` of all the records.

    What was found of a clue that is open, or drawn for re-check, counts no more, but for the sums of money.
    """
    kinds = {plan.plan: plan.kind for plan in plans_of(records)}
    told = told_of(con, clue_ids)
    sql = "select * from previous_ledger where list_contains($ids::varchar[], clue_id)"
    ledger = rows_of(con, sql, ids=sorted(clue_ids))
    return {row["clue_id"]: known_clue(row, told.get(row["clue_id"], []), kinds) for row in ledger}


def told_of(con: duckdb.DuckDBPyConnection, clue_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The decisions on each clue in the order taken."""
    found = rows_of(
        con,
        """select * from decisions where list_contains($ids::varchar[], clue_id) and kind not in ('spot', 'visits')
           order by clue_id, record, sequence""",
        ids=sorted(clue_ids),
    )
    return {clue: list(own) for clue, own in groupby(found, key=lambda row: str(row["clue_id"]))}


def known_clue(row: Mapping[str, Any], decisions: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> Known:
    """Where one clue stands: a row of the ledger and the decisions on it."""
    found: dict[str, Any] = {}
    history, told_by = [], ""
    for _, several in groupby(decisions, key=lambda decision: decision["record"]):
        evidence = None
        for decision in several:
            if decision["outcome"] is not None:
                found = {name: value for name, value in found.items() if name in TOTALS}
                told_by = told(decision)
            found |= {name: decision[name] for name in FOUND if decision[name] is not None}
            if decision["state"] is not None:
                found |= progress_of(decision["state"])
            evidence = decision["evidence_hash"] or evidence
        history.append((evidence, dict(found)))
    state = row["state"]
    standing = {**found, **{name: row[name] for name in FOUND if row.get(name) is not None}}
    if state in (OPEN, GONE, RECHECKING):
        standing = {name: value for name, value in standing.items() if name in TOTALS}
    standing.pop(PROGRESS_NAME, None)
    standing |= progress_of(state)
    return Known(
        row["clue_id"], state, row["plan"], kinds.get(row["plan"] or ""), row["first_seen"], row["amount_at_risk"],
        standing, tuple(history), told_by,
    )  # fmt: skip


def progress_of(state: str) -> dict[str, Any]:
    """What the column 整改进展 says of a state."""
    return {PROGRESS_NAME: state} if state in (RECTIFYING, CLOSED) else {}


def told(decision: Mapping[str, Any]) -> str:
    """Who found it, when, in which file."""
    day = decision["verified_on"]
    parts = [f"核查人 {decision['verifier']}" if decision["verifier"] else "", str(day or ""), decision["file"] or ""]
    return "，".join(part for part in parts if part)

"""A rule's given/expected cases, and what each of them really gives: ``tests/rules/<rule>.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from huimin.cells.types import MONTH
from huimin.clues.gather import gather
from huimin.contracts.contract import Column, Contract
from huimin.errors import RuleError
from huimin.matching.match import match, needed_views
from huimin.matching.mount import lay_delivered, mount
from huimin.matching.policy import Policy
from huimin.project import Project
from huimin.tables.work import open_work

EXPECTED = {
    "item": "item",
    "id_number": "id_number",
    "subject": "subject",
    "first": "first_period",
    "last": "last_period",
    "periods": "periods",
    "amount": "amount_at_risk",
    "tier": "tier",
    "identity": "identity",
    "name": "name",
}
"""Column of an expected table → column of `clue_hits`."""

DrawnRow = tuple[str | None, ...]


@dataclass(frozen=True)
class DrawnTable:
    """A table drawn as text: columns apart by ``|``, the first line names them, an empty cell is null."""

    columns: tuple[str, ...]
    rows: tuple[DrawnRow, ...]


@dataclass(frozen=True)
class Case:
    """What a rule should find in a few rows."""

    rule: str
    name: str
    run_date: date
    given: Mapping[str, DrawnTable]
    """By roster; `delivered` (roster, slot) adds slots in force that have no row; `policy_<key>` (from_on, to_on, …)
    stands instead of that parameter's rows."""
    expected: DrawnTable


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file, in its order. Raises RuleError."""
    where = f"tests/rules/{path.name}"
    try:
        cases = tomllib.loads(path.read_text("utf-8")).get("case", [])
    except FileNotFoundError:
        raise RuleError(where, "there is no such file", "draw the rule's cases in it: see CONTRIBUTING.md") from None
    except tomllib.TOMLDecodeError as error:
        raise RuleError(where, f"the TOML cannot be read: {error}", "correct that line") from None
    return tuple(read_case(path.stem, where, case) for case in cases)


def read_case(rule: str, where: str, case: Mapping[str, Any]) -> Case:
    """One [[case]] of a file."""
    wanted = {"name": str, "run_date": date, "given": dict, "expected": str}
    for key, kind in wanted.items():
        if not isinstance(case.get(key), kind):
            raise RuleError(where, f"a case's {key} is missing or of another type", "see docs/design.md, 'A rule'")
    if set(case) - set(wanted):
        raise RuleError(where, f"unknown keys in case {case['name']}", f"a case has {', '.join(wanted)}")
    given = {roster: draw(text) for roster, text in case["given"].items()}
    expected = draw(case["expected"])
    unknown = set(expected.columns) - set(EXPECTED)
    if unknown:
        raise RuleError(where, f"unknown expected column {', '.join(sorted(unknown))}", f"use {', '.join(EXPECTED)}")
    return Case(rule, case["name"], case["run_date"], given, expected)


def draw(text: str) -> DrawnTable:
    """The table that a text draws; no line at all is the empty table."""
    lines = [tuple(cell.strip() or None for cell in line.split("|")) for line in text.splitlines() if line.strip()]
    if not lines:
        return DrawnTable((), ())
    return DrawnTable(tuple(cell or "" for cell in lines[0]), tuple(lines[1:]))


def found_rows(case: Case, project: Project) -> tuple[DrawnRow, ...]:
    """The clues that the rule gives, as the rows of the case's expected table would draw them, ascending.

    Raises RuleError when the rule does not run on what is given.
    """
    con = open_work(None, memory="512MB", threads=1)
    try:
        mount(con, project.contracts, {})
        lay_given(con, case, project.contracts)
        rules = {case.rule: project.rules[case.rule]}
        read = needed_views(rules.values(), project.views)
        views = {name: view for name, view in project.views.items() if name in read}
        match(con, rules, views, given_policy(case, project), project.contracts, case.run_date)
        outcome = con.execute("select status, why from rule_outcomes").fetchone()
        if outcome is None or outcome[0] != "ran":
            why = outcome[1] if outcome else "no outcome"
            raise RuleError(
                f"tests/rules/{case.rule}.toml, {case.name}", f"the rule is skipped: {why}", "give what it reads"
            )
        gather(con, rules)
        columns = ", ".join(f"{EXPECTED[column]}" for column in case.expected.columns or EXPECTED)
        rows = con.execute(f"select {columns} from clue_hits").fetchall()
    finally:
        con.close()
    return ascending([tuple(drawn(value) for value in row) for row in rows])


def expected_rows(case: Case) -> tuple[DrawnRow, ...]:
    """The case's expected clues, ascending, figures in one form."""
    amounts = [column == "amount" for column in case.expected.columns]
    return ascending(
        [
            tuple(drawn(Decimal(value)) if is_amount and value else value for value, is_amount in zip(row, amounts))
            for row in case.expected.rows
        ]
    )


def ascending(rows: Sequence[DrawnRow]) -> tuple[DrawnRow, ...]:
    """The rows in order, nulls first."""
    return tuple(sorted(rows, key=lambda row: tuple((value is not None, value or "") for value in row)))


def drawn(value: object) -> str | None:
    """A value as an expected table draws it: money without trailing zeros, dates in ISO form."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else str(value)


def lay_given(con: duckdb.DuckDBPyConnection, case: Case, contracts: Mapping[str, Contract]) -> None:
    """Every given row in the work database, and the slots that they fill in `delivered`."""
    filled: dict[str, set[str]] = {}
    next_ref = 1
    for roster, table in case.given.items():
        if roster == "delivered" or names_parameter(roster, contracts):
            continue
        if roster not in contracts:
            raise RuleError(
                f"tests/rules/{case.rule}.toml, {case.name}", f"no roster {roster}", "see `huimin rosters list`"
            )
        lay_rows(con, case, contracts[roster], table, next_ref)
        next_ref += len(table.rows)
        filled[roster] = slots(con, contracts[roster], case.run_date)
    listed = case.given["delivered"].rows if "delivered" in case.given else ()
    for row in listed:
        filled.setdefault(row[0] or "", set()).add(row[1] or "")
    for roster, held in filled.items():
        lay_delivered(con, roster, {(None, slot) for slot in held})


def names_parameter(name: str, contracts: Mapping[str, Contract]) -> bool:
    """Whether a given table is a policy parameter's; `policy_list` is a roster."""
    return name.startswith("policy_") and name not in contracts


def given_policy(case: Case, project: Project) -> Policy:
    """The policy with the rows that the case gives under `policy_<key>`."""
    parameters = dict(project.policy.parameters)
    for name, table in case.given.items():
        if not names_parameter(name, project.contracts):
            continue
        key = name.removeprefix("policy_")
        where = f"tests/rules/{case.rule}.toml, {case.name}"
        if key not in parameters:
            raise RuleError(where, f"no policy parameter {key}", "see rules/policy.toml")
        columns = ("from_on", "to_on", *(column for column, _ in parameters[key].columns))
        if table.columns != columns:
            raise RuleError(where, f"the drawn {name} is not its table", f"draw {' | '.join(columns)}")
        rows = tuple(tuple(cell or "" for cell in row) for row in table.rows)
        parameters[key] = replace(parameters[key], rows=rows)
    return Policy(parameters, project.policy.digest)


def lay_rows(con: duckdb.DuckDBPyConnection, case: Case, contract: Contract, table: DrawnTable, first_ref: int) -> None:
    """The drawn rows in the roster's table, refs from `first_ref` on."""
    own = {column.name: column for column in contract.columns}
    if set(table.columns) - set(own) or any(len(row) != len(table.columns) for row in table.rows):
        where = f"tests/rules/{case.rule}.toml, {case.name}"
        raise RuleError(
            where, f"the drawn {contract.roster} does not fit its contract", "correct its columns or a row's cells"
        )
    casts = ", ".join(cast(own[name]) for name in table.columns)
    names = ", ".join([*table.columns, "ref", "delivery", "row"])
    for number, row in enumerate(table.rows):
        provenance = [first_ref + number, contract.roster, number + 2]
        con.execute(f"insert into {contract.roster} ({names}) values ({casts}, ?, ?, ?)", [*row, *provenance])


def cast(column: Column) -> str:
    """The SQL that turns a drawn cell into the column's type; a month may be drawn without its day."""
    return "cast(? || '-01' as date)" if column.type is MONTH else f"cast(? as {column.type.sql})"


def slots(con: duckdb.DuckDBPyConnection, contract: Contract, run_date: date) -> set[str]:
    """The slots that a roster's rows fill; a register is as at the run date, even without a row."""
    if contract.period == "register" or contract.period_column is None:
        return {run_date.isoformat()}
    form = {"month": "strftime({0}, '%Y-%m')", "event": "strftime({0}, '%Y-%m')"}.get(contract.period, "{0}::varchar")
    rows = con.execute(f"select distinct {form.format(contract.period_column)} from {contract.roster}").fetchall()
    return {slot for (slot,) in rows if slot is not None}


def differences(case: Case, project: Project) -> tuple[tuple[DrawnRow, ...], tuple[DrawnRow, ...]]:
    """Expected clues that the rule does not give, and clues that nobody expected; both empty when the case holds."""
    found, expected = list(found_rows(case, project)), list(expected_rows(case))
    lacking = []
    for row in expected:
        if row in found:
            found.remove(row)
        else:
            lacking.append(row)
    return tuple(lacking), tuple(found)

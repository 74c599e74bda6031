"""What a rule really gives on the rows of its cases, beside what they state."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from huimin.cells.types import MONTH
from huimin.clues.gather import gather
from huimin.contracts.contract import Column, Contract
from huimin.errors import RuleError
from huimin.language import _
from huimin.matching.core import Texts
from huimin.matching.match import lay_run, lay_views, match
from huimin.matching.mount import lay_benefit_rows, lay_delivered, lay_mounted, mount
from huimin.matching.policy import Policy, lay_policy
from huimin.matching.rule import Rule
from huimin.nights.rule_cases import Case, DrawnRow, DrawnTable
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
"""Column of an expected table → column of `clue_hits`; a rule's fact columns may stand beside them."""

EVIDENCE = ("item", "id_number", "subject", "role", "roster", "row")
"""Columns of an evidence table: whose clue, and which matched row; `row` counts from 1 in the roster's drawn table."""

NO_POLICY = Policy({}, "")
"""What `match` adds to a policy that stands already."""


@dataclass(frozen=True)
class LaidCase:
    """A case whose rows and policy stand in a work database, under the standard views."""

    case: Case
    con: duckdb.DuckDBPyConnection
    contracts: Mapping[str, Contract]
    first_refs: Mapping[str, int]
    """The ref of the first row of each roster's drawn table."""

    def differences(self, rule: Rule) -> tuple[tuple[DrawnRow, ...], tuple[DrawnRow, ...]]:
        """Rows that the case states and the rule does not give, then those that it gives and the case does not state.

        Both are empty when the case holds. A row of evidence begins with `evidence`, a figure with its name.
        Raises RuleError when the rule does not run on what is given.
        """
        left, lacking = list(self.found(rule)), []
        for row in stated(self.case):
            if row in left:
                left.remove(row)
            else:
                lacking.append(row)
        return tuple(lacking), tuple(left)

    def found(self, rule: Rule) -> tuple[DrawnRow, ...]:
        """What the rule gives, as the case's tables would draw it, ascending."""
        case, con, where = self.case, self.con, place(self.case)
        columns = clue_columns(case.expected, rule, where)
        self.run(rule)
        if not con.execute("from hits limit 1").fetchone():
            return self.figures()
        gather(con, {rule.rule: rule})
        rows = con.execute(f"select {', '.join(columns)} from clue_hits").fetchall()
        clues = ascending([tuple(drawn(value) for value in row) for row in rows])
        evidence = evidence_rows(con, case.evidence, self.first_refs, where) if case.evidence else ()
        return (*clues, *evidence, *self.figures())

    def run(self, rule: Rule) -> None:
        """Fills `hits` and `rule_outcomes`. Raises RuleError when the rule does not run on what is given."""
        match(self.con, {rule.rule: rule}, {}, NO_POLICY, self.contracts, self.case.run_date)
        skipped = self.con.execute("select why from rule_outcomes where status = 'skipped'").fetchone()
        if skipped:
            raise RuleError(place(self.case), _("the rule is skipped: {why}", why=skipped[0]), _("give what it reads"))

    def figures(self) -> tuple[DrawnRow, ...]:
        """The figures that the case states, as the rule has them."""
        population, not_judged = self.con.execute(
            "select population, periods_not_judged from rule_outcomes"
        ).fetchall()[0]
        return figure_rows(self.case, population, not_judged)


class CaseBench:
    """A work database with every roster and no row, on which one case after the other is laid and cleared away."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.con = open_work(None, memory="512MB", threads=1)
        mount(self.con, project.contracts, {})
        lay_run(self.con, date.min)
        lay_policy(self.con, project.policy)
        lay_views(Texts(self.con), project.views, {})  # none is kept: they show whatever rows a case has

    @contextmanager
    def laid(self, case: Case) -> Iterator[LaidCase]:
        """The case, laid; gone afterwards. Raises RuleError for rows that fit no contract."""
        contracts = self.project.contracts
        self.con.begin()
        try:
            first_refs = lay_given(self.con, case, contracts)
            lay_benefit_rows(self.con, contracts, case.given)
            lay_run(self.con, case.run_date)
            lay_policy(self.con, given_policy(case, self.project))
            yield LaidCase(case, self.con, contracts, first_refs)
        finally:
            self.con.rollback()

    def differences(self, case: Case) -> tuple[tuple[DrawnRow, ...], tuple[DrawnRow, ...]]:
        """As `LaidCase.differences`, of the case's own rule."""
        with self.laid(case) as laid:
            return laid.differences(self.project.rules[case.rule])

    def close(self) -> None:
        """Gives the memory back."""
        self.con.close()


def place(case: Case) -> str:
    """Where the case stands, for errors."""
    return f"tests/rules/{case.rule}.toml, {case.name}"


def stated(case: Case) -> tuple[DrawnRow, ...]:
    """What the case states, ascending, figures in one form."""
    amounts = [column == "amount" for column in case.expected.columns]
    clues = [
        tuple(drawn(Decimal(value)) if is_amount and value else value for value, is_amount in zip(row, amounts))
        for row in case.expected.rows
    ]
    evidence = case.evidence.rows if case.evidence else ()
    return (
        *ascending(clues),
        *ascending([("evidence", *row) for row in evidence]),
        *figure_rows(case, case.population, case.not_judged),
    )


def figure_rows(case: Case, population: int | None, not_judged: int | None) -> tuple[DrawnRow, ...]:
    """Each figure that the case states, as a row."""
    rows = ("population", case.population, population), ("not judged", case.not_judged, not_judged)
    return tuple((name, drawn(figure)) for name, wanted, figure in rows if wanted is not None)


def clue_columns(expected: DrawnTable, rule: Rule, where: str) -> tuple[str, ...]:
    """For each column of an expected table the expression over `clue_hits`. Raises RuleError."""
    known = {fact: f"""nullif(array_to_string(facts->>'$."{fact}"[*]', '、'), '')""" for fact in rule.facts} | EXPECTED
    refuse_unknown("expected", expected, known, where)
    return tuple(known[column] for column in expected.columns or EXPECTED)


def evidence_rows(
    con: duckdb.DuckDBPyConnection, evidence: DrawnTable, first_refs: Mapping[str, int], where: str
) -> tuple[DrawnRow, ...]:
    """The matched rows of all clues, as the evidence table would draw them, ascending. Raises RuleError."""
    refuse_unknown("evidence", evidence, EVIDENCE, where)
    rows = con.execute(
        """select item, h.id_number, subject, role, roster, ref
           from clue_rows as r inner join clue_hits as h on h.clue = r.clue"""
    ).fetchall()
    found_rows = [dict(zip(EVIDENCE, (*row[:-1], row[-1] - first_refs[row[-2]] + 1), strict=True)) for row in rows]
    return ascending([("evidence", *(drawn(row[column]) for column in evidence.columns)) for row in found_rows])


def refuse_unknown(name: str, table: DrawnTable, known: Collection[str], where: str) -> None:
    """Raises RuleError for a drawn table with a column of another name."""
    unknown = sorted(set(table.columns) - set(known))
    if unknown:
        raise RuleError(
            where,
            _("unknown {name} column {unknown}", name=name, unknown=", ".join(unknown)),
            _("use {known}", known=", ".join(known)),
        )


def ascending(rows: Sequence[DrawnRow]) -> tuple[DrawnRow, ...]:
    """The rows in order, nulls first."""
    return tuple(sorted(rows, key=lambda row: tuple((value is not None, value or "") for value in row)))


def drawn(value: object) -> str | None:
    """A value as an expected table draws it: money without trailing zeros, dates in ISO form."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else str(value)


def lay_given(con: duckdb.DuckDBPyConnection, case: Case, contracts: Mapping[str, Contract]) -> dict[str, int]:
    """Every given row in the work database, and the slots that they fill in `delivered`; the first ref by roster."""
    filled: dict[str, set[tuple[str | None, str]]] = {}
    first_refs: dict[str, int] = {}
    next_ref = 1
    for roster, table in case.given.items():
        if roster == "delivered" or names_parameter(roster, contracts):
            continue
        if roster not in contracts:
            raise RuleError(place(case), _("no roster {roster}", roster=roster), _("see `huimin rosters list`"))
        lay_rows(con, case, contracts[roster], table, next_ref)
        first_refs[roster] = next_ref
        next_ref += len(table.rows)
        filled[roster] = {(None, slot) for slot in slots(con, contracts[roster], case.run_date)}
    for told in listed_slots(case):
        filled.setdefault(told["roster"] or "", set()).add((told.get("unit"), told["slot"] or ""))
    for roster, held in filled.items():
        lay_delivered(con, roster, held)
    return first_refs


def listed_slots(case: Case) -> list[dict[str, str | None]]:
    """The rows that the case draws under `delivered`. Raises RuleError."""
    listed = case.given.get("delivered", DrawnTable(("roster", "slot"), ()))
    if listed.columns[:2] != ("roster", "slot"):
        fix = _("draw {columns}", columns="roster | slot | unit")
        raise RuleError(place(case), _("the drawn {name} is not its table", name="delivered"), fix)
    return [dict(zip(listed.columns, row)) for row in listed.rows]


def names_parameter(name: str, contracts: Mapping[str, Contract]) -> bool:
    """Whether a given table is a policy parameter's; `policy_list` is a roster."""
    return name.startswith("policy_") and name not in contracts


def given_policy(case: Case, project: Project) -> Policy:
    """The parameters that the case gives under `policy_<key>`, with their rows."""
    parameters = {}
    for name, table in case.given.items():
        if not names_parameter(name, project.contracts):
            continue
        key = name.removeprefix("policy_")
        where = place(case)
        if key not in project.policy.parameters:
            raise RuleError(where, _("no policy parameter {key}", key=key), _("see rules/policy.toml"))
        parameter = project.policy.parameters[key]
        columns = ("from_on", "to_on", *(column for column, _ in parameter.columns))
        if table.columns != columns:
            raise RuleError(
                where,
                _("the drawn {name} is not its table", name=name),
                _("draw {columns}", columns=" | ".join(columns)),
            )
        rows = tuple(tuple(cell or "" for cell in row) for row in table.rows)
        parameters[key] = replace(parameter, rows=rows)
    return Policy(parameters, project.policy.digest)


def lay_rows(con: duckdb.DuckDBPyConnection, case: Case, contract: Contract, table: DrawnTable, first_ref: int) -> None:
    """The drawn rows in the roster's table, refs from `first_ref` on."""
    own = {column.name: column for column in contract.columns}
    if set(table.columns) - set(own) or any(len(row) != len(table.columns) for row in table.rows):
        where = place(case)
        raise RuleError(
            where,
            _("the drawn {roster} does not fit its contract", roster=contract.roster),
            _("correct its columns or a row's cells"),
        )
    casts = ", ".join(cast(own[name]) for name in table.columns)
    names = ", ".join([*table.columns, "ref", "delivery", "row"])
    for number, row in enumerate(table.rows):
        provenance = [first_ref + number, contract.roster, number + 2]
        con.execute(f"insert into {contract.roster} ({names}) values ({casts}, ?, ?, ?)", [*row, *provenance])
    lay_mounted(con, contract.roster)


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

"""The rules and standard views, read from ``rules/``: a TOML header in the opening comment and one SELECT a file."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from huimin.cells import TYPES, CellType
from huimin.cells.types import TEXT
from huimin.contracts.blank import TO_FILL, WRITE, unfilled
from huimin.contracts.contract import Contract
from huimin.errors import RuleError
from huimin.language import _
from huimin.matching.not_judged import judged_periods, not_judged
from huimin.matching.portable import Query, faults, read_query, scan_problems, scans_of
from huimin.matching.reach import Items, Scope
from huimin.matching.rule_header import (
    KEYS,
    LISTS,
    TEXTS,
    Amount,
    Part,
    complain,
    digest,
    header_problems,
    split,
)
from huimin.tables.sql import literal

RESULT = ("item", "id_number", "subject", "starts_on", "ends_on", "amount", "tier", "payment", "register", "name")
"""Columns of a rule's result that the engine knows; every other one is a fact."""
NEEDED = ("item", "id_number", "starts_on", "ends_on", "amount", "payment", "register")
PLACEHOLDERS = frozenset({"name", "item_title", "subject", "first", "last", "span", "periods", "amount"})
ENGINE_TABLES = frozenset({"delivered", "items", "run"})
VIEW_TABLES = ENGINE_TABLES | {"benefit_rows"}


@dataclass(frozen=True)
class Rule:
    """One kind of anomaly."""

    rule: str
    title: str
    position: int
    """Place in the catalogue: group A from 100, B from 200, …"""
    tier: int
    """0 to 3; rows of the result may say another."""
    items: tuple[str, ...]
    reads: tuple[str, ...]
    """Rosters without which it is skipped, beside at least one of its items."""
    optional: tuple[str, ...]
    absence: tuple[str, ...]
    """Rosters of months, terms or years whose absence of rows counts."""
    policy: tuple[str, ...]
    amount: Amount
    subject: CellType
    part: Part
    basis: str
    ask: str
    mistaken_when: tuple[str, ...]
    population: str
    """A SELECT whose rows are the denominator."""
    summary: str
    enabled: bool
    sql: str
    digest: str
    """SHA-256 of the file."""
    columns: tuple[str, ...]
    """Columns of the result, in order."""
    tables: tuple[str, ...]
    """Tables and views that its SQL names, also for its population and periods."""
    periods: str = ""
    """A SELECT of the (item, starts_on, ends_on) it looks at; empty: every judged period of its items."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Fact column to a name of `cells.types.PUBLISHED`: what analysts see of it, where its name does not tell that."""
    scopes: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)
    """How far its SELECTs see: `hits`, `population`, and `periods` where it has one."""
    population_columns: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The result's columns that only the summary and the evidence card show."""
        return tuple(column for column in self.columns if column not in RESULT)


@dataclass(frozen=True)
class View:
    """A standard view that several rules share."""

    view: str
    title: str
    kept: tuple[str, ...] | None
    """Columns that are worth keeping in memory once a rule reads it; None: all of them."""
    sql: str
    tables: tuple[str, ...]
    digest: str
    scopes: tuple[Scope, ...]
    """How far it sees."""
    scans: int
    """Tables that reading it reads: itself where it is kept, else all behind it."""

    def about(self, items: Items) -> str:
        """Its SQL, for these items alone; None: as it is."""
        if items is None:
            return self.sql
        listed = ", ".join(literal(item) for item in sorted(items)) or "null"
        return f"select * from ({self.sql}) as whole where item in ({listed})"


@dataclass(frozen=True)
class Catalogue:
    """What the names in a rule may mean."""

    rosters: Mapping[str, Contract]
    views: Mapping[str, View]
    policy: Collection[str]

    def items_of(self, written: Collection[str]) -> tuple[str, ...]:
        """The items that a header's list stands for: as written, or in catalogue order where it names them by kind.

        `*` is every roster of money paid to persons, `*month` every one of months; `-forestry` leaves one out.
        """
        kinds = {entry[1:] for entry in written if entry.startswith("*")}
        if not kinds:
            return tuple(written)
        return tuple(
            roster
            for roster, contract in self.rosters.items()
            if contract.kind == "benefit" and {"", contract.period} & kinds and f"-{roster}" not in written
        )


def load_rules(folder: Path, catalogue: Catalogue) -> Mapping[str, Rule]:
    """Every rule of the folder by its id, in catalogue order (header key `position`).

    `items` may name them by kind, see `Catalogue.items_of`.

    Raises RuleError: all problems of the first file that has any.
    """
    rules = [read_rule(path, catalogue) for path in sorted(folder.glob("*.sql"))]
    places: dict[int, str] = {}
    for rule in rules:
        if rule.position in places:
            raise RuleError(
                f"rules/{rule.rule}.sql",
                _("position {position} is {other}'s", position=rule.position, other=places[rule.position]),
                _("give it a free one"),
            )
        places[rule.position] = rule.rule
    return {rule.rule: rule for rule in sorted(rules, key=lambda rule: rule.position)}


def load_views(folder: Path, contracts: Mapping[str, Contract]) -> Mapping[str, View]:
    """The standard views by name, in the order in which they can be made (`10_payments.sql` makes `payments`)."""
    views: dict[str, View] = {}
    for path in sorted(folder.glob("*.sql")):
        where = f"rules/views/{path.name}"
        header, line, sql = split(path, where)
        query = read_query(sql, where, line)
        problems = [_("unknown header key {key}", key=key) for key in header if key not in ("title", "materialise")]
        known = {*contracts, *views, *VIEW_TABLES}
        problems += [
            _("unknown table {table}", table=table)
            for table in query.tables
            if table not in known and not table.startswith("policy_")
        ]
        problems += faults(query)
        kept = header.get("materialise", True)
        scans = scans_of(query.tree, {view.view: view.scans for view in views.values()})
        problems += scan_problems(scans)
        problems += [
            _("materialise names {name}, which it does not return", name=name) for name in unreturned(kept, query)
        ]
        complain(where, problems, _("a view reads rosters, engine tables and views before it, in portable SQL"))
        name = re.sub(r"^\d+_", "", path.stem)
        kept_columns = None if kept is True else tuple(kept or ())
        views[name] = View(
            name,
            header.get("title", ""),
            kept_columns,
            sql,
            query.tables,
            digest(path),
            query.scopes,
            scans if kept_columns == () else 1,
        )
    return views


def unreturned(kept: bool | Collection[str], query: Query) -> list[str]:
    """The columns that a view would keep and does not have."""
    return [] if isinstance(kept, bool) else [name for name in kept if name not in query.columns]


def read_rule(path: Path, catalogue: Catalogue) -> Rule:
    """The rule of one file. Raises RuleError with every problem of it."""
    where = f"rules/{path.name}"
    header, line, sql = split(path, where)
    problems = header_problems(header, catalogue.rosters, catalogue.policy)
    fixes = (
        [_("header keys are {known}; see docs/design.md, 'A rule'", known=", ".join(sorted(KEYS)))] if problems else []
    )
    blanks = [*unfilled(header), *(["the SQL"] if TO_FILL in sql else [])]
    problems += [_("{blank} is still to be written ({to_fill})", blank=blank, to_fill=TO_FILL) for blank in blanks]
    complain(where, problems, "; ".join([*fixes, *([WRITE] if blanks else [])]))
    query = read_query(sql, where, line)
    population = read_query(header["population"], f"{where}, population", 1)
    periods = read_query(header["periods"], f"{where}, periods", 1) if "periods" in header else None
    for key in LISTS:
        header[key] = tuple(header.get(key, ()))
    header["items"] = catalogue.items_of(header["items"])
    tables = {*query.tables, *population.tables, *(periods.tables if periods else ())}
    problems = [*table_problems(tables, header, catalogue), *query_problems(query, catalogue)]
    problems += [_("population: {fault}", fault=fault) for fault in query_problems(population, catalogue)]
    of_periods = dict.fromkeys(query_problems(periods, catalogue) if periods else ())
    if header["absence"]:
        looked_at = header.get("periods") or judged_periods(header["items"])
        counted = read_query(not_judged(looked_at, header["absence"]), f"{where}, periods", 1)
        of_periods |= dict.fromkeys(query_problems(counted, catalogue))
    problems += [_("periods: {fault}", fault=fault) for fault in of_periods]
    problems += column_problems(query, header["summary"])
    problems += [
        _("facts names {name}, which the result does not have", name=name)
        for name in header.get("facts", {})
        if name not in query.columns
    ]
    complain(where, problems, _("see docs/design.md, 'A rule', for what a rule may read, use and return"))
    return Rule(
        rule=path.stem,
        **{key: header[key] for key in (*TEXTS, *LISTS, "position", "tier")},
        amount=header.get("amount", "payment"),
        subject=TYPES[header.get("subject", TEXT.name)],
        part=header.get("part", "data" if header["tier"] == 0 else "main"),
        enabled=header.get("enabled", True),
        sql=sql,
        digest=digest(path),
        columns=query.columns,
        tables=tuple(sorted(tables)),
        scopes={
            name: asked.scopes
            for name, asked in (("hits", query), ("population", population), ("periods", periods))
            if asked is not None
        },
        population_columns=population.columns,
        periods=header.get("periods", ""),
        shown=header.get("facts", {}),
    )


def query_problems(query: Query, catalogue: Catalogue) -> list[str]:
    """What is not portable in a query, or is there too often."""
    behind = {name: view.scans for name, view in catalogue.views.items()}
    return [*faults(query), *scan_problems(scans_of(query.tree, behind))]


def table_problems(tables: Collection[str], header: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """Tables that the SQL names and the header does not admit."""
    admitted = {*header["reads"], *header["optional"], *header["absence"], *header["items"]}
    policy = {f"policy_{key}" for key in header["policy"]}
    problems = []
    for table in sorted(tables):
        if table in catalogue.views:
            behind = rosters_behind(table, catalogue) - admitted - {*catalogue.items_of(("*",))}
            problems += [
                _("view {table} reads {roster}, which reads does not name", table=table, roster=roster)
                for roster in sorted(behind)
            ]
        elif table in catalogue.rosters:
            problems += (
                [] if table in admitted else [_("table {table} is not among reads, optional or items", table=table)]
            )
        elif table.startswith("policy_") and table not in policy:
            problems.append(_("table {table} is not among policy", table=table))
        elif table not in admitted and table not in policy and table not in ENGINE_TABLES:
            problems.append(_("unknown table {table}", table=table))
    return problems


def rosters_behind(view: str, catalogue: Catalogue) -> set[str]:
    """The rosters that a view reads, directly or through other views."""
    found: set[str] = set()
    for table in catalogue.views[view].tables:
        found |= rosters_behind(table, catalogue) if table in catalogue.views else {table} & {*catalogue.rosters}
    return found


def column_problems(query: Query, summary: str) -> list[str]:
    """Result columns that are missing, and placeholders of the summary that nothing fills."""
    problems = [
        _("the result has no column {column}", column=column) for column in NEEDED if column not in query.columns
    ]
    try:
        wanted = [name for _, name, _, _ in Formatter().parse(summary) if name is not None]
    except ValueError:
        return [*problems, _("summary has an open brace")]
    known = {*PLACEHOLDERS, *query.columns}
    return problems + [
        _("summary names {{{name}}}, which the result does not have", name=name) for name in wanted if name not in known
    ]

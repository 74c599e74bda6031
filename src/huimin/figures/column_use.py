"""Who reads each column of each roster, and which columns nobody reads: those are not to be collected (最小必要).

What rules take is told by their SQL. What the code reads by name, whatever the rules are, is declared here alone, and
held by the tests to the SQL that does it. Two things are no reading: that every cell is parsed and judged against its
type, and that the sums of all money are balanced. They are done to whatever is delivered, and ask for nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from huimin.cells.types import ID_NUMBER
from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.matching.lineage import Tables, Taken
from huimin.matching.mount import BENEFIT_COLUMNS, BENEFIT_ROWS, benefits_of, known_columns
from huimin.matching.policy import Policy
from huimin.matching.reach import World
from huimin.matching.rule import Rule, View

ReaderKind = Literal["rule", "view", "expectation", "evidence", "output"]

ENGINE_COLUMNS = {
    "run": ("run_date",),
    "delivered": ("roster", "unit", "slot", "starts_on", "ends_on"),
    "items": ("item", "title", "department", "department_title", "position", "period"),
}
"""The engine's own tables, as `mount` and `lay_run` make them."""
PERIOD = "period of a benefit"
"""What `starts_on` and `ends_on` of a benefit are made of, which no column is called."""
SOURCE_COLUMNS = ("ref", "delivery", "sheet", "row", "position")
"""What every roster has beside its contract's columns."""

WHOSE = ("id_number", "name", "street", "community", "amount")
"""Of a row that a clue names: whose it is, where, and how much (`clues.gather`)."""
RESIDENT = ("id_number", "name", "street", "community", "household_number", "status")
"""What the population register tells of anybody on a clue or a benefit (`clues.gather`, `figures.coverage`)."""
BENEFICIARY = ("id_number", "name", "street", "community", "household_head_id", "amount")
"""What is told of everybody on a benefit: persons, households and yuan by street (`figures.coverage`)."""
EXEMPTION = ("id_number", "rule", "subject", "from_on", "to_on")
"""What keeps a clue out of the ledger (`ledger.fold`)."""
NAMESAKE = ("id_number", "name")
"""Whom a damaged ID number may have meant is looked for in the registers of persons (`feedback.candidates`)."""
WHO = ("id_number", "name")
"""The first of these that a roster has tells a rejected row that comes again (`feedback.followed`)."""

OUTPUTS = {
    "periods": "属于哪一期",
    "key": "是否重复、退回的行是否改正",
    "clues": "线索是谁的、在哪里、多少钱",
    "coverage": "各街道享受补贴的人和户",
    "ledger": "台账中的豁免",
    "candidates": "残缺的身份证号可能是谁",
}
"""What the code makes of columns that it knows by name, and what it asks them."""


@dataclass(frozen=True, order=True)
class ColumnReader:
    """One reader of one column of a roster."""

    kind: ReaderKind
    reader: str
    """A rule, a standard view through which one takes it, an expectation's type, or one of `OUTPUTS`."""


@dataclass(frozen=True)
class ColumnUse:
    """Who reads what, of every roster of a project."""

    contracts: Mapping[str, Contract]
    readers: Mapping[tuple[str, str], tuple[ColumnReader, ...]]
    """The readers of every (roster, column), in the order of the contracts; none: nobody reads it."""

    def unread(self, roster: str) -> frozenset[str]:
        """The optional columns of a roster that nobody reads; a required one stays: its contract asks for it."""
        optional = [column.name for column in self.contracts[roster].columns if not column.required]
        return frozenset(column for column in optional if not self.readers[roster, column])


def column_use(
    contracts: Mapping[str, Contract], views: Mapping[str, View], rules: Mapping[str, Rule], policy: Policy
) -> ColumnUse:
    """Who reads each column of the contracts, under these rules. Rules that are switched off read nothing."""
    found: dict[tuple[str, str], set[ColumnReader]] = {
        (name, column.name): set() for name, contract in contracts.items() for column in contract.columns
    }
    for roster, column, reader in Readers(contracts, views, rules, policy).told():
        found[roster, column].add(reader)
    kinds = get_args(ReaderKind)
    in_order = {
        place: tuple(sorted(several, key=lambda one: (kinds.index(one.kind), one.reader)))
        for place, several in found.items()
    }
    return ColumnUse(contracts, in_order)


class Readers:
    """Looks for all who read columns of rosters: in the SQL of views and rules, in contracts, in what is declared."""

    def __init__(
        self, contracts: Mapping[str, Contract], views: Mapping[str, View], rules: Mapping[str, Rule], policy: Policy
    ) -> None:
        self._contracts, self._views = contracts, views
        self._rules = {name: rule for name, rule in rules.items() if rule.enabled}
        self._benefits = benefits_of(contracts)
        self._world = World(contracts, tuple(self._benefits), {name: view.scopes for name, view in views.items()})
        self._tables = Tables(table_columns(contracts, policy))
        self._meant = {roster: columns_meant(contract) for roster, contract in contracts.items()}
        self._behind: dict[str, Taken] = {}
        """Of each column of a view, and under an empty name of its rows at all, what is behind it."""

    def told(self) -> Iterator[tuple[str, str, ColumnReader]]:
        """Every (roster, column, reader) that rules and contracts state; some come more than once."""
        yield from self._in_rules()
        yield from self._stated()

    def _in_rules(self) -> Iterator[tuple[str, str, ColumnReader]]:
        for name, view in self._views.items():
            behind = self._tables.add_view(name, view.sql)
            self._behind |= {f"{name}.{column}": taken for column, taken in behind.results.items()}
            self._behind[f"{name}."] = behind.always
        for name, rule in self._rules.items():
            for kind, sql in (("hits", rule.sql), ("population", rule.population), ("periods", rule.periods)):
                if not sql:
                    continue
                lineage = self._tables.of(sql)
                benefits = self._world.reach(rule.scopes[kind]).rosters & {*self._benefits}
                taken = frozenset(self._of_rosters(lineage.whole, benefits))
                yield from ((*place, ColumnReader("rule", name)) for place in taken)
                yield from self._through_views(lineage.whole, rule, taken, benefits)
                if kind == "hits":
                    named = lineage.results["payment"] | lineage.results["register"]
                    yield from self._of_clues(named, benefits)

    def _of_rosters(self, taken: Taken, benefits: Collection[str]) -> Iterator[tuple[str, str]]:
        """The columns of rosters among what is taken, those of these benefits where it is of all benefits at once."""
        for table, column in taken:
            at_once = table == BENEFIT_ROWS
            for roster in benefits if at_once else filter(self._contracts.__contains__, [table]):
                is_period = at_once and column in ("starts_on", "ends_on")
                if meant := self._meant[roster].get(PERIOD if is_period else column):
                    yield roster, meant

    def _through_views(
        self, taken: Taken, rule: Rule, read: Collection[tuple[str, str]], benefits: Collection[str]
    ) -> Iterator[tuple[str, str, ColumnReader]]:
        """The views by which a rule comes to the columns that it reads."""
        named = {table for table in rule.tables if table in self._views}
        for view in named | {table for table, _ in taken if table in self._views}:
            columns = [f"{view}.{column}" for table, column in taken if table == view]
            behind = self._behind[f"{view}."].union(*(self._behind[column] for column in columns))
            for place in {*self._of_rosters(behind, benefits)} & {*read}:
                yield *place, ColumnReader("view", view)

    def _of_clues(self, named: Taken, benefits: Collection[str]) -> Iterator[tuple[str, str, ColumnReader]]:
        """What is told of the rows that a rule names in its clues."""
        tables = {table for table, column in named if column == "ref"}
        for roster in (tables & {*self._contracts}) | ({*benefits} if BENEFIT_ROWS in tables else set()):
            contract = self._contracts[roster]
            yield from self._declared(roster, WHOSE, "clues")
            yield from ((roster, column, ColumnReader("evidence", roster)) for column in contract.evidence)

    def _stated(self) -> Iterator[tuple[str, str, ColumnReader]]:
        """Readers whatever the rules are: what contracts state, and what the code knows by name."""
        for roster, contract in self._contracts.items():
            for stated in contract.expectations:
                yield from self._declared(roster, judged(stated), stated.type, "expectation")
            yield from self._declared(roster, (*contract.key, *told_again(contract)), "key")
            yield from self._declared(roster, beside_numbers(contract), "candidates")
            yield from self._declared(roster, filter(None, [contract.period_column]), "periods")
            if roster in self._benefits:
                yield from self._declared(roster, BENEFICIARY, "coverage")
            if contract.kind == contract.period == "register":
                own = {column.name for column in contract.columns}
                yield from self._declared(roster, NAMESAKE if own >= {*NAMESAKE} else (), "candidates")
        yield from self._declared("population", RESIDENT, "clues")
        yield from self._declared("population", RESIDENT, "coverage")
        yield from self._declared("exemptions", EXEMPTION, "ledger")

    def _declared(
        self, roster: str, columns: Iterable[str], reader: str, kind: ReaderKind = "output"
    ) -> Iterator[tuple[str, str, ColumnReader]]:
        """The reader, of those of the columns that the roster has."""
        wanted = {*columns}
        own = self._contracts[roster].columns if roster in self._contracts else ()
        yield from ((roster, one.name, ColumnReader(kind, reader)) for one in own if one.name in wanted)


def columns_meant(contract: Contract) -> Mapping[str, str]:
    """The column of the contract behind each name that SQL may call it by."""
    own = {column.name: column.name for column in contract.columns}
    known = {name: name.removesuffix("_known") for name, _ in known_columns(contract)}
    return known | own | ({PERIOD: contract.period_column} if contract.period_column else {})


def table_columns(contracts: Mapping[str, Contract], policy: Policy) -> dict[str, tuple[str, ...]]:
    """The columns of every table that views and rules may name."""
    tables = {f"policy_{key}": ("from_on", "to_on", *dict(one.columns)) for key, one in policy.parameters.items()}
    rosters = {
        roster: (*(one.name for one in contract.columns), *(name for name, _ in known_columns(contract)))
        for roster, contract in contracts.items()
    }
    benefit_rows = ("item", *BENEFIT_COLUMNS, "starts_on", "ends_on", "ref")
    own = {roster: (*columns, *SOURCE_COLUMNS) for roster, columns in rosters.items()}
    return ENGINE_COLUMNS | tables | own | {BENEFIT_ROWS: benefit_rows}


def told_again(contract: Contract) -> tuple[str, ...]:
    """The column that tells whom a row is about, also in a later delivery; none where the roster has none."""
    own = {column.name for column in contract.columns}
    return tuple(name for name in WHO if name in own)[:1]


def beside_numbers(contract: Contract) -> Iterator[str]:
    """Each ID number that a row cannot do without and the column of that person's name, where there are both."""
    own = {column.name for column in contract.columns}
    for column in contract.columns:
        if column.type is ID_NUMBER and column.required:
            name = "name" if column.name == "id_number" else f"{column.name.removesuffix('_id')}_name"
            if name in own:
                yield from (column.name, name)


def judged(stated: Expectation) -> tuple[str, ...]:
    """The columns that an expectation looks at; of a delivery as a whole, what its figure is counted from."""
    if stated.column is not None and stated.column in DELIVERY_COLUMNS:
        if "amount" in stated.column:
            return ("amount",)
        return ("id_number",) if {"persons", "overlap", "register"} & {*stated.column.split("_")} else ()
    pair = [value for name, value in stated.kwargs if name in ("column_A", "column_B")]
    return tuple(filter(None, [stated.column, *pair]))

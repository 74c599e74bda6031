"""Which columns of which tables a query takes: for its rows at all, and for each column of its result."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from huimin.matching.portable import parsed
from huimin.matching.reach import outermost, parts

Taken = frozenset[tuple[str, str]]
"""Columns as (table, column)."""
NOTHING: Taken = frozenset()


@dataclass(frozen=True)
class Lineage:
    """What a query takes of the tables that it reads."""

    always: Taken = NOTHING
    """Whatever is wanted of its result: in conditions, joins, groups, orders, and all that `distinct` compares."""
    results: Mapping[str, Taken] = field(default_factory=dict)
    """Each column of its result, in order, and what stands in it."""

    @property
    def whole(self) -> Taken:
        """All that it takes when every column of its result is wanted."""
        return self.always.union(*self.results.values())


class Tables:
    """What is known of the tables that queries name: their columns, and what is behind a view."""

    def __init__(self, columns: Mapping[str, Iterable[str]]) -> None:
        self._schema = MappingSchema(dialect="duckdb")
        self._known: dict[str, Lineage] = {}
        for table, names in columns.items():
            self._add(table, Lineage(results={name: frozenset([(table, name)]) for name in names}))

    def add_view(self, view: str, sql: str) -> Lineage:
        """What is behind the view; queries may name it from now on, and who takes a column of it takes that too."""
        behind = self.of(sql)
        known = Lineage(behind.always, {name: taken | {(view, name)} for name, taken in behind.results.items()})
        self._add(view, known)
        return known

    def of(self, sql: str) -> Lineage:
        """What the SELECT takes, through views down to the tables. Raises SqlglotError for a column nobody has."""
        tree = qualify(parsed(sql), schema=self._schema, dialect="duckdb", quote_identifiers=False, identify=False)
        assert isinstance(tree, exp.Query)  # noqa: S101  it was one before
        return lineage_of(tree, self._known)

    def _add(self, table: str, known: Lineage) -> None:
        self._known[table] = known
        self._schema.add_table(table, dict.fromkeys(known.results, "text"))


Lineages = Mapping[str, Lineage]
"""What stands under a name: a table, a view or a CTE; or inside a SELECT a source."""


def lineage_of(query: exp.Query, known: Lineages, around: Lineages | None = None) -> Lineage:
    """What a query takes whose columns all name their source. `around`: the sources of the query in which it stands."""
    around = around or {}
    known = dict(known)
    for cte in query.ctes:
        known[cte.alias] = lineage_of(cte.this, known, around)
    if isinstance(query, exp.Subquery):
        return lineage_of(query.this, known, around)
    if isinstance(query, exp.SetOperation):
        return of_both(query, lineage_of(query.left, known, around), lineage_of(query.right, known, around))
    assert isinstance(query, exp.Select)  # noqa: S101  nothing else is left
    return of_select(query, known, around)


def of_both(query: exp.SetOperation, left: Lineage, right: Lineage) -> Lineage:
    """Two queries one under the other: columns are the same by their place; what is compared is taken."""
    results = {
        name: taken | other for (name, taken), other in zip(left.results.items(), right.results.values(), strict=True)
    }
    both = Lineage(left.always | right.always, results)
    compares = query.args.get("distinct") or not isinstance(query, exp.Union)
    return Lineage(both.whole, results) if compares or query.args.get("order") else both


def of_select(select: exp.Select, known: Lineages, around: Lineages) -> Lineage:
    """One SELECT: its sources' rows, its conditions, and what stands in each column of its result."""
    sources = dict(sources_of(select, known, around))
    names = {**around, **sources}
    results = {one.alias_or_name: taken_in(one, known, names) for one in select.expressions}
    shown = {**names, "": Lineage(results=results)}
    beside = [part for part in parts(select) if not any(part is one for one in select.expressions)]
    beside += [part for name in ("distinct", "qualify") if isinstance(part := select.args.get(name), exp.Expr)]
    always = NOTHING.union(
        *(source.always for source in sources.values()), *(taken_in(part, known, shown) for part in beside)
    )
    if select.args.get("distinct"):
        always |= Lineage(results=results).whole
    return Lineage(always, results)


def sources_of(select: exp.Select, known: Lineages, around: Lineages) -> Iterator[tuple[str, Lineage]]:
    """What stands in its FROM, by the name that its columns call it."""
    joins: Sequence[exp.Join] = select.args.get("joins") or []
    for table in [one.this for one in filter(None, [select.args.get("from_"), *joins])]:
        if isinstance(table, exp.Table):
            yield table.alias_or_name, known.get(table.name, Lineage())
        elif isinstance(table, exp.Query):
            yield table.alias_or_name, lineage_of(table, known, around)
        else:
            yield table.alias_or_name, Lineage(taken_in(table, known, around))


def taken_in(part: exp.Expr, known: Lineages, names: Lineages) -> Taken:
    """What an expression takes, with the queries in it; of `exists` only what tells whether there is a row."""
    found = {one for column in columns_in(part) for one in taken_by(column, names)}
    for query in outermost(part):
        inner = lineage_of(query, known, names)
        found |= inner.always if isinstance(query.parent, exp.Exists) else inner.whole
    return frozenset(found)


def columns_in(part: exp.Expr) -> Iterator[exp.Column]:
    """The columns that it names outside of queries in it."""
    for node in part.walk(prune=lambda node: isinstance(node, exp.Query)):
        if isinstance(node, exp.Column):
            yield node


def taken_by(column: exp.Column, names: Lineages) -> Taken:
    """What is behind a column; one without a source is a column of the result, named in an order or a condition."""
    source = names.get(column.table)
    return source.results.get(column.name, NOTHING) if source else NOTHING

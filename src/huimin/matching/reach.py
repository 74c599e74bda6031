"""How far a query sees: which rosters, and of the views over several of them which items, can change its answer."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlglot import exp

ITEM, REF = "item", "ref"
KEY_OF = {"delivered": "roster"}
"""The column that names a roster, where it is not `item`."""
CUT = {"payments": "starts_on", "benefit_rows": "starts_on", "delivered": "starts_on", "payment_ledger": "period"}
"""The column whose comparison with the run date only asks which slots begin later."""
BENEFIT_ROWS, DELIVERED, RUN = "benefit_rows", "delivered", "run"

Items = frozenset[str] | None
"""Rosters that a row can be of; None: all."""
OTHER = ""
"""Stands for every item that is no roster, as the payment ledger may name."""
Ahead = tuple[str, str]
NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Source:
    """What stands in a FROM under one name."""

    table: str
    """A roster, a view or a table of the engine; empty for a query."""
    query: tuple["Scope", ...]
    only: Items
    """What the query's own words leave of its rows."""


@dataclass(frozen=True)
class Scope:
    """One SELECT, as far as it tells which rows of its sources can matter."""

    sources: Mapping[str, Source]
    follows: tuple[Ahead, ...]
    """(one, other): no row of the other matters but those of the same item as a row of the one."""
    item: str | None = None
    """The source whose item is the result's column `item`; None where that cannot be told."""
    ref: str | None = None
    """The source whose row the result's column `ref` names."""
    same_rows: tuple[Ahead, ...] = ()
    """(one, other): no row of the other matters but those that a `ref` of the one names."""
    led: tuple[Ahead, ...] = ()
    """(one, other): as `follows`, where the one is a source of the query around this one."""
    constant: str | None = None
    """The one item that the result is about."""
    within: tuple[tuple["Scope", ...], ...] = ()
    """Queries in its conditions and columns."""
    run_date: frozenset[str] = frozenset()
    """What it takes of the run date: `cut` (which slots begin later), `year`, `date`."""


@dataclass
class Reach:
    """What can change an answer."""

    rosters: set[str] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    """Rosters whose slots it asks for."""
    engine: set[str] = field(default_factory=set)
    """`items`, and tables of policy parameters."""
    run_date: set[str] = field(default_factory=set)
    views: dict[str, Items] = field(default_factory=dict)
    """Each view, and the items of it that matter."""

    def add_view(self, view: str, only: Items) -> None:
        """The view matters, at least with these items."""
        self.views[view] = either(self.views.get(view, frozenset()), only)


@dataclass(frozen=True)
class World:
    """What names of tables mean."""

    rosters: Collection[str]
    benefits: Collection[str]
    """The rosters behind `benefit_rows`."""
    views: Mapping[str, tuple[Scope, ...]]

    def reach(self, query: tuple[Scope, ...], only: Items = None) -> Reach:
        """What can change the query's answer, or with `only` those of its rows that are about these items."""
        found, seen = Reach(), set[tuple[str, Items]]()
        self._follow(query, only, found, seen)
        return found

    def _follow(
        self,
        query: tuple[Scope, ...],
        only: Items,
        found: Reach,
        seen: set[tuple[str, Items]],
        around: Mapping[str, Items] = NONE,
    ) -> None:
        for scope in query:
            bound = self._bounds(scope, only, around)
            if bound is None:
                continue
            found.run_date |= scope.run_date
            for alias, source in scope.sources.items():
                if source.query:
                    self._follow(source.query, bound[alias], found, seen)
                else:
                    self._look(source.table, bound[alias], found, seen)
            for query_within in scope.within:
                self._follow(query_within, None, found, seen, bound)

    def _bounds(self, scope: Scope, only: Items, around: Mapping[str, Items]) -> dict[str, Items] | None:
        """The items of each source that matter to the rows about `only`; None when there is no such row."""
        if only is not None and scope.constant is not None and not self._known([scope.constant]) & only:
            return None
        bound = {
            alias: meet(None if source.only is None else self._known(source.only), self._items_of(source))
            for alias, source in scope.sources.items()
        }
        if scope.item is not None:
            bound[scope.item] = meet(bound[scope.item], only)
            if bound[scope.item] == frozenset():
                return None
        for one, other in scope.led:
            bound[other] = meet(bound[other], around.get(one))
        for one, other in scope.same_rows:
            bound[other] = meet(bound[other], self._rows_of(scope.sources[one]))
        for _ in bound:  # so long a chain of equal items can be
            for one, other in scope.follows:
                bound[other] = meet(bound[other], bound[one])
        return bound

    def _known(self, items: Iterable[str]) -> frozenset[str]:
        """The items, those that are no roster as one."""
        return frozenset(item if item in self.rosters else OTHER for item in items)

    def _items_of(self, source: Source) -> Items:
        """The items that rows of the source can be about."""
        named: frozenset[str] = frozenset()
        for scope in source.query:
            bound = self._bounds(scope, None, NONE)
            items = bound[scope.item] if bound and scope.item else None
            items = items if scope.constant is None else self._known([scope.constant])
            if items is None:
                return None
            named |= items
        return named if source.query else None

    def _rows_of(self, source: Source) -> Items:
        """The rosters whose rows the source's column `ref` names."""
        if source.table in self.rosters:
            return frozenset([source.table])
        named: frozenset[str] = frozenset()
        for scope in source.query:
            rows = self._rows_of(scope.sources[scope.ref]) if scope.ref else None
            if rows is None:
                return None
            named |= rows
        return named if source.query else None

    def _look(self, table: str, only: Items, found: Reach, seen: set[tuple[str, Items]]) -> None:
        if table in self.views:
            found.add_view(table, only)
            if (table, only) not in seen:
                seen.add((table, only))
                self._follow(self.views[table], only, found, seen)
        elif table in self.rosters:
            found.rosters.add(table)
        elif table == BENEFIT_ROWS:
            found.rosters |= {*self.benefits} if only is None else {*self.benefits} & only
        elif table == DELIVERED:
            found.delivered |= {*self.rosters} if only is None else {*self.rosters} & only
        elif table != RUN:
            found.engine.add(table)


def meet(one: Items, other: Items) -> Items:
    """The items that both allow; None stands for all items."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


@dataclass(frozen=True)
class Place:
    """Where in a result its columns `item` and `ref` are."""

    item: int | None
    ref: int | None

    @classmethod
    def of(cls, tree: exp.Query) -> "Place":
        """Where the columns `item` and `ref` stand in the result of the query; None for one that it does not name."""
        names = [] if "*" in tree.named_selects else tree.named_selects
        return cls(*(names.index(name) if name in names else None for name in (ITEM, REF)))


Queries = Mapping[str, tuple[Scope, ...]]
Sources = Mapping[str, Source]


def either(one: Items, other: Items) -> Items:
    """The items that at least one of them allows; None stands for all items."""
    return None if one is None or other is None else one | other


def scopes_of(
    tree: exp.Query, ctes: Queries = NONE, place: Place | None = None, around: Sources = NONE
) -> tuple[Scope, ...]:
    """The SELECTs of a query, more than one of a union. `around`: the sources of the query in which it stands."""
    known = dict(ctes)
    for cte in tree.ctes:
        known[cte.alias] = scopes_of(cte.this, known)
    place = place or Place.of(tree)
    if isinstance(tree, exp.Subquery):
        return scopes_of(tree.this, known, place, around)
    if isinstance(tree, exp.SetOperation):
        return scopes_of(tree.left, known, place, around) + scopes_of(tree.right, known, place, around)
    assert isinstance(tree, exp.Select)  # noqa: S101  nothing else is left
    return (scope_of(tree, known, place, around),)


def scope_of(select: exp.Select, ctes: Queries, place: Place, around: Sources) -> Scope:
    """One SELECT as a scope."""
    joins: list[exp.Join] = select.args.get("joins") or []
    tables = [from_.this for from_ in filter(None, [select.args.get("from_")])] + [join.this for join in joins]
    sources = dict(source_of(table, ctes) for table in tables)
    sides = {join.this.alias_or_name: str(join.side).upper() for join in joins}
    plain = not {"RIGHT", "FULL"} & {*sides.values()} and not any(join.args.get("using") for join in joins)
    only: dict[str, Items] = dict.fromkeys(sources)
    follows, same_rows, led = list[Ahead](), list[Ahead](), list[Ahead]()
    for condition, beside in conditions_of(select, joins if plain else []):
        for alias, items in told(condition, sources).items():
            if beside in (None, alias):
                only[alias] = meet(only[alias], items)
        follows += [pair for pair in equals(condition, ITEM, sources, sources) if beside in (None, pair[1])]
        same_rows += [pair for pair in equals(condition, REF, sources, sources) if beside in (None, pair[1])]
        led += [pair for pair in equals(condition, ITEM, around, sources) if beside in (None, pair[1])]
    item, ref = (shown_at(select, where) for where in (place.item, place.ref))
    named = alias_of(item, ITEM, sources)
    is_certain = plain and named is not None and not sides.get(named) and in_every_window(select, named, sources)
    return Scope(
        sources={alias: Source(source.table, source.query, only[alias]) for alias, source in sources.items()},
        follows=tuple(follows),
        item=named if is_certain else None,
        ref=alias_of(ref, REF, sources),
        same_rows=tuple(same_rows),
        led=tuple(led),
        constant=item.name if isinstance(item, exp.Literal) and item.is_string else None,
        within=tuple(scopes_of(query, ctes, None, sources) for part in parts(select) for query in outermost(part)),
        run_date=frozenset(run_dates(select, sources)),
    )


def shown_at(select: exp.Select, place: int | None) -> exp.Expr | None:
    """The expression of the result's column at that place, from 0; None where the result has none there."""
    return select.expressions[place].unalias() if place is not None and place < len(select.expressions) else None


def conditions_of(select: exp.Select, joins: Iterable[exp.Join]) -> Iterator[tuple[exp.Expr, str | None]]:
    """Every condition that must hold; of one that only says what stands beside a row, the source that stands there."""
    where = select.args.get("where")
    yield from ((condition, None) for condition in conjuncts(where.this if where else None))
    for join in joins:
        beside = join.this.alias_or_name if join.side else None
        yield from ((condition, beside) for condition in conjuncts(join.args.get("on")))


def source_of(table: exp.Expr, ctes: Queries) -> tuple[str, Source]:
    """What stands in a FROM, under its name."""
    alias = table.alias_or_name
    if isinstance(table, exp.Table) and not table.args.get("joins"):
        query = ctes.get(table.name, ())
        return alias, Source("" if query else table.name, query, None)
    if isinstance(table, exp.Subquery) and isinstance(table.this, exp.Query):
        return alias, Source("", scopes_of(table.this, ctes), None)
    beneath = dict(source_of(named, ctes) for named in table.find_all(exp.Table))
    queries = tuple(scopes_of(query, ctes) for query in outermost(table))
    return alias, Source("", (Scope(beneath, (), within=queries),), None)


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that must all hold."""
    if isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif condition is not None:
        yield condition


def alias_of(expression: exp.Expr | None, column: str, sources: Sources) -> str | None:
    """The source whose item, or ref, the expression is; None for any other one, and one that cannot be told."""
    if not isinstance(expression, exp.Column):
        return None
    alias = expression.table or (next(iter(sources)) if len(sources) == 1 else "")
    if alias not in sources:
        return None
    wanted = KEY_OF.get(sources[alias].table, column) if column == ITEM else column
    return alias if expression.name == wanted else None


def told(condition: exp.Expr, sources: Sources) -> dict[str, Items]:
    """The items that the condition leaves of each source of which it says so."""
    if isinstance(condition, exp.Paren):
        return told(condition.this, sources)
    if isinstance(condition, exp.And):
        one, other = told(condition.left, sources), told(condition.right, sources)
        return {alias: meet(one.get(alias), other.get(alias)) for alias in one.keys() | other.keys()}
    if isinstance(condition, exp.Or):
        one, other = told(condition.left, sources), told(condition.right, sources)
        return {alias: either(one[alias], other[alias]) for alias in one.keys() & other.keys()}
    if isinstance(condition, exp.EQ):
        return listed(condition.left, [condition.right], sources) | listed(condition.right, [condition.left], sources)
    if isinstance(condition, exp.In):
        return listed(condition.this, condition.expressions, sources)
    return {}


def listed(column: exp.Expr, entries: Sequence[exp.Expr], sources: Sources) -> dict[str, Items]:
    """The texts, of the source whose item the column is."""
    alias = alias_of(column, ITEM, sources)
    if alias is None or not entries or not all(isinstance(one, exp.Literal) and one.is_string for one in entries):
        return {}
    return {alias: frozenset(one.name for one in entries)}


def equals(condition: exp.Expr, column: str, leading: Sources, following: Sources) -> Iterator[Ahead]:
    """Sources whose columns the condition says to be equal, the leading one first."""
    if isinstance(condition, exp.EQ):
        for left, right in ((condition.left, condition.right), (condition.right, condition.left)):
            one, other = qualified(left, column, leading), qualified(right, column, following)
            if one is not None and other is not None and one != other:
                yield one, other


def qualified(expression: exp.Expr, column: str, sources: Sources) -> str | None:
    """As `alias_of`, but only for a column that is written with its source (`p.item`, not `item`)."""
    return alias_of(expression, column, sources) if isinstance(expression, exp.Column) and expression.table else None


def in_every_window(select: exp.Select, alias: str, sources: Sources) -> bool:
    """Whether no window function looks from rows of one item at those of another."""
    windows = [window for column in select.expressions for window in column.find_all(exp.Window)]
    return all(
        any(alias_of(key, ITEM, sources) == alias for key in window.args.get("partition_by") or ())
        for window in windows
    )


def parts(select: exp.Select) -> Iterator[exp.Expr]:
    """All of a SELECT but what stands in its FROM."""
    yield from select.expressions
    yield from (part for name in ("where", "group", "having", "order") if (part := select.args.get(name)))
    yield from (on for join in select.args.get("joins") or () if (on := join.args.get("on")))


def outermost(part: exp.Expr) -> Iterator[exp.Query]:
    """The queries in it that stand in no other query of it."""
    for node in part.walk(prune=lambda node: isinstance(node, exp.Query)):
        if isinstance(node, exp.Query):
            yield node


def run_dates(select: exp.Select, sources: Sources) -> Iterator[str]:
    """How much of the run date the SELECT itself looks at, without queries in it; nothing where it reads none."""
    used = False
    for part in parts(select):
        for node in part.walk(prune=lambda node: isinstance(node, exp.Query)):
            if isinstance(node, exp.Column) and node.name == "run_date":
                used = True
                yield taken(node, sources)
    if not used and any(source.table == RUN for source in sources.values()):
        yield "date"


def taken(run_date: exp.Column, sources: Sources) -> str:
    """How much of the run date its expression looks at: `year`, `cut` (which slots begin later) or `date`."""
    around = run_date.parent
    if isinstance(around, exp.Year):
        return "year"
    if isinstance(around, exp.LTE) and around.expression is run_date and isinstance(around.this, exp.Column):
        compared, others = around.this, [alias for alias, source in sources.items() if source.table != RUN]
        alias = compared.table or (others[0] if len(others) == 1 else "")
        if alias in sources and CUT.get(sources[alias].table) == compared.name:
            return "cut"
    return "date"

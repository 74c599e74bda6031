"""Rule SQL in which ID numbers are numbers: compared, grouped and ordered as such, and texts only where they are read.

The 17 digits of an ID number are a 64-bit number, and its last character follows from them (GB 11643-1999): two are
equal, or one comes before the other, exactly when their numbers do. Rules are written over texts; what they join by is
found out from the parsed SQL alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlglot import exp

DIGITS = 17
ID_TEXT = "id_text"
"""The macro that gives the 18 characters of a number."""

StandsAt = Callable[[str, frozenset[str] | None], str]
"""What stands for a table or view of which those columns are read; None: all of them."""


class Kind(Enum):
    """Whether an expression is an ID number."""

    NUMBER = "number"
    """An ID number, as a number."""
    OTHER = "other"
    NOTHING = "nothing"
    """A null, which is of any kind."""


@dataclass(frozen=True)
class Numbered:
    """A query over tables whose ID numbers are numbers."""

    sql: str
    numbers: frozenset[str]
    """Columns of its result that are numbers."""


@dataclass
class _Source:
    """One table, view, CTE or subquery that a SELECT reads."""

    node: exp.Expr
    numbers: frozenset[str]
    read: set[str] | None = field(default_factory=set)
    """Columns that the SELECT names; None: all."""


@dataclass
class _Scope:
    """What a name can mean inside a SELECT."""

    numbers: Mapping[str, frozenset[str]]
    """Columns that are numbers, by table, view or CTE."""
    place: StandsAt
    outer: "_Scope | None" = None
    sources: dict[str, _Source] = field(default_factory=dict)

    def inner(self, outer: "_Scope | None" = None) -> "_Scope":
        """The scope of a query inside, which sees the same tables; with `outer` also this SELECT's sources."""
        return _Scope(self.numbers, self.place, outer)

    def with_own(self, cte: str, numbers: frozenset[str]) -> "_Scope":
        """The scope in which that name is a CTE whose ID number columns are `numbers`, instead of a table."""
        place = self.place
        return _Scope(
            {**self.numbers, cte: numbers}, lambda name, read: name if name == cte else place(name, read), self.outer
        )

    def kind_of(self, column: exp.Column) -> Kind:
        """Whether a column is an ID number; notes that it is read."""
        if column.table:
            scope: _Scope | None = self
            while scope and column.table not in scope.sources:
                scope = scope.outer
            named = [scope.sources[column.table]] if scope else []
        else:
            named = list(self.sources.values())
            if self.outer and not any(column.name in source.numbers for source in named):
                named += self.outer.sources.values()
        for source in named:
            if source.read is not None:
                source.read.add(column.name)
        return Kind.NUMBER if any(column.name in source.numbers for source in named) else Kind.OTHER


def numbered(tree: exp.Query, numbers: Mapping[str, frozenset[str]], place: StandsAt) -> Numbered:
    """The query over tables of which `numbers` tells the columns that are ID numbers, each standing at its `place`.

    The tree is changed.
    """
    found = _query(tree, _Scope(numbers, place))
    sql = tree.sql(dialect="duckdb", copy=False)
    return Numbered(sql, frozenset(name for name, kind in found.items() if kind is Kind.NUMBER))


def id_text_sql(number: str) -> str:
    """The SQL expression for the 18 characters of an ID number of which that expression is the number.

    The digit at 10^k weighs 2^(k+1) mod 11 and equals q(k) - 10 q(k+1), q(k) being number // 10^k (see
    `cells.id_number`).
    """
    total = " + ".join([f"{number} * 2", *(f"{number} // {10**at} * {-8 * 2**at % 11}" for at in range(1, DIGITS))])
    return f"{number}::varchar || substr('10X98765432', (({total}) % 11 + 1)::bigint, 1)"


def _query(node: exp.Expr, scope: _Scope) -> dict[str, Kind]:
    """The columns of a query's result, whose ID numbers are numbers from now on."""
    for cte in getattr(node, "ctes", ()):
        found = _query(cte.this, scope.inner(scope.outer))
        numbers = frozenset(name for name, kind in found.items() if kind is Kind.NUMBER)
        scope = scope.with_own(cte.alias, numbers)
    if isinstance(node, exp.Subquery):
        return _query(node.this, scope)
    if isinstance(node, exp.SetOperation):
        return _both(node, scope)
    return _select(node, scope)


def _both(node: exp.SetOperation, scope: _Scope) -> dict[str, Kind]:
    """The columns of a UNION and the like: numbers where each side has numbers or nothing."""
    sides = [(side, _query(side, scope.inner(scope.outer))) for side in (node.left, node.right)]
    names = list(sides[0][1])
    kinds: dict[str, Kind] = {}
    for at, name in enumerate(names):
        kinds[name] = _met([(_projection(side, at), list(columns.values())[at]) for side, columns in sides])
    return kinds


def _projection(query: exp.Expr, at: int) -> exp.Expr:
    """The expression of a query's column; of a UNION that of its first side, whose kind is that of all."""
    while not isinstance(query, exp.Select):
        query = query.left if isinstance(query, exp.SetOperation) else query.this
    found: exp.Expr = query.expressions[at]
    return found.this if isinstance(found, exp.Alias) else found


def _select(node: exp.Expr, scope: _Scope) -> dict[str, Kind]:
    """The columns of a SELECT."""
    reads = [clause.this for clause in (node.args.get("from_"), *(node.args.get("joins") or ())) if clause]
    for read in reads:
        if isinstance(read, exp.Table):
            numbers = scope.numbers.get(read.name, frozenset())
        else:
            found = _query(read, scope.inner())
            numbers = frozenset(name for name, kind in found.items() if kind is Kind.NUMBER)
        scope.sources[read.alias_or_name] = _Source(read, numbers)
    for join in node.args.get("joins") or ():
        if join.args.get("on"):
            _kind(join.args["on"], scope)
        for name in join.args.get("using") or ():
            _kind(exp.column(name.name), scope)
    for clause in ("where", "having", "qualify", "group", "order", "distinct"):
        if node.args.get(clause):
            _kind(node.args[clause], scope)
    columns: dict[str, Kind] = {}
    for shown in list(node.expressions):
        columns |= _shown(shown, scope)
    for source in scope.sources.values():
        if isinstance(source.node, exp.Table):
            _stand(source, scope.place)
    return columns


def _shown(shown: exp.Expr, scope: _Scope) -> dict[str, Kind]:
    """The columns that one entry after SELECT gives."""
    if not shown.is_star:
        return {shown.alias_or_name: _kind(shown, scope)}
    table = shown.table if isinstance(shown, exp.Column) else ""
    columns: dict[str, Kind] = {}
    for name, source in scope.sources.items():
        if table in ("", name):
            source.read = None
            columns |= dict.fromkeys(source.numbers, Kind.NUMBER)
    return columns


def _stand(source: _Source, place: StandsAt) -> None:
    """The table is read at its place, under the name that the query calls it by."""
    table = source.node
    stands = place(table.name, None if source.read is None else frozenset(source.read))
    if stands != table.name:
        table.replace(exp.alias_(exp.to_table(stands), table.alias_or_name, table=True))


SAME_KIND = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In)
"""What compares its operands: as numbers where all of them are ID numbers."""
LIKE_OPERAND = (exp.Paren, exp.Alias, exp.Min, exp.Max, exp.Window, exp.Filter, exp.Lag, exp.Lead)
"""What is of the kind of its operand; whatever else stands beside that is looked at for itself."""
ANY_KIND = (
    exp.Is, exp.Count, exp.Distinct, exp.Group, exp.Order, exp.Ordered, exp.Where, exp.Having, exp.Qualify, exp.Tuple,
)  # fmt: skip
"""What takes a number as well as a text, and is neither."""


def _kind(node: exp.Expr, scope: _Scope) -> Kind:
    """The kind of an expression, inside which ID numbers are numbers from now on, and texts where they are read."""
    if isinstance(node, exp.Column):
        return scope.kind_of(node)
    if isinstance(node, exp.Null) or (isinstance(node, exp.Cast) and isinstance(node.this, exp.Null)):
        return Kind.NOTHING
    if isinstance(node, exp.Query):
        return next(iter(_query(node, scope.inner(scope)).values()))
    if isinstance(node, exp.Exists):
        _query(node.this, scope.inner(scope))
        return Kind.OTHER
    if isinstance(node, exp.Case | exp.If | exp.Coalesce):
        return _met(_results(node, scope))
    children = [(child, _kind(child, scope)) for child in _children(node)]
    if isinstance(node, SAME_KIND):
        _met(children)
    elif isinstance(node, LIKE_OPERAND):
        return next(kind for child, kind in children if child is node.this)
    elif isinstance(node, exp.Substring) and _within_digits(node) and children[0][1] is Kind.NUMBER:
        node.this.replace(exp.cast(node.this.copy(), "varchar"))
    elif not isinstance(node, ANY_KIND):
        for child, kind in children:
            _as_text(child, kind)
    return Kind.OTHER


def _children(node: exp.Expr) -> list[exp.Expr]:
    """The expressions directly inside, in order."""
    return [child for child in node.iter_expressions() if not isinstance(child, exp.Identifier | exp.DataType)]


def _results(node: exp.Expr, scope: _Scope) -> list[tuple[exp.Expr, Kind]]:
    """What a CASE, IF or COALESCE can give, with kinds; its conditions are looked at."""
    if isinstance(node, exp.Coalesce):
        given = [node.this, *node.expressions]
    elif isinstance(node, exp.If):
        _kind(node.this, scope)
        given = [node.args.get("true"), node.args.get("false")]
    else:
        conditions = [branch.this for branch in node.args["ifs"]]
        if node.this:
            conditions.insert(0, node.this)
        looked = [(condition, _kind(condition, scope)) for condition in conditions]
        if node.this:
            _met(looked)
        given = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
    return [(result, _kind(result, scope)) for result in given if result is not None]


def _met(sides: Iterable[tuple[exp.Expr, Kind]]) -> Kind:
    """The one kind of expressions that stand for each other: numbers where none is anything else."""
    listed = list(sides)
    kinds = {kind for _, kind in listed}
    if Kind.OTHER in kinds:
        for node, kind in listed:
            _as_text(node, kind)
        return Kind.OTHER
    if Kind.NUMBER not in kinds:
        return Kind.NOTHING
    for node, kind in listed:
        if kind is Kind.NOTHING and isinstance(node, exp.Cast):
            node.replace(exp.null())
    return Kind.NUMBER


def _as_text(node: exp.Expr, kind: Kind) -> None:
    """A number is its 18 characters from now on."""
    if kind is not Kind.NUMBER:
        return
    if isinstance(node, exp.Query):
        node = _projection(node, 0)
    text: exp.Expr = exp.Anonymous(this=ID_TEXT, expressions=[node.copy()])
    name = node.alias_or_name
    if name and isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
        text = exp.alias_(text, name)
    node.replace(text)


def _within_digits(node: exp.Substring) -> bool:
    """Whether a substring takes nothing but digits, by where it begins and how long it is."""
    start, length = node.args.get("start"), node.args.get("length")
    if not (isinstance(start, exp.Literal) and isinstance(length, exp.Literal)):
        return False
    return int(start.name) >= 1 and int(start.name) + int(length.name) - 1 <= DIGITS

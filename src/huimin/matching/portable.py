"""Rule SQL as parsed: its tables and columns, and what Spark would refuse or silently answer otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from huimin.errors import RuleError
from huimin.language import _
from huimin.matching.reach import Scope, scopes_of


@dataclass(frozen=True)
class Query:
    """One parsed SELECT."""

    tree: exp.Query
    tables: tuple[str, ...]
    """Names it reads that are no CTE of its own, ascending."""
    columns: tuple[str, ...]
    """Columns of the result, in order; `*` where it does not name them."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """How far it sees."""
        return scopes_of(self.tree)


BANNED_NODES: dict[type[exp.Expr], str] = {
    exp.Pivot: "PIVOT",
    exp.Lambda: "a lambda",
    exp.Slice: "a slice",
    exp.Bracket: _("a list or map element"),
    exp.Array: "a list",
    exp.Struct: "a struct",
    exp.ArrayAgg: _("list() and array_agg()"),
    exp.GroupConcat: _("string_agg() (return one hit a row: the engine joins facts)"),
    exp.Unnest: "unnest()",
    exp.Explode: "unnest()",
    exp.DateDiff: _("date_diff() (compare dates, or years and months)"),
    exp.DateSub: _("date_sub() (use - interval)"),
    exp.TimestampDiff: _("date_diff() (compare dates, or years and months)"),
    exp.PercentileCont: _("quantile_cont()"),
    exp.Quantile: "quantile()",
    exp.RegexpFullMatch: _("regexp_full_match()"),
    exp.DayOfWeekIso: "isodow()",
    exp.First: _("first() (order is undefined: use min or max)"),
    exp.Last: _("last() (order is undefined: use min or max)"),
    exp.AnyValue: _("any_value() (order is undefined: use min or max)"),
    exp.CurrentDate: _("current_date (use run.run_date)"),
    exp.CurrentTimestamp: _("now() (use run.run_date)"),
    exp.Rand: "random()",
    exp.ToDays: _("to_days() (use interval)"),
    exp.ILike: "ilike",
    exp.Limit: "limit",
    exp.Offset: "offset",
    exp.TableSample: "a sample",
    exp.Parameter: _("a parameter (use the tables run and policy_…)"),
    exp.Placeholder: _("a parameter (use the tables run and policy_…)"),
}  # fmt: skip
"""Syntax that DuckDB and Spark read differently, or whose answer depends on order or clock."""
BANNED_KINDS = tuple(BANNED_NODES)
TOO_MANY_SCANS = 100
"""Tables that no query may read so many of, once its CTEs and views are written out, as Spark does."""

ALLOWED_ANONYMOUS = frozenset({"make_date", "last_day", "prefix", "suffix"})
"""Functions that sqlglot does not know by type and both engines have."""


def parsed(sql: str) -> exp.Query:
    """The tree of a SELECT that was read before."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)  # noqa: S101  it was read as one
    return tree


def read_query(sql: str, where: str, line: int) -> Query:
    """The one SELECT of a file whose SQL begins at `line`. Raises RuleError when it is anything else."""
    try:
        statements = [statement for statement in sqlglot.parse(sql, dialect="duckdb") if statement is not None]
    except SqlglotError as error:
        spots = getattr(error, "errors", [])
        at = spots[0].get("line") if spots else None
        problem = (
            _("the SQL cannot be parsed near line {line}", line=at + line - 1) if at else _("the SQL cannot be parsed")
        )
        raise RuleError(where, problem, _("run it in a DuckDB shell over the standard views")) from None
    if len(statements) != 1:
        raise RuleError(
            where, _("{count} statements instead of one", count=len(statements)), _("leave one SELECT, and use CTEs")
        )
    tree = statements[0]
    if not isinstance(tree, exp.Query):
        raise RuleError(where, _("a {key} statement instead of a SELECT", key=tree.key), _("a rule only reads"))
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = {table.name for table in tree.find_all(exp.Table)} - ctes
    return Query(tree, tuple(sorted(tables)), tuple(tree.named_selects))


def faults(query: Query) -> list[str]:
    """What in the query Spark would refuse or answer otherwise, in words; empty when it is portable."""
    tree = query.tree
    found = {words for node in tree.walk() for words in [node_fault(node)] if words}
    if "*" in query.columns:
        found.add(_("a result that does not name its columns (*)"))
    if not found:
        try:
            tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
        except SqlglotError:
            found.add(_("something that does not translate to Spark"))
    return [_("not portable: {words}", words=words) for words in sorted(found)]


def in_spark(sql: str) -> str:
    """The SELECT in Spark's words."""
    tree = parsed(sql)
    for node in reversed(list(tree.find_all(exp.Add, exp.Sub))):  # what stands within first
        if counted := _counted_interval(node.expression):
            count = exp.Neg(this=counted.count) if isinstance(node, exp.Sub) else counted.count
            node.replace(exp.func(counted.function, node.this.copy(), count, dialect="spark"))
    return tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)


@dataclass(frozen=True)
class CountedInterval:
    """`n * interval '1' month`: Spark multiplies no interval, and has a function of n instead."""

    function: str
    count: exp.Expr
    """Months or days, as Spark's `int`."""


COUNTED_IN = {"YEAR": ("add_months", 12), "MONTH": ("add_months", 1), "WEEK": ("date_add", 7), "DAY": ("date_add", 1)}
"""Spark's function for each unit, and how many of its steps one is."""


def _counted_interval(given: exp.Expr) -> CountedInterval | None:
    """The interval and how often, in either order; None for anything else, and for what has no function there."""
    multiple = given.unnest()
    if not isinstance(multiple, exp.Mul):
        return None
    number, interval = multiple.this.unnest(), multiple.expression.unnest()
    if isinstance(number, exp.Interval):
        number, interval = interval, number
    if not isinstance(interval, exp.Interval):
        return None
    unit, length = str(interval.args.get("unit")).upper().removesuffix("S"), interval.this.name
    if unit not in COUNTED_IN or not length.isdecimal():
        return None
    function, steps = COUNTED_IN[unit]
    count: exp.Expr = exp.cast(number.copy(), "int")
    if (size := int(length) * steps) != 1:
        count = exp.paren(exp.Mul(this=count, expression=exp.Literal.number(size)))
    return CountedInterval(function, count)


def _multiplies_an_interval(node: exp.Expr) -> bool:
    """Whether it is a multiplied interval that is not added to a date, or one that cannot be told to Spark."""
    if not isinstance(node, exp.Mul):
        return False
    if not any(isinstance(side.unnest(), exp.Interval) for side in (node.this, node.expression)):
        return False
    whole: exp.Expr = node
    while isinstance(whole.parent, exp.Paren):
        whole = whole.parent
    added = isinstance(whole.parent, exp.Add | exp.Sub) and whole.parent.expression is whole
    return not added or _counted_interval(node) is None


def scans_of(tree: exp.Query, behind: Mapping[str, int]) -> int:
    """How many tables the query reads when each CTE is written out wherever it is named.

    `behind`: as many for the views among them; any other table counts once.
    """
    known, count = dict(behind), 0
    for cte in tree.ctes:
        known[cte.alias] = scans_of(cte.this, known)
    for node in tree.walk(prune=lambda node: node is not tree and isinstance(node, exp.With | exp.Query)):
        if isinstance(node, exp.Table):
            count += known.get(node.name, 1)
        elif isinstance(node, exp.Query) and node is not tree:
            count += scans_of(node, known)
    return count


def scan_problems(scans: int) -> list[str]:
    """What is wrong with a query of so many scans."""
    if scans < TOO_MANY_SCANS:
        return []
    return [
        _(
            "{scans} scans once CTEs and views are written out, not under {too_many} (make a repeated CTE a view)",
            scans=scans,
            too_many=TOO_MANY_SCANS,
        )
    ]


def node_fault(node: exp.Expr) -> str | None:
    """What is wrong with one node of a parsed query."""
    if isinstance(node, BANNED_KINDS):
        return next(words for kind, words in BANNED_NODES.items() if isinstance(node, kind))
    if isinstance(node, exp.Select) and node.args.get("qualify"):
        return "QUALIFY"
    if isinstance(node, exp.Having) and (names := aliases_meant_as_columns(node)):
        return _("{names} in HAVING, a column and a result of that name (qualify the column)", names=names)
    if isinstance(node, exp.Join) and str(node.method).upper() in ("ASOF", "POSITIONAL"):
        return _("a {method} join", method=node.method.lower())
    if isinstance(node, exp.Star) and (node.args.get("except_") or node.args.get("replace")):
        return _("* exclude, * replace")
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod) and not nonzero(node.expression):
        return _("a division whose divisor may be zero (wrap it in nullif)")
    if _multiplies_an_interval(node):
        return _("a multiplied interval (write day + n * interval '1' year, month, week or day)")
    if isinstance(node, exp.Anonymous) and node.name.lower() not in ALLOWED_ANONYMOUS:
        return f"{node.name.lower()}()"
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return _("a table function")
    if isinstance(node, exp.Table) and (node.args.get("db") or "/" in node.name or "." in node.name):
        return _("a file or another database as a table")
    return None


def aliases_meant_as_columns(having: exp.Having) -> str:
    """Columns in HAVING that Spark takes for results of the SELECT and DuckDB for columns, since both have the name."""
    select = having.parent
    results = select.expressions if isinstance(select, exp.Select) else []
    renamed = {one.alias for one in results if isinstance(one, exp.Alias) and not isinstance(one.this, exp.Column)}
    named = {column.name for column in having.find_all(exp.Column) if not column.table}
    return ", ".join(sorted(renamed & named))


def nonzero(divisor: exp.Expr) -> bool:
    """Whether a divisor is a literal other than 0, or guarded by nullif."""
    inner = divisor.unnest()
    if isinstance(inner, exp.Literal):
        return inner.is_number and float(inner.name) != 0
    return isinstance(inner, exp.Nullif)

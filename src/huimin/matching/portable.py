"""Rule SQL as parsed: its tables and columns, and what Spark would refuse or silently answer otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from huimin.errors import RuleError
from huimin.language import _
from huimin.matching.alike import node_fault
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
        """The scopes of the query: the tables that each of its SELECTs can see, and under which conditions."""
        return scopes_of(self.tree)


TOO_MANY_SCANS = 100
"""Tables that no query may read so many of, once its CTEs and views are written out, as Spark does."""


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

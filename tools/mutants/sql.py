"""Every single change of one SELECT: a comparison turned, a number plus one, a condition dropped, a join made left."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from huimin.matching.portable import parsed

TURNED: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GTE),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LTE),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.Min: (exp.Max,),
    exp.Max: (exp.Min,),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
}
"""Node → what it is turned into."""


@dataclass(frozen=True)
class Mutant:
    """A SELECT with one change."""

    change: str
    """What stood there and what stands there now; told apart by a number where the same is done in several places."""
    sql: str


def mutants_of(sql: str) -> Iterator[Mutant]:
    """Every mutant of a SELECT, in the order of its text."""
    told: Counter[str] = Counter()
    for place, node in enumerate(parsed(sql).walk(bfs=False)):
        before = node.sql(dialect="duckdb")
        for number in range(len(changed(node))):
            tree = parsed(sql)
            found = list(tree.walk(bfs=False))[place]
            other = changed(found)[number]
            after = other.sql(dialect="duckdb")
            whole = other if found is tree else tree
            found.replace(other)  # does nothing to the whole, which stands in nothing
            words = f"{short(before)} → {short(after)}"
            told[words] += 1
            yield Mutant(words if told[words] == 1 else f"{words} ({told[words]})", whole.sql(dialect="duckdb"))


def changed(node: exp.Expr) -> list[exp.Expr]:
    """What could stand instead of a node."""
    return [other for change in CHANGES for other in change(node)]


def turned(node: exp.Expr) -> list[exp.Expr]:
    """The comparison, sum or extreme turned."""
    return [kind(**node.copy().args) for kind in TURNED.get(type(node), ())]


def plus_one(node: exp.Expr) -> list[exp.Expr]:
    """A number one greater, but for those that nobody reads: of a type, and what EXISTS selects."""
    if not isinstance(node, exp.Literal) or not node.is_number or node.find_ancestor(exp.DataType):
        return []
    if node.parent and isinstance(node.parent.parent, exp.Exists):
        return []
    return [exp.Literal.number(str(int(node.name) + 1))] if node.name.isdigit() else []


def dropped(node: exp.Expr) -> list[exp.Expr]:
    """Several conditions without the last, and without the first."""
    if not isinstance(node, exp.And | exp.Or):
        return []
    return [node.left.copy()] if isinstance(node.left, type(node)) else [node.left.copy(), node.right.copy()]


def unconditional(node: exp.Expr) -> list[exp.Expr]:
    """A SELECT's only condition dropped."""
    if isinstance(node, exp.Where | exp.Having) and not isinstance(node.this, exp.And | exp.Or):
        return [type(node)(this=exp.true())]
    return []


def affirmed(node: exp.Expr) -> list[exp.Expr]:
    """What is denied, affirmed."""
    return [node.this.copy()] if isinstance(node, exp.Not) else []


def joined_otherwise(node: exp.Expr) -> list[exp.Expr]:
    """An inner join made left where that can show, a left join made inner."""
    if not isinstance(node, exp.Join) or not node.args.get("on"):
        return []
    other = node.copy()
    other.set("side", None if node.side else "LEFT")
    other.set("kind", None if not node.side else "INNER")
    return [] if not node.side and asked_of_later(node) else [other]


def asked_of_later(join: exp.Join) -> bool:
    """Whether another condition of the SELECT asks something of what is joined, and so drops rows without it anyway."""
    around = join.parent
    if around is None:
        return False
    others = [
        around.args.get("where"),
        *(one.args.get("on") for one in around.args.get("joins", []) if one is not join),
    ]
    return any(column.table == join.alias_or_name for one in others if one for column in one.find_all(exp.Column))


def repeated(node: exp.Expr) -> list[exp.Expr]:
    """Without `distinct`: of a SELECT, a count, a union."""
    other = node.copy()
    if isinstance(node, exp.Select | exp.Union) and node.args.get("distinct"):
        other.set("distinct", None if isinstance(node, exp.Select) else False)
        return [other]
    if isinstance(other, exp.Count) and isinstance(other.this, exp.Distinct):
        return [exp.Count(this=other.this.expressions[0])]
    return []


def uncovered(node: exp.Expr) -> list[exp.Expr]:
    """`coalesce` without what stands for null."""
    return [node.this.copy()] if isinstance(node, exp.Coalesce) else []


CHANGES = (turned, plus_one, dropped, unconditional, affirmed, joined_otherwise, repeated, uncovered)


def short(sql: str) -> str:
    """One line of SQL that can be told from others: long ones by their beginning and end."""
    line = " ".join(sql.split())
    return line if len(line) <= 110 else f"{line[:70]} … {line[-37:]}"

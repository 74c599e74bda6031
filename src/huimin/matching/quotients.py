"""Quotients in the SQL of rules: binary floats, which each engine writes and rounds in its own way."""

from sqlglot import exp

PASSING_ON = (
    exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Abs, exp.Round, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest,
    exp.Least, exp.Min, exp.Max, exp.Sum, exp.Window,
)  # fmt: skip
"""What is a quotient where something in it is one."""


def is_quotient(node: exp.Expr) -> bool:
    """Whether it is a quotient, made here or elsewhere in the query under the name that a column has."""
    return _is_quotient(node, frozenset()) or (
        node.find(exp.Column) is not None and _is_quotient(node, quotients(node.root()))
    )


def quotients(tree: exp.Expr) -> frozenset[str]:
    """The names of results that are quotients, somewhere in the query."""
    if tree.find(exp.Div) is None:
        return frozenset()
    named: frozenset[str] = frozenset()
    aliases = list(tree.find_all(exp.Alias))
    while True:
        more = named | {one.alias for one in aliases if _is_quotient(one.this, named)}
        if more == named:
            return named
        named = more


def _is_quotient(node: exp.Expr, named: frozenset[str]) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return node.is_type("double", "float")
    if isinstance(node, exp.Column):
        return node.name in named
    if isinstance(node, PASSING_ON):
        return any(_is_quotient(part, named) for part in node.iter_expressions())
    return isinstance(node, exp.Div)

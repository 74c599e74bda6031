"""The SQL of rules in Spark's words: what sqlglot translates, and what it would leave with another meaning there."""

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from huimin.matching.intervals import counted_interval
from huimin.matching.portable import parsed
from huimin.matching.quotients import is_quotient

NO_ESCAPE = "\x01"
"""Escapes nothing, as no text has it: unless told, Spark takes a backslash for one and DuckDB takes it as it stands."""


def in_spark(sql: str) -> str:
    """The SELECT in Spark's words."""
    tree = parsed(sql)
    # what stands within comes first
    for rounding in reversed(list(tree.find_all(exp.Round, exp.Cast))):
        if is_quotient(rounding.this):
            round_as_multiplied(rounding)
    for node in reversed(list(tree.find_all(exp.Add, exp.Sub, exp.Div, exp.Like))):
        if isinstance(node, exp.Div):  # of decimals Spark gives a decimal of some places
            node.set("this", exp.cast(node.this, "double"))
        elif isinstance(node, exp.Like):
            if not isinstance(node.parent, exp.Escape):
                node.replace(exp.Escape(this=node.copy(), expression=exp.Literal.string(NO_ESCAPE)))
        elif counted := counted_interval(node.expression):
            count = exp.Neg(this=counted.count) if isinstance(node, exp.Sub) else counted.count
            node.replace(exp.func(counted.function, node.this.copy(), count, dialect="spark"))
    return tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)


def round_as_multiplied(node: exp.Func) -> None:
    """A quotient is rounded as DuckDB does: a whole number of the last place. Spark rounds its decimal digits."""
    if isinstance(node, exp.Cast):
        places = node.to.expressions[-1].this if node.is_type("decimal") and node.to.expressions else None
    else:
        places = node.args.get("decimals")
    if not isinstance(places, exp.Literal) or places.name == "0":
        return
    step = exp.Literal.number(f"1e{places.name}")
    whole = exp.Round(this=exp.Mul(this=exp.paren(node.this.copy()), expression=step))
    rounded = exp.paren(exp.Div(this=whole, expression=step.copy()))
    if isinstance(node, exp.Cast):
        node.set("this", rounded)
    else:
        node.replace(rounded)

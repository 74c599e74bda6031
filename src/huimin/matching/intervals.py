"""Intervals in the SQL of rules: `n * interval '1' month`, which Spark has another word for."""

from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class CountedInterval:
    """`n * interval '1' month`: Spark multiplies no interval, and has a function of n instead."""

    function: str
    count: exp.Expr
    """Months or days, as Spark's `int`."""


COUNTED_IN = {"YEAR": ("add_months", 12), "MONTH": ("add_months", 1), "WEEK": ("date_add", 7), "DAY": ("date_add", 1)}
"""Spark's function for each unit, and how many of its steps one is."""


def counted_interval(given: exp.Expr) -> CountedInterval | None:
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


def multiplies_an_interval(node: exp.Expr) -> bool:
    """Whether it is a multiplied interval that is not added to a date, or one that cannot be told to Spark."""
    if not isinstance(node, exp.Mul):
        return False
    if not any(isinstance(side.unnest(), exp.Interval) for side in (node.this, node.expression)):
        return False
    whole: exp.Expr = node
    while isinstance(whole.parent, exp.Paren):
        whole = whole.parent
    added = isinstance(whole.parent, exp.Add | exp.Sub) and whole.parent.expression is whole
    return not added or counted_interval(node) is None

"""What a parser gives: one struct a cell, with the fields `value`, `reason` and `finding`.

value: in the canonical type; null for a null text and for a rejected one. reason: why the text is rejected, never set
beside a value. finding: what is odd about an accepted value. One struct, and `bound` within, because Polars works an
expression out again wherever it is used, and nested uses multiply.
"""

from collections.abc import Callable

import polars as pl

NOTHING = pl.lit(None, dtype=pl.String)


def parsed(value: pl.Expr, reason: pl.Expr = NOTHING, finding: pl.Expr = NOTHING) -> pl.Expr:
    """Value, reason and finding of each cell as one struct."""
    return pl.struct(value=value, reason=reason, finding=finding)


def parsed_or(value: pl.Expr, text: pl.Expr, reason: str) -> pl.Expr:
    """The value, or that one reason wherever there is text but no value."""
    failed = pl.field("text").is_not_null() & pl.field("value").is_null()
    judged = pl.struct(text=text, value=value).struct.with_fields(reason=pl.when(failed).then(pl.lit(reason)))
    return judged.struct.with_fields(finding=NOTHING)


def bound(value: pl.Expr, use: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """What `use` makes of a value that is worked out once.

    `use` may name columns, but no other bound value. A struct is grown by `struct.with_fields` instead: Polars 2.1
    loses the way to a field of a field.
    """
    return pl.struct(bound=value).struct.with_fields(bound=use(pl.field("bound"))).struct.field("bound")

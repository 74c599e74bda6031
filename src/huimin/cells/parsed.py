"""What a parser gives: three expressions over one column of text."""

from typing import NamedTuple

import polars as pl


class Parsed(NamedTuple):
    """A cell as a canonical value, or why it is none."""

    value: pl.Expr
    """In the canonical type; null for a null text and for a rejected one."""
    reason: pl.Expr
    """Why the text is rejected; null when it is not. Never set beside a value."""
    finding: pl.Expr
    """What is odd about an accepted value; null when nothing is."""


NOTHING = pl.lit(None, dtype=pl.String)


def parsed_or(value: pl.Expr, text: pl.Expr, reason: str) -> Parsed:
    """The value, or that one reason wherever there is text but no value."""
    return Parsed(value, pl.when(text.is_not_null() & value.is_null()).then(pl.lit(reason)), NOTHING)

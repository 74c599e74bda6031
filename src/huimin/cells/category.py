"""Cells that hold one of a few listed words."""

import polars as pl

from huimin.cells.folding import half_width, without_blanks
from huimin.cells.parsed import parsed_or


def parse_category(text: pl.Expr, values: tuple[str, ...], synonyms: tuple[tuple[str, str], ...]) -> pl.Expr:
    """The listed value, in the contract's spelling; blanks and the width of brackets do not count."""
    spelled = [*((word, value) for word, value in synonyms), *((value, value) for value in values)]
    folded = pl.Series([word for word, _ in spelled], dtype=pl.String).to_frame("word").select(_key(pl.col("word")))
    known = dict(zip(folded["word"], (value for _, value in spelled)))
    value = _key(text).replace_strict(known, default=None, return_dtype=pl.String)
    return parsed_or(value, text, "category_unknown")


def _key(text: pl.Expr) -> pl.Expr:
    return half_width(without_blanks(text))

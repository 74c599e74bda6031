"""Names of persons and of those who hold an account."""

import polars as pl

from huimin.cells.folding import ZERO_WIDTH, without_blanks
from huimin.cells.parsed import parsed

_MIDDLE_DOTS = "•‧．・∙⋅･"
PLAIN = r"^[\u{4E00}-\u{9FFF}][\u{4E00}-\u{9FFF}]+$"
"""Nothing but common Han characters; a lone one may be the word for nothing."""


def parse_name(text: pl.Expr) -> pl.Expr:
    """NFC, nothing unseen, no inner blanks when it has Han characters, `·` for every middle dot. Never rejected."""
    seen = text.str.replace_all(ZERO_WIDTH, "")
    closed = pl.when(text.str.contains(r"\p{Han}")).then(without_blanks(seen)).otherwise(seen)
    return parsed(closed.str.normalize("NFC").str.replace_all(f"[{_MIDDLE_DOTS}]", "·"))

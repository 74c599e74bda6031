"""Names of persons and of those who hold an account."""

import polars as pl

from huimin.cells.folding import ZERO_WIDTH, without_blanks
from huimin.cells.parsed import NOTHING, Parsed

_MIDDLE_DOTS = "•‧．・∙⋅･"
_PLAIN = r"^[\u{4E00}-\u{9FFF}]+$"


def parse_name(text: pl.Expr) -> Parsed:
    """NFC, nothing unseen, no inner blanks when it has Han characters, `·` for every middle dot. Never rejected."""
    plain = text.str.contains(_PLAIN)
    odd = pl.when(~plain).then(text).str.replace_all(ZERO_WIDTH, "")
    closed = pl.when(odd.str.contains(r"\p{Han}")).then(without_blanks(odd)).otherwise(odd)
    mended = closed.str.normalize("NFC").str.replace_all(f"[{_MIDDLE_DOTS}]", "·")
    return Parsed(pl.when(plain).then(text).otherwise(mended), NOTHING, NOTHING)

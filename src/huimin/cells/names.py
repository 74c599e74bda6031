"""Names of persons and of those who hold an account."""

import polars as pl

from huimin.cells.folding import ZERO_WIDTH, without_blanks
from huimin.cells.parsed import parsed

_MIDDLE_DOTS = "•‧．・∙⋅･"
_PLAIN = r"^[\u{4E00}-\u{9FFF}]+$"


def parse_name(text: pl.Expr) -> pl.Expr:
    """NFC, nothing unseen, no inner blanks when it has Han characters, `·` for every middle dot. Never rejected."""
    steps = (
        pl.struct(name=text)
        .struct.with_fields(plain=pl.field("name").str.contains(_PLAIN))
        .struct.with_fields(odd=pl.when(~pl.field("plain")).then(pl.field("name")).str.replace_all(ZERO_WIDTH, ""))
    )
    odd = pl.field("odd")
    closed = pl.when(odd.str.contains(r"\p{Han}")).then(without_blanks(odd)).otherwise(odd)
    mended = closed.str.normalize("NFC").str.replace_all(f"[{_MIDDLE_DOTS}]", "·")
    value = pl.when(pl.field("plain")).then(pl.field("name")).otherwise(mended)
    return parsed(steps.struct.with_fields(value=value).struct.field("value"))

"""Names of persons and of those who hold an account."""

from collections.abc import Callable

import polars as pl

from huimin.cells.folding import BREAKS, NULL_WORDS, ZERO_WIDTH
from huimin.cells.ideographs import unified
from huimin.cells.parsed import NOTHING, bound

MIDDLE_DOTS = "·•‧．・∙⋅･"
"""As characters of a class, the middle dot of names in all its forms."""
POINTS = r".。｡﹒˙●◦⁃\-‐‑‒–—―−﹣－"
"""As characters of a class, points, bullets and hyphens, which between Han characters are the middle dot of a name."""
_BETWEEN_HAN = rf"(\p{{Han}})[{POINTS}]+(\p{{Han}})"
_REMARK = r"^(?s:(.*?\S))\s*(?:[（(\[【〔][^（）()\[\]【】〔〕]*[)）\]】〕]\s*)+$"
_INNER_BLANKS = rf"[^\S{BREAKS}]+"
_BETWEEN_NAMES = rf"(\S{{2}})\s*[{BREAKS}]\s*(\S{{2}})|(\p{{Han}}{{2}})\s*[，,；;/／]\s*(\p{{Han}}{{2}})"
"""Two names in one cell, as `、` parts them; a line break beside a lone character only wraps one name."""
_MASKS, _DAMAGE, _AND = "*＊×某", "?？□\ufffd0123456789０１２３４５６７８９", "、"
_DOUBTFUL = _MASKS + _DAMAGE + _AND

# 某 is U+67D0
_PLAIN = r"^[\x{4E00}-\x{67CF}\x{67D1}-\x{9FFF}]{2,}$"


def is_plain(text: pl.Expr) -> pl.Expr:
    """Whether the text is a name as nearly all are: common Han characters, and no word for nothing."""
    return text.str.contains(_PLAIN) & ~text.is_in(NULL_WORDS)


def known_sql(name: str) -> str:
    """SQL for whether a name, that SQL expression, can be compared with others: masked, damaged or several it cannot.

    Read alike by DuckDB and Spark; null for null.
    """
    return f"not regexp_matches({name}, '[{_DOUBTFUL}]')"


def parse_name(text: pl.Expr) -> pl.Expr:
    """NFC, one code point an ideograph, nothing unseen, no inner blanks when it has Han characters; never rejected.

    `·` for every middle dot, and for any point between Han characters; a remark in brackets at the end split off; of
    several names each is kept. Findings, the first that applies: name_masked, name_damaged, names_several, name_remark.
    """
    written, bare, name = pl.field("written"), pl.field("bare"), pl.field("name")
    whole = unified(text.str.replace_all(ZERO_WIDTH, "")).str.normalize("NFC")
    steps = (
        pl.struct(written=bound(whole, _without(_INNER_BLANKS)))
        .struct.with_fields(bare=written.str.replace(_REMARK, "$1"))
        .struct.with_fields(name=_twice(bare, _BETWEEN_NAMES, f"$1$3{_AND}$2$4"))
    )
    return steps.struct.with_fields(
        value=_twice(_without(r"\s+")(name), _BETWEEN_HAN, "$1·$2").str.replace_all(f"[{MIDDLE_DOTS}]", "·"),
        reason=NOTHING,
        finding=pl.when(name.str.contains(f"[{_MASKS}]")).then(pl.lit("name_masked"))
        .when(name.str.contains(f"[{_DAMAGE}]")).then(pl.lit("name_damaged"))
        .when(name.str.contains(_AND, literal=True)).then(pl.lit("names_several"))
        .when(bare != written).then(pl.lit("name_remark")),
    )  # fmt: skip


def _without(blanks: str) -> Callable[[pl.Expr], pl.Expr]:
    """Names without these blanks where they have Han characters."""

    def closed(name: pl.Expr) -> pl.Expr:
        return pl.when(name.str.contains(r"\p{Han}")).then(name.str.replace_all(blanks, "")).otherwise(name)

    return closed


def _twice(name: pl.Expr, pattern: str, becomes: str) -> pl.Expr:
    """What becomes of the pattern: what follows one place may be what precedes the next."""
    return name.str.replace_all(pattern, becomes).str.replace_all(pattern, becomes)

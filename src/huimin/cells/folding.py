"""Text as delivered, made plain: blanks, widths, null words. Shared by the parsers."""

import re

import polars as pl

from huimin.cells.parsed import bound

_UNSEEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
ZERO_WIDTH = f"[{_UNSEEN}]"
"""Characters that print nothing: zero-width spaces and joiners, direction marks, a byte-order mark amid the text."""

BLANK = rf"[\s{_UNSEEN}]"
"""White space of every kind (U+3000 and U+00A0 too) and what prints nothing."""

_BLANKS = "".join(character for character in map(chr, range(0x10000)) if re.match(BLANK, character))
_NULL_WORDS = ("/", "-", "无", "NULL", "N/A")
_TEXT_WITH_NULL_WORDS = frozenset(
    ("unused_reason", "household_number", "certificate_number", "machine_number", "invoice_number", "unit_number")
)

_FULL_WIDTH = [chr(code) for code in range(0xFF01, 0xFF5F)] + ["\u3000", "￥"]
_HALF_WIDTH = [chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)] + [" ", "¥"]


def trimmed(text: pl.Expr) -> pl.Expr:
    """The text without outer blanks; null when nothing is left."""
    return bound(text.str.strip_chars(_BLANKS), lambda plain: pl.when(plain != "").then(plain))


def has_null_words(name: str, cell_type: str) -> bool:
    """Whether a column of that name and type may say in words that there is nothing."""
    return cell_type != "text" or name in _TEXT_WITH_NULL_WORDS


def without_null_words(text: pl.Expr) -> pl.Expr:
    """Trimmed text, null where it says that there is nothing (`/` `-` `无` `NULL` `N/A`)."""
    return bound(text, lambda plain: pl.when(~plain.is_in(_NULL_WORDS)).then(plain))


def without_blanks(text: pl.Expr) -> pl.Expr:
    """The text with every blank removed, inner ones too."""
    return text.str.replace_all(f"{BLANK}+", "")


def half_width(text: pl.Expr) -> pl.Expr:
    """The text with the full-width forms of ASCII folded: `２０２３．８` gives `2023.8`."""
    return text.str.replace_many(_FULL_WIDTH, _HALF_WIDTH)

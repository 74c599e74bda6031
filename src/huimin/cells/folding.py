"""Text as delivered, made plain: blanks, widths, null words. Shared by the parsers."""

import re
from collections.abc import Collection

import polars as pl

from huimin.cells.parsed import bound

UNSEEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
"""As characters of a class, what prints nothing: zero-width spaces and joiners, direction marks, selectors of a
glyph's variant, a byte-order mark amid the text."""
ZERO_WIDTH = f"[{UNSEEN}]"

BLANK = rf"[\s{UNSEEN}]"
"""White space of every kind (U+3000 and U+00A0 too) and what prints nothing."""

BREAKS = r"\r\n\x0B\x0C\x{85}\x{2028}\x{2029}"
"""Line breaks within a cell, as characters of a class."""

BLANKS = "".join(character for character in map(chr, range(0x10000)) if re.match(BLANK, character))
"""Every such character, for what is trimmed of outer ones."""
_MARKS = "'`"
_LEADING = BLANKS + _MARKS
_TRIMMED = rf"(?s)^[^{re.escape(_LEADING)}=#＃](?:.*[^{re.escape(BLANKS)}])?$"
_QUOTED = r'^=\s*"((?s:.*))"$'
"""The spreadsheet's own way to write a text into a text file."""

NULL_WORDS = frozenset(
    ("/", "-", "—", "——", "--", ".", "无", "空", "null", "none", "nan", "n/a", "不详", "待补", "待核实")
)
"""Words for nothing, in whatever case."""
OPEN_ENDS = frozenset(("长期", "长期有效", "永久", "永久有效", "至今"))
"""Words for an end that is not in sight."""
_NOTHING = rf"^[{_MARKS}\s{UNSEEN}]*(?:=\s*\"[{_MARKS}\s{UNSEEN}]*\")?[\s{UNSEEN}]*$"
_ERROR = r"(?i)^(?:[#＃](?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|[#＃]{2,})$"

_FULL_WIDTH = [chr(code) for code in range(0xFF01, 0xFF5F)] + ["\u3000", "￥"]
_HALF_WIDTH = [chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)] + [" ", "¥"]
WIDTHS = str.maketrans(dict(zip(_FULL_WIDTH, _HALF_WIDTH)))
"""The half-width forms of full-width ASCII, for `str.translate`."""


def trimmed(text: pl.Expr) -> pl.Expr:
    """The text without outer blanks and the spreadsheet's marks for text (`="…"`, `'`); null when nothing is left."""
    unquoted = _bare(text).str.replace(_QUOTED, "$1")
    return bound(_bare(unquoted), lambda plain: pl.when(plain != "").then(plain))


def is_trimmed(text: pl.Expr) -> pl.Expr:
    """Whether `trimmed` leaves the text as it is, and it is no error word, told by its first and last character."""
    return text.str.contains(_TRIMMED)


def plain_text(text: str | None) -> str:
    """One text as `trimmed` gives it; "" when nothing is left."""
    bare = (text or "").lstrip(_LEADING).rstrip(BLANKS)
    if not bare.startswith("="):
        return bare
    return re.sub(_QUOTED, r"\1", bare).lstrip(_LEADING).rstrip(BLANKS)


def is_filled(text: pl.Expr) -> pl.Expr:
    """Whether `trimmed` leaves anything of the text; without making what it leaves."""
    return ~text.str.contains(_NOTHING).fill_null(value=True)


def is_error_word(plain: pl.Expr) -> pl.Expr:
    """Whether a trimmed text is what a spreadsheet shows instead of a value: `#N/A`, or a row of `#`."""
    return plain.str.contains(_ERROR)


def without(words: Collection[str], plain: pl.Expr) -> pl.Expr:
    """Trimmed text, null where it is one of these words in whatever width and case."""
    if not words:
        return plain
    pattern = f"(?i)^(?:{'|'.join(map(_of_any_width, sorted(words)))})$"
    return bound(plain, lambda text: pl.when(~text.str.contains(pattern)).then(text))


def without_blanks(text: pl.Expr) -> pl.Expr:
    """The text with every blank removed, inner ones too."""
    return text.str.replace_all(f"{BLANK}+", "")


def half_width(text: pl.Expr) -> pl.Expr:
    """The text with the full-width forms of ASCII folded: `２０２３．８` gives `2023.8`."""
    return text.str.replace_many(_FULL_WIDTH, _HALF_WIDTH)


def _bare(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars_start(_LEADING).str.strip_chars_end(BLANKS)


def _of_any_width(word: str) -> str:
    """The pattern of a word whose ASCII may be of full width."""
    forms = (character + chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in word)
    return "".join(f"[{re.escape(form)}]" for form in forms)

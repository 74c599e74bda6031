"""Yuan, whole numbers and decimals, read from the decimal text and never through a float."""

from decimal import Decimal

import polars as pl

from huimin.cells.folding import BLANK, BREAKS, half_width, without_blanks
from huimin.cells.parsed import parsed_or

_BY_COMMAS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_NUMBER = rf"^(?P<minus>-)?(?P<whole>{_BY_COMMAS})(?:\.(?P<decimals>[0-9]*))?$"
_YUAN = (
    rf"^¥? ?(?P<minus>-)? ?¥? ?(?P<whole>[0-9]{{1,3}}(?: [0-9]{{3}})+|{_BY_COMMAS})"
    r"(?:\.(?P<decimals>[0-9]*))?(?: ?元整?)?$"
)
_BETWEEN_NUMBERS = rf"([0-9]{BLANK}*)[{BREAKS}]({BLANK}*[0-9])"
_PRECISION = 14


def parse_money(text: pl.Expr) -> pl.Expr:
    """DECIMAL(14,2) yuan; more than two decimals are rounded half away from zero.

    Blanks may part the thousands; a line break parts two amounts, which are none.
    """
    one = _half_width(text).str.replace(_BETWEEN_NUMBERS, "$1;$2")
    plain = one.str.replace_all(f"{BLANK}+", " ").str.replace(r"^(-?¥?-?)\.", "${1}0.")
    return parsed_or(_scaled(plain.str.extract_groups(_YUAN), 2), text, "money_unparsable")


def parse_decimal(text: pl.Expr) -> pl.Expr:
    """DECIMAL(14,4); more than four decimals are rounded half away from zero."""
    return parsed_or(_scaled(_number(text), 4), text, "number_unparsable")


def parse_integer(text: pl.Expr, synonyms: tuple[tuple[str, str], ...]) -> pl.Expr:
    """INTEGER; the synonyms are numbers written in words, as a contract lists them."""
    whole = pl.field("decimals").fill_null("").str.strip_chars_start("0") == ""
    counted = _sized(_number(text), pl.when(whole).then(pl.field("integer")), 2**31 - 1)
    value = counted.cast(pl.Int32)
    if synonyms:
        known = {"".join(word.split()): int(value) for word, value in synonyms}
        words = without_blanks(half_width(text)).replace_strict(known, default=None, return_dtype=pl.Int32)
        value = pl.coalesce(words, value)
    return parsed_or(value, text, "number_unparsable")


def _half_width(text: pl.Expr) -> pl.Expr:
    return half_width(text).str.replace("^(¥? ?)[−–]", "${1}-")


def _number(text: pl.Expr) -> pl.Expr:
    """The groups `minus`, `whole` and `decimals` of a plain number; `whole` null when it is none."""
    return _half_width(text).str.replace(r"^(-?)\.", "${1}0.").str.extract_groups(_NUMBER)


def _scaled(groups: pl.Expr, scale: int) -> pl.Expr:
    """DECIMAL(14, scale) of a number's groups, half a unit rounded away from zero; null when it has more digits."""
    decimals, integer = pl.field("decimals").fill_null(""), pl.field("integer")
    after_point = decimals.str.slice(0, scale).str.pad_end(scale, "0").cast(pl.Int64)
    away = decimals.str.slice(scale, 1).is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    units = pl.when(integer < 10 ** (_PRECISION - scale)).then(integer * 10**scale + after_point + away)
    smallest = pl.lit(Decimal(1).scaleb(-scale), dtype=pl.Decimal(_PRECISION, scale))
    counted = _sized(groups, units, 10**_PRECISION - 1)
    return (counted.cast(pl.Decimal(38, 0)) * smallest).cast(pl.Decimal(_PRECISION, scale))


def _sized(groups: pl.Expr, size: pl.Expr, largest: int) -> pl.Expr:
    """Signed Int64 of a number's groups, the size worked out of `integer` and `decimals`; null beyond the largest."""
    integer = pl.field("whole").str.replace_all("[, ]", "").cast(pl.Int64, strict=False)
    steps = groups.struct.with_fields(integer=integer).struct.with_fields(size=size)
    sign = pl.when(pl.field("minus").is_not_null()).then(-1).otherwise(1)
    return steps.struct.with_fields(
        size=pl.when(pl.field("size") <= largest).then(pl.field("size") * sign)
    ).struct.field("size")

"""Yuan, whole numbers and decimals, read from the decimal text and never through a float."""

from decimal import Decimal

import polars as pl

from huimin.cells.folding import BLANK, half_width, without_blanks
from huimin.cells.parsed import bound, parsed_or

_BY_COMMAS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_NUMBER = rf"^(?P<minus>-)?(?P<whole>{_BY_COMMAS})(?:\.(?P<decimals>[0-9]*))?$"
_YUAN = (
    rf"^¥? ?(?P<minus>-)? ?¥? ?(?P<whole>[0-9]{{1,3}}(?: [0-9]{{3}})+|{_BY_COMMAS})"
    r"(?:\.(?P<decimals>[0-9]*))?(?: ?元整?)?$"
)
_PRECISION = 14


def parse_money(text: pl.Expr) -> pl.Expr:
    """DECIMAL(14,2) yuan; more than two decimals are rounded half away from zero."""
    plain = _half_width(text).str.replace_all(f"{BLANK}+", " ").str.replace(r"^(-?¥?-?)\.", "${1}0.")
    return parsed_or(
        bound(plain.str.extract_groups(_YUAN), lambda groups: _scaled(groups, 2)), text, "money_unparsable"
    )


def parse_decimal(text: pl.Expr) -> pl.Expr:
    """DECIMAL(14,4); more than four decimals are rounded half away from zero."""
    return parsed_or(bound(_number(text), lambda groups: _scaled(groups, 4)), text, "number_unparsable")


def parse_integer(text: pl.Expr, synonyms: tuple[tuple[str, str], ...]) -> pl.Expr:
    """INTEGER; the synonyms are numbers written in words, as a contract lists them."""
    value = bound(_number(text), _integer)
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


def _integer(groups: pl.Expr) -> pl.Expr:
    """INTEGER of the groups; null with decimals other than zeros, or beyond 32 bits."""
    whole = groups.struct.field("decimals").fill_null("").str.strip_chars_start("0") == ""
    number = pl.when(whole).then(_signed(groups, _plain_integer(groups)))
    return bound(number, lambda n: pl.when(n.is_between(-(2**31), 2**31 - 1)).then(n)).cast(pl.Int32)


def _plain_integer(groups: pl.Expr) -> pl.Expr:
    """Int64 of the whole part; null beyond its range."""
    return groups.struct.field("whole").str.replace_all("[, ]", "").cast(pl.Int64, strict=False)


def _signed(groups: pl.Expr, size: pl.Expr) -> pl.Expr:
    return size * pl.when(groups.struct.field("minus").is_not_null()).then(-1).otherwise(1)


def _scaled(groups: pl.Expr, scale: int) -> pl.Expr:
    """DECIMAL(14, scale) of the groups, counted in its smallest unit; null when it has more digits than that."""
    decimals, integer = groups.struct.field("decimals").fill_null(""), _plain_integer(groups)
    units = decimals.str.slice(0, scale).str.pad_end(scale, "0").cast(pl.Int64)
    away = decimals.str.slice(scale, 1).is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    inside = pl.when(integer < 10 ** (_PRECISION - scale)).then(integer)
    size = _signed(groups, inside * 10**scale + units + away)
    smallest = pl.lit(Decimal(1).scaleb(-scale), dtype=pl.Decimal(_PRECISION, scale))
    counted = bound(size, lambda n: pl.when(n.abs() < 10**_PRECISION).then(n))
    return (counted.cast(pl.Decimal(38, 0)) * smallest).cast(pl.Decimal(_PRECISION, scale))

"""Yuan, whole numbers and decimals, read from the decimal text and never through a float."""

from decimal import Decimal

import polars as pl

from huimin.cells.folding import BLANK, half_width, without_blanks
from huimin.cells.parsed import NOTHING, Parsed, parsed_or

_BY_COMMAS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_NUMBER = rf"^(-)?({_BY_COMMAS})(?:\.([0-9]*))?$"
_YUAN = rf"^(?:(-) ?¥? ?|¥ ?(-)? ?)?([0-9]{{1,3}}(?: [0-9]{{3}})+|{_BY_COMMAS})(?:\.([0-9]*))?(?: ?元整?)?$"
_INTEGER_LIMIT = 2**31
_PRECISION = 14


def parse_money(text: pl.Expr) -> Parsed:
    """DECIMAL(14,2) yuan; more than two decimals are rounded half away from zero."""
    plain = _minus(half_width(text)).str.replace_all(f"{BLANK}+", " ").str.replace(r"^(-?¥?-?)\.", "${1}0.")
    groups = plain.str.extract_groups(_YUAN).struct
    negative = pl.coalesce(groups.field("1"), groups.field("2")).is_not_null()
    return parsed_or(_scaled(negative, groups.field("3"), groups.field("4"), 2), text, "money_unparsable")


def parse_decimal(text: pl.Expr) -> Parsed:
    """DECIMAL(14,4); more than four decimals are rounded half away from zero."""
    return parsed_or(_scaled(*_number(text), 4), text, "number_unparsable")


def parse_integer(text: pl.Expr, synonyms: tuple[tuple[str, str], ...]) -> Parsed:
    """INTEGER; the synonyms are numbers written in words, as a contract lists them."""
    negative, whole, fraction = _number(text)
    size = pl.when(fraction.fill_null("").str.strip_chars_start("0") == "").then(_plain_integer(whole))
    number = pl.when(negative).then(-size).otherwise(size)
    inside = pl.when(number.is_between(-_INTEGER_LIMIT, _INTEGER_LIMIT - 1)).then(number).cast(pl.Int32)
    words = NOTHING.cast(pl.Int32)
    if synonyms:
        known = {"".join(word.split()): int(value) for word, value in synonyms}
        words = without_blanks(half_width(text)).replace_strict(known, default=None, return_dtype=pl.Int32)
    return parsed_or(pl.coalesce(words, inside), text, "number_unparsable")


def _number(text: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """(is negative, whole part, decimals or null) of a plain number; whole part null when it is none."""
    plain = _minus(half_width(text)).str.replace(r"^(-?)\.", "${1}0.")
    groups = plain.str.extract_groups(_NUMBER).struct
    return groups.field("1").is_not_null(), groups.field("2"), groups.field("3")


def _minus(text: pl.Expr) -> pl.Expr:
    return text.str.replace("^(¥?)[−–]", "${1}-")


def _plain_integer(whole: pl.Expr) -> pl.Expr:
    """Int64 of digits in groups; null beyond its range."""
    return whole.str.replace_all("[, ]", "").cast(pl.Int64, strict=False)


def _scaled(negative: pl.Expr, whole: pl.Expr, fraction: pl.Expr, scale: int) -> pl.Expr:
    """DECIMAL(14, scale) counted in its smallest unit; null when it has more digits than that."""
    decimals = fraction.fill_null("")
    units = decimals.str.slice(0, scale).str.pad_end(scale, "0").cast(pl.Int64)
    away = decimals.str.slice(scale, 1).is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    integer = _plain_integer(whole)
    size = pl.when(integer < 10 ** (_PRECISION - scale)).then(integer * 10**scale + units + away)
    size = pl.when(size < 10**_PRECISION).then(size)
    smallest = pl.lit(Decimal(1).scaleb(-scale), dtype=pl.Decimal(_PRECISION, scale))
    signed = pl.when(negative).then(-size).otherwise(size)
    return (signed.cast(pl.Decimal(38, 0)) * smallest).cast(pl.Decimal(_PRECISION, scale))

"""ID numbers, GB 11643-1999. Nearly all arrive as they should, so only the odd ones are mended before the checks."""

from datetime import date

import polars as pl

from huimin.cells.calendar import is_day
from huimin.cells.codes import SCIENTIFIC
from huimin.cells.folding import half_width, without_blanks
from huimin.cells.parsed import NOTHING, Parsed

_PROVINCES = (
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
    50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, *range(90, 100),
)  # fmt: skip
_WHOLE = r"^[0-9]{17}[0-9X]$"
_CENTURY = "19"


def parse_id_number(text: pl.Expr, read_on: date) -> Parsed:
    """18 characters; the first reason that applies, in the order of the catalogue."""
    whole = text.str.contains(_WHOLE)
    odd = _mended(pl.when(~whole).then(text))
    old = odd.str.contains(r"^[0-9]{15}$").fill_null(False)
    written = pl.when(whole).then(text).otherwise(odd)
    first17 = pl.when(old).then(odd.str.head(6) + _CENTURY + odd.str.tail(9)).otherwise(written.str.head(17))
    number = first17.cast(pl.Int64, strict=False)
    expected = _check_value(number)
    given = pl.when(written.str.tail(1) == "X").then(10).otherwise(written.str.tail(1).cast(pl.Int64, strict=False))
    right = old | (given == expected)
    born = number // 1000 % 100_000_000
    day_exists = is_day(born // 10_000, born // 100 % 100, born % 100) & (born <= int(f"{read_on:%Y%m%d}"))
    region = (number // 10**15).is_in(_PROVINCES)
    # Past the first `when` what is judged has the shape of an ID number, so that no later check meets a null.
    shaped = whole | old | odd.str.contains(_WHOLE)
    reason = (
        pl.when(odd == "").then(NOTHING)
        .when(~shaped).then(_misshapen(odd))
        .when(~right & (number % 100 == 0) & (given == 0)).then(pl.lit("id_number_truncated"))
        .when(~region).then(pl.lit("id_number_region"))
        .when(~day_exists).then(pl.lit("id_number_birth_date"))
        .when(~right).then(pl.lit("id_number_check_digit"))
    )  # fmt: skip
    letter = pl.when(expected == 10).then(pl.lit("X")).otherwise(expected.cast(pl.String))
    value = pl.when(shaped & reason.is_null()).then(pl.when(old).then(first17 + letter).otherwise(written))
    return Parsed(value, reason, pl.when(old & reason.is_null()).then(pl.lit("id_number_15_digits")))


def _mended(odd: pl.Expr) -> pl.Expr:
    """An ID number as it was meant: no blanks, half width, no leading apostrophe, upper-case X."""
    plain = half_width(without_blanks(odd)).str.replace("^['‘’]+", "")
    return plain.str.replace_many(["x", "×"], ["X", "X"])


def _misshapen(odd: pl.Expr) -> pl.Expr:
    """Why text that is neither 18 nor 15 characters of the right kind is no ID number."""
    return (
        pl.when(odd.str.contains("*", literal=True)).then(pl.lit("id_number_masked"))
        .when(odd.str.contains(SCIENTIFIC)).then(pl.lit("id_number_truncated"))
        .when(~odd.str.contains("^[0-9]+X?$")).then(pl.lit("id_number_characters"))
        .otherwise(pl.lit("id_number_length"))
    )  # fmt: skip


def _check_value(number: pl.Expr) -> pl.Expr:
    """0 to 10, the check character that belongs to 17 digits held in one integer.

    The digit at 10^k weighs 2^(k+1) mod 11 and equals q(k) - 10 q(k+1), q(k) being number // 10^k. Sorted by q, each
    q(k) after the first has the factor 2^(k+1) - 10 * 2^k mod 11: one division a digit, and no sum above 2^63.
    """
    total = number * 2
    for place in range(1, 17):
        total = total + number // 10**place * (-8 * 2**place % 11)
    return (12 - total % 11) % 11

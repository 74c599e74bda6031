"""ID numbers, GB 11643-1999. Nearly all arrive as they should; only the others are cleaned and judged one by one."""

from datetime import date
from functools import cache

import polars as pl

from huimin.cells.calendar import is_day
from huimin.cells.codes import SCIENTIFIC
from huimin.cells.folding import half_width, without_blanks
from huimin.cells.parsed import NOTHING

_PROVINCES = (
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
    50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, *range(90, 100),
)  # fmt: skip
_WHOLE = r"^[0-9]{17}[0-9X]$"
_CENTURY = "19"
_DIGITS = 6
"""Digits of a number that are looked up at once."""
_LETTERS = pl.Series(list("0123456789X"))


def digits_of(column: str) -> str:
    """Name of the BIGINT column that holds the first 17 digits of each ID number of the column."""
    return f"{column}_digits"


def digits(id_number: pl.Expr) -> pl.Expr:
    """The 17 digits of an ID number as it should be, as one number: its last character follows from them."""
    return id_number.str.head(17).cast(pl.Int64)


def born_on(id_number: pl.Expr) -> pl.Expr:
    """The day of birth that an ID number as it should be tells."""
    return id_number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def as_meant(odd: pl.Expr) -> pl.Expr:
    """An ID number as it was meant: no blanks, half width, no leading apostrophe, upper-case X."""
    plain = half_width(without_blanks(odd)).str.replace("^['‘’]+", "")
    return plain.str.replace_many(["x", "×"], ["X", "X"])


def is_sound(text: pl.Expr, read_on: date) -> pl.Expr:
    """Whether the text is an ID number as it should be: 18 characters and no reason against it."""
    number, last = pl.field("number"), pl.field("last")
    numbers = pl.struct(
        number=text.str.head(17).cast(pl.Int64, strict=False), last=text.str.slice(17), length=text.str.len_bytes()
    ).struct.with_fields(born=_birth_date(number))
    # a number that begins with a province code has 17 digits
    is_right = last == _letter(_expected(number))
    checks = (pl.field("length") == 18) & _has_province(number) & _is_past(read_on) & is_right
    return numbers.struct.with_fields(sound=checks).struct.field("sound")


def parse_id_number(text: pl.Expr, read_on: date) -> pl.Expr:
    """18 characters; the first reason that applies, in the order of the catalogue. 15 characters are converted."""
    cell, cleaned, old = (pl.field(name) for name in ("cell", "cleaned", "old"))
    number, given, expected = (pl.field(name) for name in ("number", "given", "expected"))
    shape = (
        pl.struct(cleaned=as_meant(text))
        .struct.with_fields(old=cleaned.str.contains("^[0-9]{15}$").fill_null(False))
        .struct.with_fields(cell=pl.when(old).then(_lengthened(cleaned)).otherwise(cleaned))
    )
    numbers = (
        shape.struct.with_fields(number=cell.str.head(17).cast(pl.Int64, strict=False), given=_check_value(cell))
        .struct.with_fields(expected=_expected(number), born=_birth_date(number))
        .struct.with_fields(right=old | (given == expected), shaped=old | cleaned.str.contains(_WHOLE))
    )
    return numbers.struct.with_fields(reason=_reason(read_on)).struct.with_fields(
        value=pl.when(pl.field("shaped") & pl.field("reason").is_null()).then(
            pl.when(old).then(cell + _letter(expected)).otherwise(cell)
        ),
        finding=pl.when(old & pl.field("reason").is_null()).then(pl.lit("id_number_15_digits")),
    )


def _reason(read_on: date) -> pl.Expr:
    """The first reason against an ID number, from the fields of `parse_id_number`."""
    number, right, cleaned = pl.field("number"), pl.field("right"), pl.field("cleaned")
    return (
        pl.when(cleaned == "").then(NOTHING)
        # Past this one every text has the shape of an ID number, so that no check meets a null.
        .when(~pl.field("shaped")).then(_misshapen(cleaned))
        .when(~right & (number % 100 == 0) & (pl.field("given") == 0)).then(pl.lit("id_number_truncated"))
        .when(~_has_province(number)).then(pl.lit("id_number_region"))
        .when(~_is_past(read_on)).then(pl.lit("id_number_birth_date"))
        .when(~right).then(pl.lit("id_number_check_digit"))
    )  # fmt: skip


def _has_province(number: pl.Expr) -> pl.Expr:
    """Whether the first two of 17 digits are a province code."""
    return (number // 10**15).is_in(_PROVINCES)


def _birth_date(number: pl.Expr) -> pl.Expr:
    """The eight digits of the birth date, as one number, of 17 digits."""
    return (number // 1000 % 100_000_000).cast(pl.Int32)


def _is_past(read_on: date) -> pl.Expr:
    """Whether the field `born` is a day that exists and is not later than `read_on`."""
    born = pl.field("born")
    return is_day(born // 10_000, born // 100 % 100, born % 100) & (born <= int(f"{read_on:%Y%m%d}"))


def _lengthened(old: pl.Expr) -> pl.Expr:
    """The 17 digits that 15 stand for."""
    return old.str.head(6) + _CENTURY + old.str.tail(9)


def _misshapen(odd: pl.Expr) -> pl.Expr:
    """Why text that is neither 18 nor 15 characters of the right kind is no ID number."""
    return (
        pl.when(odd.str.contains("*", literal=True)).then(pl.lit("id_number_masked"))
        .when(odd.str.contains(SCIENTIFIC)).then(pl.lit("id_number_truncated"))
        .when(~odd.str.contains("^[0-9]+X?$")).then(pl.lit("id_number_characters"))
        .otherwise(pl.lit("id_number_length"))
    )  # fmt: skip


def _check_value(cell: pl.Expr) -> pl.Expr:
    """0 to 10, the value of the last character."""
    last = cell.str.slice(17)
    return pl.when(last == "X").then(10).otherwise(last.cast(pl.Int64, strict=False))


def _letter(value: pl.Expr) -> pl.Expr:
    """The check character of a value from 0 to 10."""
    return pl.lit(_LETTERS).gather(value.cast(pl.UInt32))


def _expected(number: pl.Expr) -> pl.Expr:
    """0 to 10, the value of the check character that belongs to 17 digits held in one integer.

    The digit at 10^k weighs 2^(k+1) mod 11, so that six digits further on every weight is 2^6 mod 11 = 9 times as much:
    a table of all six digits tells the sum of each third of the number.
    """
    third, sums = 10**_DIGITS, pl.lit(_sums())
    low, middle, high = (
        sums.gather(digits.cast(pl.UInt32, strict=False)).cast(pl.Int64)
        for digits in (number % third, number // third % third, number // third**2)
    )
    return (12 - (low + middle * 9 + high * 81) % 11) % 11


@cache
def _sums() -> pl.Series:
    """Of each number of six digits the weighted sum of them mod 11: the digit at 10^k weighs 2^(k+1)."""
    numbers = pl.int_range(10**_DIGITS, dtype=pl.Int32, eager=True)
    weighted = (numbers // 10**place % 10 * 2 ** (place + 1) for place in range(_DIGITS))
    return (sum(weighted, start=numbers * 0) % 11).cast(pl.UInt8)

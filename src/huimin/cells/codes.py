"""Accounts, plates, vehicle identification numbers and credit codes."""

import polars as pl

from huimin.cells.folding import half_width, without_blanks
from huimin.cells.parsed import NOTHING, Parsed

SCIENTIFIC = r"^[0-9]{1,3}(?:\.[0-9]+)?[eE]\+?[0-9]{1,2}$"
"""How a spreadsheet shows a number that it no longer holds whole: `4.20111E+17`."""

_DASHES = "[-–—−]"
_MARKS = "[-–—−·•‧．・∙⋅･]"

# ISO 3779: what each letter counts for, and what each of the 17 places weighs (the ninth is the check itself).
_VIN_VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)))
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_CHECKS = "0123456789X"
_VIN_CHECK_AT = 8

# GB 32100-2015: 31 characters, each place weighs a power of 3.
_CREDIT_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def parse_account(text: pl.Expr) -> Parsed:
    """Digits as text."""
    whole = text.str.contains("^[0-9]+$")
    odd = half_width(without_blanks(pl.when(~whole).then(text))).str.replace("^['‘’]+", "")
    digits = odd.str.replace_all(_DASHES, "")
    mended = digits.str.contains("^[0-9]+$")
    reason = (
        pl.when(odd == "").then(NOTHING)
        .when(odd.str.contains(SCIENTIFIC)).then(pl.lit("account_truncated"))
        .when(~mended).then(pl.lit("account_characters"))
    )  # fmt: skip
    return Parsed(pl.when(whole).then(text).when(mended).then(digits), reason, NOTHING)


def parse_plate(text: pl.Expr) -> Parsed:
    """Upper case, half width, no blanks, dots or dashes. Never rejected."""
    return Parsed(_code(text), NOTHING, NOTHING)


def parse_vin(text: pl.Expr) -> Parsed:
    """As a plate; one that is not 17 characters with a right check digit (ISO 3779) is a finding."""
    code = _code(text)
    right = code.str.contains("^[0-9A-HJ-NPR-Z]{17}$")
    total = _weighed(pl.when(right).then(code), _VIN_VALUES, _VIN_WEIGHTS)
    check = code.str.slice(_VIN_CHECK_AT, 1).replace_strict(
        {character: value for value, character in enumerate(_VIN_CHECKS)}, default=None, return_dtype=pl.Int32
    )
    return Parsed(code, NOTHING, _unless(right & (total % 11 == check).fill_null(False), "vin_check_digit"))


def parse_credit_code(text: pl.Expr) -> Parsed:
    """As a plate; one that is not 18 characters with a right check character (GB 32100) is a finding."""
    code = _code(text)
    right = code.str.contains("^[0-9A-HJ-NPQRTUWXY]{18}$")
    total = _weighed(pl.when(right).then(code), _CREDIT_VALUES, _CREDIT_WEIGHTS)
    check = code.str.slice(17, 1).replace_strict(_CREDIT_VALUES, default=None, return_dtype=pl.Int32)
    agrees = ((31 - total % 31) % 31 == check).fill_null(False)
    return Parsed(code, NOTHING, _unless(right & agrees, "credit_code_check_digit"))


def _code(text: pl.Expr) -> pl.Expr:
    plain = text.str.contains(r"^[\u{4E00}-\u{9FFF}A-Z0-9]+$")
    odd = without_blanks(pl.when(~plain).then(text)).str.replace_all(_MARKS, "")
    mended = half_width(odd).str.to_uppercase().str.replace_all(_MARKS, "")
    return pl.when(plain).then(text).when(mended != "").then(mended)


def _weighed(code: pl.Expr, values: dict[str, int], weights: tuple[int, ...]) -> pl.Expr:
    """The weighted sum of the characters."""
    total = pl.lit(0, dtype=pl.Int32)
    for place, weight in enumerate(weights):
        value = code.str.slice(place, 1).replace_strict(values, default=None, return_dtype=pl.Int32)
        total = total + value * weight
    return total


def _unless(right: pl.Expr, finding: str) -> pl.Expr:
    return pl.when(~right).then(pl.lit(finding))

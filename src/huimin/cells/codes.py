"""Accounts, numbers of certificates and the like, plates, vehicle identification numbers and credit codes."""

from collections.abc import Callable

import polars as pl

from huimin.cells.folding import BLANK, half_width, without_blanks
from huimin.cells.parsed import NOTHING, parsed

SCIENTIFIC = r"^[0-9]{1,3}(?:\.[0-9]+)?[eE]\+?[0-9]{1,2}$"
"""How a spreadsheet shows a number that it no longer holds whole: `4.20111E+17`."""

ACCOUNT = "^[0-9]+$"
_SEVERAL = rf"[0-9]{{12,}}{BLANK}+[0-9]{{12,}}"
"""Two accounts in one cell: no account has so many digits before a blank and so many after it."""
CODE = "^[0-9A-Z]*[0-9][0-9A-Z]*$"
"""A code as it should be: a word for nothing has no digits, and what a spreadsheet cut has a point or a plus."""
# `12E34` may be a number of a machine
_CUT = r"^[0-9]{1,3}(?:\.[0-9]+[eE]\+?|[eE]\+)[0-9]{1,2}$"
_WHOLE_NUMBER = r"^([0-9]+)\.0+$"
_APOSTROPHES = "^['‘’`]+"
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


def parse_account(text: pl.Expr) -> pl.Expr:
    """The digits of an account number, as text: blanks, apostrophes and dashes around and between them fall away."""
    plain, digits = pl.field("plain"), pl.field("digits")
    steps = (
        pl.struct(
            plain=half_width(without_blanks(text)).str.replace(_APOSTROPHES, ""),
            several=half_width(text).str.contains(_SEVERAL),
        )
        .struct.with_fields(digits=plain.str.replace_all(_DASHES, "").str.replace(_WHOLE_NUMBER, "$1"))
        .struct.with_fields(whole=digits.str.contains(ACCOUNT) & ~pl.field("several"))
    )
    reason = (
        pl.when(plain == "").then(NOTHING)
        .when(plain.str.contains(SCIENTIFIC)).then(pl.lit("account_truncated"))
        .when(~pl.field("whole")).then(pl.lit("account_characters"))
    )  # fmt: skip
    value = pl.when(pl.field("whole")).then(digits)
    return steps.struct.with_fields(value=value, reason=reason, finding=NOTHING)


def parse_code(text: pl.Expr) -> pl.Expr:
    """Text in half width without blanks, as it stands on the certificate or invoice."""
    plain, cut = pl.field("plain"), pl.field("cut")
    steps = pl.struct(
        plain=half_width(without_blanks(text)).str.replace(_APOSTROPHES, "").str.replace(_WHOLE_NUMBER, "$1")
    ).struct.with_fields(cut=plain.str.contains(_CUT))
    value = pl.when(~cut & (plain != "")).then(plain)
    return steps.struct.with_fields(value=value, reason=pl.when(cut).then(pl.lit("code_truncated")), finding=NOTHING)


def parse_plate(text: pl.Expr) -> pl.Expr:
    """Upper case, half width, no blanks, dots or dashes. Never rejected."""
    return parsed(_code(text))


def parse_vin(text: pl.Expr) -> pl.Expr:
    """Written as `parse_plate` writes; a VIN without 17 characters or a right check digit (ISO 3779) is a finding."""
    return _with_finding(_code(text), "^[0-9A-HJ-NPR-Z]{17}$", _vin_agrees, "vin_check_digit")


def parse_credit_code(text: pl.Expr) -> pl.Expr:
    """Written as `parse_plate` writes; a code without 18 characters or a right check (GB 32100) is a finding."""
    return _with_finding(_code(text), "^[0-9A-HJ-NPQRTUWXY]{18}$", _credit_code_agrees, "credit_code_check_digit")


def _with_finding(code: pl.Expr, form: str, agrees: Callable[[pl.Expr], pl.Expr], finding: str) -> pl.Expr:
    """The code, and the finding where it has not that form or its check does not agree."""
    shaped = pl.when(pl.field("value").str.contains(form)).then(pl.field("value"))
    right = agrees(pl.field("shaped")).fill_null(False) | pl.field("value").is_null()
    judged = pl.struct(value=code).struct.with_fields(shaped=shaped)
    return judged.struct.with_fields(reason=NOTHING, finding=pl.when(~right).then(pl.lit(finding)))


def _vin_agrees(code: pl.Expr) -> pl.Expr:
    check = _values(code, _VIN_CHECK_AT, {character: value for value, character in enumerate(_VIN_CHECKS)})
    return _weighed(code, _VIN_VALUES, _VIN_WEIGHTS) % 11 == check


def _credit_code_agrees(code: pl.Expr) -> pl.Expr:
    check = _values(code, len(_CREDIT_WEIGHTS), _CREDIT_VALUES)
    return (31 - _weighed(code, _CREDIT_VALUES, _CREDIT_WEIGHTS) % 31) % 31 == check


def _code(text: pl.Expr) -> pl.Expr:
    """Upper case, half width, no blanks or marks; null when nothing is left."""
    plain, cleaned = pl.field("plain"), pl.field("cleaned")
    odd = without_blanks(pl.when(~plain).then(text)).str.replace_all(_MARKS, "")
    steps = (
        pl.struct(plain=text.str.contains(r"^[\u{4E00}-\u{9FFF}A-Z0-9]+$"))
        .struct.with_fields(cleaned=half_width(odd).str.to_uppercase().str.replace_all(_MARKS, ""))
        .struct.with_fields(code=pl.when(plain).then(text).when(cleaned != "").then(cleaned))
    )
    return steps.struct.field("code")


def _weighed(code: pl.Expr, values: dict[str, int], weights: tuple[int, ...]) -> pl.Expr:
    """The weighted sum of the characters."""
    return pl.sum_horizontal([_values(code, place, values) * weight for place, weight in enumerate(weights)])


def _values(code: pl.Expr, place: int, values: dict[str, int]) -> pl.Expr:
    """What the character at that place counts for."""
    return code.str.slice(place, 1).replace_strict(values, default=None, return_dtype=pl.Int32)

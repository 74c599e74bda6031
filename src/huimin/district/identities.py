"""Numbers that look right and belong to nobody: ID numbers, plates, VINs, credit codes, accounts.

ID numbers have the region code 429999, which was never assigned; where a birth date has more people than that region
has numbers, 429998 and so on down, never assigned either. Numbers made from an index are unique over all indices below
ten million; planted rows take theirs from `PLANTED` up.
"""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.names import Indices

REGION = "429999"
PLANTED = 8_000_000
"""First index of planted things."""
A_REGION = 800
"""Sequence numbers of one birth date in one region: planted people have those above."""

_CHECK = np.array(list("10X98765432"))
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLATE = np.array(list("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VIN_LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9))
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_PLANTS = "ABCDEFGHJKLMNPRS"


def id_numbers(births: pl.Series, sequence: Indices) -> pl.Series:
    """ID numbers with check character (GB 11643) for birth dates and three-digit sequence numbers (odd = male).

    Sequence numbers from 1000 up are those of the regions before: 1007 is 007 of region 429998.
    """
    stamp = births.dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    body = (np.int64(int(REGION)) - sequence // 1000) * 10**11 + stamp * 1000 + sequence % 1000
    total = np.zeros(len(body), dtype=np.int64)
    rest = body.copy()
    for weight in reversed(_ID_WEIGHTS):
        total += rest % 10 * weight
        rest //= 10
    return pl.Series(body.astype(str)).cast(pl.String) + pl.Series(_CHECK[total % 11])


def id_number(birth: date, sequence: int) -> str:
    """One ID number."""
    return str(id_numbers(pl.Series([birth]), np.array([sequence]))[0])


def plates(indices: Indices) -> pl.Series:
    """Plates 鄂A and five characters, in no visible order."""
    mixed = indices * 7_919_993 % 34**5
    text = pl.Series(["鄂A"]).new_from_index(0, len(indices))
    for power in range(4, -1, -1):
        text = text + pl.Series(_PLATE[mixed // 34**power % 34])
    return text


def vins(indices: Indices) -> pl.Series:
    """Vehicle identification numbers of 17 characters with a correct check character in place nine."""
    serial = indices % 1_000_000
    plant = indices // 1_000_000 % len(_VIN_PLANTS)
    front, year = "LHX4A2B1", "N"
    total = np.full(len(indices), sum(_vin_value(c) * w for c, w in zip(front, _VIN_WEIGHTS)), dtype=np.int64)
    total += _vin_value(year) * _VIN_WEIGHTS[9]
    total += np.array([_vin_value(c) for c in _VIN_PLANTS])[plant] * _VIN_WEIGHTS[10]
    for place in range(6):
        total += serial // 10 ** (5 - place) % 10 * _VIN_WEIGHTS[11 + place]
    check = np.array(list("0123456789X"))[total % 11]
    ends = pl.Series(serial + 1_000_000).cast(pl.String).str.slice(1)
    return front + pl.Series(check) + year + pl.Series(np.array(list(_VIN_PLANTS))[plant]) + ends


def credit_codes(indices: Indices) -> pl.Series:
    """Unified social credit codes (GB 32100) of 18 characters with a correct check character."""
    front = f"91{REGION}MA"
    base = sum(_CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(front))
    total = np.full(len(indices), base, dtype=np.int64)
    serial = indices % 10_000_000
    for place in range(7):
        total += serial // 10 ** (6 - place) % 10 * pow(3, 10 + place, 31)
    check = np.array(list(_CREDIT))[(31 - total % 31) % 31]
    return front + pl.Series(serial + 10_000_000).cast(pl.String).str.slice(1) + pl.Series(check)


def accounts(indices: Indices) -> pl.Series:
    """Account numbers of 19 digits beginning 6217."""
    return "62179" + pl.Series(indices * 1_000_003 % 10**13 + 10**13).cast(pl.String)


def unit_numbers(indices: Indices) -> pl.Series:
    """Real-estate unit numbers of 28 characters."""
    serial = pl.Series(indices + 10**8).cast(pl.String)
    return f"{REGION}001001GB0" + serial.str.slice(1, 4) + "F" + serial.str.slice(5, 4) + "0001"


def _vin_value(character: str) -> int:
    return int(character) if character.isdigit() else _VIN_LETTERS[character]

"""ID numbers damaged in the ways of spreadsheets, exports and hands, in rows of a district, with what they were."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from huimin.contracts.contract import Contract
from huimin.district.build import District

DAMAGED = pl.Schema(
    {"roster": pl.String(), "row": pl.Int32(), "way": pl.String(), "id_number": pl.String(), "name": pl.String()}
)
"""One row a damaged ID number: where it lies in the plain file (physical row), how, whose it was."""


def one_wrong(number: str, place: int) -> str:
    """Another digit at that place."""
    return number[:place] + str((int(number[place]) + 1 + place % 9) % 10) + number[place + 1 :]


def swapped(number: str, place: int) -> str:
    """The digit and its neighbour in each other's place; of two alike, the first two of the region that differ."""
    at = place if number[place] != number[place + 1] else 0
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


WAYS: Mapping[str, Callable[[str, int], str]] = {
    "scientific_short": lambda number, _: f"{int(number):.5E}",
    "scientific_long": lambda number, _: f"{number[0]}.{number[1:15]}E+17",
    "zeros": lambda number, _: f"{number[:15]}000",
    "one_wrong": one_wrong,
    "swapped": swapped,
    "fifteen": lambda number, _: number[:15],
    "masked": lambda number, _: f"{number[:6]}********{number[14:]}",
}
"""By name: what becomes of a number, and of the digit at that place."""
NUMERIC = frozenset(("scientific_short", "scientific_long", "zeros"))
"""What a spreadsheet does to a number; one that ends in X is a text to it."""
_ONE_IN = 10
"""Rows of a roster to one damaged."""


def with_damaged_numbers(
    district: District, contracts: Mapping[str, Contract], seed: int
) -> tuple[District, pl.DataFrame]:
    """The district with the ID numbers of some rows of each benefit roster damaged, and which they are (`DAMAGED`).

    The registers stay as they are, with whatever is missing, misspelt or alike in them.
    """
    rng = np.random.default_rng([seed, 3])
    rosters = dict(district.rosters)
    noted: list[tuple[str, int, str, str, str]] = []
    for roster, frame in district.rosters.items():
        if contracts[roster].kind != "benefit":
            continue
        numbers, names = frame["id_number"].to_list(), frame["name"].to_list()
        ways = list(WAYS)
        for turn, row in enumerate(sorted(rng.choice(frame.height, frame.height // _ONE_IN, replace=False).tolist())):
            way = ways[(turn + len(noted)) % len(ways)]
            number = numbers[row]
            if way in NUMERIC and number.endswith("X"):
                continue
            numbers[row] = WAYS[way](number, int(rng.integers(16)))
            noted.append((roster, row + 2, way, number, names[row]))
        rosters[roster] = frame.with_columns(pl.Series("id_number", numbers))
    return replace(district, rosters=rosters), pl.DataFrame(noted, schema=DAMAGED, orient="row")

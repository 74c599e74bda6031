"""Numbers of the synthetic district: right check characters, nobody's region, no two alike."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from huimin.district.identities import (
    PLANTED,
    accounts,
    credit_codes,
    id_number,
    id_numbers,
    plates,
    unit_numbers,
    vins,
)
from huimin.district.people import with_id_numbers

INDICES = np.concatenate([np.arange(40_000), PLANTED + np.arange(3_000)])


def id_check(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return number[17] == "10X98765432"[sum(int(c) * w for c, w in zip(number, weights)) % 11]


def credit_check(code: str) -> bool:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(letters.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return letters[(31 - total % 31) % 31] == code[17]


def vin_check(vin: str) -> bool:
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789")))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((int(c) if c.isdigit() else letters[c]) * w for c, w in zip(vin, weights))
    return vin[8] == "0123456789X"[total % 11]


def test_the_checks_here_know_the_published_vectors() -> None:
    assert all(map(id_check, ("11010519491231002X", "440524188001010014")))
    assert all(map(credit_check, ("91350100M000100Y43", "914403001922038216", "91110000802100433B")))
    assert all(map(vin_check, ("1M8GDM9AXKP042788", "11111111111111111")))


def test_id_numbers_have_the_unassigned_region_and_a_right_check_character() -> None:
    births = pl.Series([date(1921, 2, 28), date(1990, 12, 31), date(2020, 2, 29)] * 100)
    numbers = id_numbers(births, np.arange(300)).to_list()
    assert all(number.startswith("429999") and len(number) == 18 and id_check(number) for number in numbers)
    assert id_number(date(1990, 1, 1), 7)[6:17] == "19900101007"


def test_a_birth_date_with_more_people_than_a_region_has_numbers_goes_on_in_the_region_before() -> None:
    people = pl.DataFrame({"birth": [date(1990, 1, 1)] * 801, "male": [True] * 401 + [False] * 400})
    numbers = with_id_numbers(people)["id_number"]
    assert numbers.n_unique() == 801 and all(map(id_check, numbers))
    assert [numbers[0][:17], numbers[399][:17], numbers[400][:17], numbers[800][:17]] == [
        "42999919900101001", "42999919900101799", "42999819900101001", "42999919900101798",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "length"), [(plates, 7), (vins, 17), (credit_codes, 18), (accounts, 19), (unit_numbers, 28)]
)
def test_numbers_made_from_indices_are_distinct_and_of_one_length(made, length: int) -> None:
    numbers = made(INDICES)
    assert numbers.n_unique() == len(INDICES)
    assert set(numbers.str.len_chars()) == {length}


def test_vins_and_credit_codes_pass_their_checks() -> None:
    assert all(map(vin_check, vins(INDICES[::97])))
    assert all(map(credit_check, credit_codes(INDICES[::97])))

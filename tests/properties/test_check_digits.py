"""Check digits as other people compute them: python-stdnum for GB 11643 and GB 32100, vininfo for ISO 3779.

Only their check-digit routines judge here: as wholes these libraries refuse valid numbers of regions they do not know.
"""

import string
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from vininfo import Vin

from huimin.cells import stands
from huimin.cells.id_number import parse_id_number
from huimin.identity import check_character
from properties.drawing import column_of, drawn, read
from unit.cells.drawn import READ_ON

PROVINCES = st.sampled_from(["11", "15", "23", "37", "42", "46", "50", "54", "65", "71", "81", "82", "83", "91"])
BIRTHS = st.dates(date(1800, 1, 1), READ_ON).map("{:%Y%m%d}".format)
FIRST_17 = st.builds(
    "{}{:04}{}{:03}".format, PROVINCES, st.integers(0, 9999), BIRTHS, st.integers(0, 999)
)  # any region: most were never assigned
CHECKS = "0123456789X"


@drawn(60, 5000)
@given(first17=FIRST_17)
def test_an_id_number_has_the_check_character_of_the_oracle(first17: str) -> None:
    assert check_character(first17) == ric.calc_check_digit(first17 + "?")


@drawn(20, 2000)
@given(numbers=st.lists(FIRST_17, min_size=1, max_size=20))
def test_an_id_number_is_accepted_with_that_character_alone(numbers: list[str]) -> None:
    texts = [first17 + check for first17 in numbers for check in CHECKS]
    right = [text[-1] == ric.calc_check_digit(text) for text in texts]
    found = read("id_number", texts)
    assert [value is not None for value in found["value"]] == right
    assert set(found["reason"].drop_nulls()) <= {"id_number_check_digit", "id_number_truncated"}
    sound = stands(column_of("id_number"), pl.col("text"), READ_ON)
    assert sound is not None
    assert pl.DataFrame({"text": texts}).select(sound=sound)["sound"].to_list() == right


@drawn(20, 2000)
@given(first17=st.lists(FIRST_17.filter(lambda number: number[6:8] == "19"), min_size=1, max_size=20))
def test_15_digits_get_the_check_character_of_the_oracle(first17: list[str]) -> None:
    old = pl.DataFrame({"text": [number[:6] + number[8:] for number in first17]})
    found = old.select(parse_id_number(pl.col("text"), READ_ON).struct.field("value").alias("value"))["value"]
    assert found.to_list() == [number + ric.calc_check_digit(number + "?") for number in first17]


CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100; the oracle has them too."""


@drawn(25, 2000)
@given(first17=st.text(CREDIT, min_size=17, max_size=17))
def test_a_credit_code_has_one_right_check_character(first17: str) -> None:
    codes = [first17 + check for check in CREDIT]
    found = read("credit_code", codes)
    right = [code[-1] == uscc.calc_check_digit(first17) for code in codes]
    assert sum(right) == 1
    assert found["value"].to_list() == codes
    assert [finding is None for finding in found["finding"]] == right


VIN = string.digits + "ABCDEFGHJKLMNPRSTUVWXYZ"


@drawn(25, 2000)
@given(first=st.sampled_from(["1M8", "LZZ", "LSV", "LFV"]), vds=st.text(VIN, min_size=5, max_size=5), rest=st.data())
def test_a_vin_has_one_right_check_digit(first: str, vds: str, rest: st.DataObject) -> None:
    vis = rest.draw(st.text(VIN, min_size=4, max_size=4)) + rest.draw(st.text(string.digits, min_size=4, max_size=4))
    vins = [f"{first}{vds}{check}{vis}" for check in CHECKS]
    right = [Vin(vin).verify_checksum(check_year=False) for vin in vins]
    assert sum(right) == 1
    found = read("vin", vins)
    assert found["value"].to_list() == vins
    assert [finding is None for finding in found["finding"]] == right


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("id_number", "11010519491231002X"),
        ("id_number", "440524188001010014"),
        ("credit_code", "91350100M000100Y43"),
        ("credit_code", "914403001922038216"),
        ("credit_code", "91110000802100433B"),
        ("vin", "1M8GDM9AXKP042788"),
        ("vin", "11111111111111111"),
    ],
)
def test_published_examples_are_right(kind: str, text: str) -> None:
    assert read(kind, [text]).row(0) == (text, text, None, None)

from datetime import date
from hmac import new

import pytest

from huimin.identity import (
    age,
    birth_date,
    check_character,
    keyed_hash,
    mask_account,
    mask_id,
    mask_name,
    mask_plate,
    sex,
)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_check_character_of_published_numbers(number: str) -> None:
    assert check_character(number[:17]) == number[17]


@pytest.mark.parametrize("place", range(17))
def test_every_place_weighs_as_the_standard_has_it(place: int) -> None:
    """GB 11643-1999, 4.2: 2 to the power of the places behind it, modulo 11; the sum with the character is 1."""
    for digit in range(10):
        first17 = "0" * place + str(digit) + "0" * (16 - place)
        check = "0123456789X".index(check_character(first17))
        assert (digit * 2 ** (17 - place) + check) % 11 == 1


def test_birth_date_and_sex() -> None:
    assert birth_date("11010519491231002X") == date(1949, 12, 31)
    assert birth_date("110105194902290021") is None
    assert birth_date("") is None
    assert (sex("11010519491231002X"), sex("440524188001010014")) == ("女", "男")


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("19490815", date(2023, 8, 14), 73),
        ("19490815", date(2023, 8, 15), 74),
        ("20000229", date(2023, 2, 28), 22),
        ("20000229", date(2023, 3, 1), 23),
        ("20000229", date(2024, 2, 28), 23),
        ("20000229", date(2024, 2, 29), 24),
        ("20230901", date(2023, 9, 1), 0),
    ],
)
def test_age_is_completed_on_the_birthday_itself(born: str, day: date, years: int) -> None:
    first17 = f"429999{born}001"
    assert age(first17 + check_character(first17), day) == years


def test_no_age_without_a_birth_date_and_no_number_in_the_error() -> None:
    with pytest.raises(ValueError, match="birth date") as fault:
        age("110105194902290021", date(2023, 9, 1))
    assert "1949" not in str(fault.value)


def test_masks_show_what_the_catalogue_says() -> None:
    assert mask_id("420111198001010016") == "420111************"
    assert [mask_name(name) for name in ("张三", "欧阳娜娜", "王", "")] == ["张*", "欧***", "*", ""]
    assert mask_account("6222020012341234") == "****1234"
    assert [mask_plate(plate) for plate in ("鄂A12347", "鄂AD12347")] == ["鄂A****7", "鄂A****7"]


def test_short_identifiers_show_nothing() -> None:
    assert mask_id("420111198001") == "*" * 12
    assert [mask_account(account) for account in ("", "1", "1234")] == ["****"] * 3
    assert [mask_plate(plate) for plate in ("", "鄂A1", "鄂A123", "欧阳锋的面包车")] == ["****"] * 4
    assert [mask_plate(plate) for plate in ("鄂A1234", "欧A阳锋的车", "欧阳Afeng")] == ["鄂A****4", "欧A****车", "****"]
    assert mask_account("12345") == "****2345"
    assert mask_id("4201111980010100161") == "*" * 19


def test_keyed_hash_depends_on_key_domain_and_value() -> None:
    expected = new(b"key", b"person:11010519491231002X", "sha256").hexdigest()[:16]
    assert keyed_hash(b"key", "person", "11010519491231002X") == expected
    others = {keyed_hash(b"other", "person", "1"), keyed_hash(b"key", "plate", "1"), keyed_hash(b"key", "person", "1")}
    assert len(others) == 3

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from huimin.cells import read
from huimin.identity import check_character
from unit.cells.drawn import READ_ON, Column, check, read_cell, read_cells

ID = Column("id_number")


def synthetic(region: str = "429999", born: str = "19800101", serial: str = "001") -> str:
    first17 = region + born + serial
    return first17 + check_character(first17)


def test_published_vectors_and_every_accepted_form() -> None:
    check(
        ID,
        r"""
        11010519491231002X → 11010519491231002X
        440524188001010014 → 440524188001010014
        11010519491231002x → 11010519491231002X
        11010519491231002Ｘ → 11010519491231002X
        11010519491231002ｘ → 11010519491231002X
        11010519491231002× → 11010519491231002X
        '11010519491231002X → 11010519491231002X
        １１０１０５１９４９１２３１００２Ｘ → 11010519491231002X
        110105 19491231 002X → 11010519491231002X
        \u3000110105\u00a019491231\u200b002X\ufeff → 11010519491231002X
        110105491231002 → 11010519491231002X ? id_number_15_digits
        '110105 491231 002 → 11010519491231002X ? id_number_15_digits
        """,
    )


def test_every_reason_in_the_order_of_the_catalogue() -> None:
    check(
        ID,
        """
        420111********0016 → ! id_number_masked
        4201＊＊＊＊ → ! id_number_masked
        E******** → ! id_number_masked
        4.20111E+17 → ! id_number_truncated
        4.29999198001012E+17 → ! id_number_truncated
        ４.29999e17 → ! id_number_truncated
        440524188001010000 → ! id_number_truncated
        000000000000001000 → ! id_number_truncated
        E12345678 → ! id_number_characters
        -42999919330918000 → ! id_number_characters
        -429999193309180002 → ! id_number_characters
        1101051949X2310021 → ! id_number_characters
        身份证 → ! id_number_characters
        11010519491231002 → ! id_number_length
        11010519491231002XX → ! id_number_characters
        1101051949123100211 → ! id_number_length
        12345678901234X → ! id_number_length
        000524188001010014 → ! id_number_region
        700524188001010014 → ! id_number_region
        840524188001010014 → ! id_number_region
        110105194913310021 → ! id_number_birth_date
        110105194902290021 → ! id_number_birth_date
        110105000001010021 → ! id_number_birth_date
        110105491331002 → ! id_number_birth_date
        000105491231002 → ! id_number_region
        110105194912310021 → ! id_number_check_digit
        """,
    )


def test_what_says_nothing_is_null() -> None:
    check(
        ID,
        r"""
        无 → null
        / → null
        - → null
        N/A → null
        NULL → null
        \u200b\u3000 → null
        ' → null
        """,
    )
    assert read_cell(ID, None) == (None, None, None)
    assert read_cell(ID, "") == (None, None, None)


def test_a_birth_date_may_be_the_day_of_reading_and_no_later() -> None:
    today, tomorrow = synthetic(born="20230901"), synthetic(born="20230902")
    assert read_cell(ID, today) == (today, None, None)
    assert read_cell(ID, tomorrow) == (None, "id_number_birth_date", None)


def test_a_true_number_that_ends_in_000_is_accepted() -> None:
    serials = (
        synthetic(born=f"1980{month:02}{day:02}", serial="200") for month in range(1, 13) for day in range(1, 29)
    )
    number = next(number for number in serials if number.endswith("000"))
    assert read_cell(ID, number) == (number, None, None)


def test_each_province_code_of_gb_2260_is_valid_and_no_other() -> None:
    valid = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54}
    valid |= {61, 62, 63, 64, 65, 71, 81, 82, 83, *range(90, 100)}
    numbers = [synthetic(region=f"{code:02}9999") for code in range(100)]
    accepted = read_cells(ID, list(numbers))["value"].is_not_null()
    assert {code for code in range(100) if accepted[code]} == valid


@given(st.dates(date(1900, 1, 1), READ_ON), st.integers(0, 999))
def test_one_check_character_of_eleven_is_right(born: date, serial: int) -> None:
    first17 = f"429999{born:%Y%m%d}{serial:03}"
    frame = read_cells(ID, [first17 + letter for letter in "0123456789X"])
    assert frame["value"].drop_nulls().to_list() == [first17 + check_character(first17)]
    assert set(frame["reason"].drop_nulls()) <= {"id_number_check_digit", "id_number_truncated"}


def test_an_empty_column_stays_a_column() -> None:
    frame = read(pl.LazyFrame(schema={"text": pl.String}), ID, READ_ON).select("value")
    assert frame.collect().schema == {"value": pl.String}

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from unit.cells.drawn import Column, check, read_cell

GRADE = Column("integer", synonyms=(("一级", "1"), ("1级", "1"), ("四级", "4")))


def test_money() -> None:
    check(
        Column("money"),
        r"""
        1,200.00 → 1200.00
        1200元 → 1200.00
        1,200.5 元 → 1200.50
        ￥1200 → 1200.00
        ¥ 1,200 → 1200.00
        1 200 → 1200.00
        1\u00a0234\u00a0567.8 → 1234567.80
        １２００．５ → 1200.50
        １，２００ → 1200.00
        1 200\n元 → 1200.00
        100\n200 → ! money_unparsable
        1,100 \r\n 200 → ! money_unparsable
        -5 → -5.00
        －５．５ → -5.50
        -￥3 → -3.00
        ￥-3 → -3.00
        .5 → 0.50
        0 → 0.00
        1.005 → 1.01
        -1.005 → -1.01
        1.00499999999999999999999 → 1.00
        2.675 → 2.68
        -0.004 → 0.00
        123456789012 → 123456789012.00
        999999999999.994 → 999999999999.99
        / → null
        999999999999.995 → ! money_unparsable
        1234567890123 → ! money_unparsable
        99999999999999999999999999 → ! money_unparsable
        184467440737095517 → ! money_unparsable
        1e3 → ! money_unparsable
        1.2E+5 → ! money_unparsable
        1万 → ! money_unparsable
        1.2万元 → ! money_unparsable
        NaN → ! money_unparsable
        inf → ! money_unparsable
        12,00 → ! money_unparsable
        1.2.3 → ! money_unparsable
        元 → ! money_unparsable
        五百 → ! money_unparsable
        """,
    )


def test_integers_and_their_words() -> None:
    check(
        GRADE,
        """
        3 → 3
        1,200 → 1200
        １２ → 12
        -3 → -3
        一级 → 1
        1 级 → 1
        １级 → 1
        四级 → 4
        2147483647 → 2147483647
        无 → null
        2147483648 → ! number_unparsable
        99999999999999999999 → ! number_unparsable
        1844674407370956 → ! number_unparsable
        2.5 → ! number_unparsable
        五级 → ! number_unparsable
        3人 → ! number_unparsable
        """,
    )


def test_decimals() -> None:
    check(
        Column("decimal"),
        """
        3 → 3.0000
        1,200.12345 → 1200.1235
        -1.00005 → -1.0001
        １２．５ → 12.5000
        9999999999.9999 → 9999999999.9999
        9999999999.99995 → ! number_unparsable
        10000000000 → ! number_unparsable
        1e3 → ! number_unparsable
        12亩 → ! number_unparsable
        """,
    )


@given(st.decimals(-999_999_999_999, 999_999_999_999, places=6))
def test_money_is_rounded_half_away_from_zero_exactly(amount: Decimal) -> None:
    expected = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert read_cell(Column("money"), f"{amount:f}") == (expected, None, None)

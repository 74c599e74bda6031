"""Number formats: dates, units of money, and the days that numbers mean."""

from datetime import datetime, time

import pytest

from huimin.containers.formats import day_of, shows_date, shows_money_unit
from huimin.containers.pages import DAY_0, DAY_0_OF_1904


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy-mm-dd", True), ('yyyy"年"m"月"', True), ("[$-804]yyyy/m/d;@", True), ("h:mm:ss.000", True),
        ("Short Date", True), ("General", False), ("0.00", False), ("#,##0.00", False), ("[h]:mm", False),
        ('0.00"d"', False), ("0.00\\d", False), ("[Red]0.00", False), ("@", False), ("", False),
    ],
)  # fmt: skip
def test_formats_that_show_a_date(code: str, shown: bool) -> None:
    assert shows_date(code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('0.00"万元"', True), ('0.00"万"', True), ("0.00万元", True), ('#,##0.00"千元"', True), ("0\\万\\元", True),
        ('0.00"元"', True), ("0.00", False), ('0!.0,"万元"', True), ('0.0,"千元"', True),
        ("[$¥-804]#,##0.00", False),
    ],
)  # fmt: skip
def test_formats_that_show_a_unit_of_money(code: str, shown: bool) -> None:
    assert shows_money_unit(code) == shown


def test_the_days_of_both_systems() -> None:
    assert day_of(45139, DAY_0) == day_of(45139 - 1462, DAY_0_OF_1904) == datetime(2023, 8, 1)  # noqa: DTZ001
    assert day_of(0.5, DAY_0) == time(12)
    assert day_of(1, DAY_0) == datetime(1900, 1, 1)  # noqa: DTZ001
    assert day_of(2_958_466, DAY_0) == 2_958_466
    assert day_of(-1, DAY_0) == -1

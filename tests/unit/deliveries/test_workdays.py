"""Workdays by the notices of the State Council, with make-up days, and without a notice."""

from datetime import date

import pytest

from huimin.deliveries.workdays import is_workday, workday_after


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 28), True),
        (date(2023, 9, 29), False),  # Mid-Autumn and National Day: 29 September to 6 October
        (date(2023, 10, 6), False),
        (date(2023, 10, 7), True),  # a Saturday, and the Sunday after it, made up for
        (date(2023, 10, 8), True),
        (date(2023, 10, 14), False),  # a Saturday as any other
        (date(2099, 10, 1), None),
    ],
)
def test_holidays_and_made_up_weekends_are_as_the_notice_has_them(day: date, works: bool | None) -> None:
    assert is_workday(day) is works


@pytest.mark.parametrize(
    ("end", "count", "day"),
    [
        (date(2023, 7, 31), 5, date(2023, 8, 7)),
        (date(2023, 8, 31), 1, date(2023, 9, 1)),
        # National Day week: the first workday is the Saturday that is worked
        (date(2023, 9, 30), 1, date(2023, 10, 7)),
        (date(2023, 9, 30), 5, date(2023, 10, 11)),
        # 1 and 2 January 2024: a Monday off, then work
        (date(2023, 12, 31), 1, date(2024, 1, 2)),
    ],
)
def test_workdays_are_counted_from_the_day_after(end: date, count: int, day: date) -> None:
    assert workday_after(end, count) == (day, True)


def test_a_year_without_a_notice_counts_monday_to_friday_and_says_so() -> None:
    # 30 September 2099 is a Wednesday
    assert workday_after(date(2099, 9, 30), 5) == (date(2099, 10, 7), False)

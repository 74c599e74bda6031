"""Slots as dates: first and last day, and which slots lie around a day."""

from datetime import date

import pytest

from huimin.contracts.periods import Recurring, bounds, is_day, slot_after, slot_before, slots_of


@pytest.mark.parametrize(
    ("slot", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023-08", "2023-08-01", "2023-08-31"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-spring", "2023-02-01", "2023-07-31"),
        ("2023-autumn", "2023-09-01", "2024-01-31"),
        ("9998-autumn", "9998-09-01", "9999-01-31"),
        ("9999-autumn", "9999-09-01", "9999-12-31"),
        ("2023-08-15", "2023-08-15", "2023-08-15"),
    ],
)
def test_first_and_last_day(slot: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in bounds(slot)] == [first, last]
    assert is_day(slot) is (slot == "2023-08-15")


@pytest.mark.parametrize("slot", ["", "x", "2023-13", "2023-00", "2023-summer", "2023-02-30", "2023-8-1-1"])
def test_what_is_no_slot(slot: str) -> None:
    with pytest.raises(ValueError):
        bounds(slot)


@pytest.mark.parametrize(
    ("every", "day", "before", "after"),
    [
        ("month", "2023-07-31", "2023-06", "2023-08"),
        ("month", "2023-08-01", "2023-07", "2023-09"),
        ("month", "2023-12-31", "2023-11", "2024-01"),
        ("month", "2024-01-01", "2023-12", "2024-02"),
        ("year", "2023-12-31", "2022", "2024"),
        ("year", "2024-01-01", "2023", "2025"),
        ("term", "2023-01-31", "2022-spring", "2023-spring"),
        ("term", "2023-02-01", "2022-autumn", "2023-autumn"),
        ("term", "2023-08-31", "2023-spring", "2023-autumn"),
        ("term", "2023-09-01", "2023-spring", "2024-spring"),
    ],
)
def test_the_slots_around_a_day(every: Recurring, day: str, before: str, after: str) -> None:
    assert slot_before(every, date.fromisoformat(day)) == before
    assert slot_after(every, date.fromisoformat(day)) == after


@pytest.mark.parametrize("every", ["month", "year", "term"])
def test_near_the_end_of_the_calendar_nothing_follows(every: Recurring) -> None:
    assert slot_after(every, date(9998, 1, 1)) is None
    assert slot_after(every, date(9999, 12, 31)) is None
    assert slot_after(every, date(9997, 12, 31)) is not None


def test_slots_of_years_come_in_order() -> None:
    assert [*slots_of("term", 2023, 2024)] == ["2023-spring", "2023-autumn", "2024-spring", "2024-autumn"]
    assert [*slots_of("year", 999)] == ["0999"]
    months = [*slots_of("month", 2023)]
    assert (len(months), months[0], months[-1]) == (12, "2023-01", "2023-12")

"""What is due and overdue: the day itself is not late, the day after is."""

from datetime import date

import pytest

from huimin.contracts.periods import slot_after, slot_before
from huimin.deliveries.calendar import DueTime, RosterDue
from huimin.deliveries.due import Delivered, Due, due_of, due_on

FIVE = DueTime(5, of_work=True)
MONTHLY = {"urban_dibao": RosterDue("month", FIVE)}


def only(calendar: dict[str, RosterDue], delivered: Delivered, today: date) -> Due:
    (due,) = due_of(calendar, delivered, today)
    return due


@pytest.mark.parametrize(
    ("slot", "due_time", "day"),
    [
        ("2023-08", FIVE, date(2023, 9, 7)),
        ("2023-09", FIVE, date(2023, 10, 11)),
        ("2023-09", DueTime(5, of_work=False), date(2023, 10, 5)),
        ("2023-autumn", FIVE, date(2024, 2, 6)),  # 4 February 2024 is a Sunday made up for
        ("2023", FIVE, date(2024, 1, 8)),
    ],
)
def test_the_time_begins_when_the_period_ends(slot: str, due_time: DueTime, day: date) -> None:
    assert due_on(slot, due_time) == (day, True)


@pytest.mark.parametrize(
    ("today", "days", "periods"),
    [
        (date(2023, 8, 15), 0, 0),
        (date(2023, 9, 7), 0, 0),
        (date(2023, 9, 8), 1, 1),
        (date(2023, 10, 11), 34, 1),
        (date(2023, 10, 12), 35, 2),
    ],
    ids=["its month goes on", "the day", "the day after", "the next one's day", "the day after that"],
)
def test_a_period_is_overdue_from_the_day_after_it_was_due(today: date, days: int, periods: int) -> None:
    due = only(MONTHLY, {("urban_dibao", None): ["2023-07", "2023-05"]}, today)
    assert (due.period, due.due_on, due.newest) == ("2023-08", date(2023, 9, 7), "2023-07")
    assert (due.days_overdue, due.periods_overdue) == (days, periods)


def test_terms_are_ordered_by_their_days_and_not_by_their_names() -> None:
    calendar = {"student_living": RosterDue("term", FIVE)}
    due = only(calendar, {("student_living", None): ["2023-autumn", "2023-spring"]}, date(2024, 3, 1))
    assert (due.newest, due.period, due.due_on) == ("2023-autumn", "2024-spring", date(2024, 8, 7))


def test_a_register_covers_the_period_in_which_its_day_is() -> None:
    calendar = {"deaths": RosterDue("month", FIVE)}
    due = only(calendar, {("deaths", None): ["2023-08-01"]}, date(2023, 9, 30))
    assert (due.period, due.days_overdue) == ("2023-09", 0)


def test_what_is_never_due_is_not_told_nor_what_nobody_delivered_nor_named() -> None:
    never = RosterDue("month", None)
    delivered = {("urban_dibao", None): ["2023-01"], ("deaths", None): ["2023-01-01"]}
    calendar = {"urban_dibao": never, "deaths": RosterDue(None, None), "tekun": MONTHLY["urban_dibao"]}
    assert not list(due_of(calendar, delivered, date(2023, 12, 1)))


def test_a_unit_that_the_calendar_names_owes_from_the_start_and_one_may_be_let_off() -> None:
    calendar = {"tekun": RosterDue("month", FIVE, {"东湖": FIVE, "西岭": None}, is_named=True)}
    due = only(calendar, {("tekun", "西岭"): ["2023-01"]}, date(2023, 9, 8))
    assert due == Due("tekun", "东湖", "2023-08", date(2023, 9, 7), True, None, 1, 1)


def test_a_named_roster_that_nobody_delivered_is_owed_by_the_district_and_then_by_who_delivers_it() -> None:
    calendar = {"tekun": RosterDue("month", FIVE, is_named=True)}
    assert only(calendar, {}, date(2023, 9, 8)).unit is None
    assert only(calendar, {("tekun", "东湖"): ["2023-08"]}, date(2023, 9, 8)).unit == "东湖"


@pytest.mark.parametrize(
    ("slots", "newest", "period", "overdue"),
    [
        (["2023-07", "2032-08"], "2023-07", "2023-08", 1),  # a slip of the pen
        (["2023-07", "2023-10"], "2023-07", "2023-08", 1),
        (["2023-08", "2023-10"], "2023-08", "2023-09", 0),
        (["2023-09", "2023-10", "2023-11"], "2023-09", "2023-12", 0),  # two before their time
        (["2032-08"], None, "2023-08", 1),
    ],
)
def test_a_period_that_has_not_begun_hides_nothing_that_is_due(
    slots: list[str], newest: str | None, period: str, overdue: int
) -> None:
    due = only(MONTHLY, {("urban_dibao", None): slots}, date(2023, 9, 8))
    assert (due.newest, due.period, due.days_overdue) == (newest, period, overdue)


def test_a_year_without_notice_is_told() -> None:
    due = only(MONTHLY, {("urban_dibao", None): ["2099-08"]}, date(2099, 10, 8))
    assert (due.due_on, due.is_certain, due.days_overdue) == (date(2099, 10, 7), False, 1)


def test_slots_follow_each_other_to_the_end_of_the_calendar() -> None:
    assert slot_after("month", date(2023, 12, 31)) == "2024-01"
    assert slot_after("term", date(2023, 8, 15)) == "2023-autumn"
    assert slot_after("year", date(2023, 12, 31)) == "2024"
    assert slot_after("month", date(9998, 1, 31)) is None
    assert slot_before("month", date(2023, 9, 1)) == "2023-08"
    assert slot_before("month", date(2023, 8, 31)) == "2023-07"
    assert slot_before("term", date(2024, 1, 31)) == "2023-spring"
    assert slot_before("term", date(2024, 2, 1)) == "2023-autumn"
    assert slot_before("year", date(2024, 1, 1)) == "2023"

"""The board: what is in force and how old, beside what is due; the longest overdue first."""

from datetime import date

from huimin.deliveries.board import BoardLine, board_of
from huimin.deliveries.calendar import DueTime, RosterDue
from huimin.deliveries.due import Due

FIVE = DueTime(5, of_work=True)
CALENDAR = {
    "urban_dibao": RosterDue("month", FIVE),
    "tekun": RosterDue("month", FIVE),
    "deaths": RosterDue(None, None),
}
DELIVERED = {
    ("tekun", "西岭"): ["2023-08"],
    ("tekun", "东湖"): ["2023-06", "2023-05"],
    ("urban_dibao", None): ["2023-07"],
    ("deaths", None): ["2023-08-01", "2023-09-01"],
    ("nosuch", None): ["2023-08"],
}


def test_the_longest_overdue_comes_first_and_then_the_catalogues_order() -> None:
    lines = board_of(CALENDAR, DELIVERED, date(2023, 9, 8))
    assert [(line.roster, line.unit, line.newest, line.age_days, line.days_overdue) for line in lines] == [
        ("tekun", "东湖", "2023-06", 70, 32),
        ("urban_dibao", None, "2023-07", 39, 1),
        ("tekun", "西岭", "2023-08", 8, 0),
        ("deaths", None, "2023-09-01", 7, 0),
    ]
    assert lines[2].due == Due("tekun", "西岭", "2023-09", date(2023, 10, 11), True, "2023-08", 0, 0)


def test_on_the_day_itself_nothing_is_overdue() -> None:
    lines = board_of(CALENDAR, {("urban_dibao", None): ["2023-07"]}, date(2023, 9, 7))
    assert [line.days_overdue for line in lines] == [0]


def test_a_period_that_goes_on_is_not_old_yet() -> None:
    (line,) = board_of(CALENDAR, {("urban_dibao", None): ["2023-08"]}, date(2023, 8, 22))
    assert line.age_days == 0


def test_a_register_is_as_old_as_its_day_and_owes_nothing() -> None:
    (line,) = board_of(CALENDAR, {("deaths", None): ["2023-09-01"]}, date(2023, 9, 8))
    assert line == BoardLine("deaths", None, "2023-09-01", 7, None)
    assert line.as_json() == {
        "roster": "deaths", "unit": None, "newest": "2023-09-01", "age_days": 7,
        "period": None, "due_on": None, "is_certain": None, "days_overdue": None, "periods_overdue": None,
    }  # fmt: skip


def test_who_is_named_and_never_delivered_has_a_line_and_nothing_in_force() -> None:
    calendar = {"tekun": RosterDue("month", FIVE, {"南湖": FIVE})}
    (line,) = board_of(calendar, {}, date(2023, 9, 8))
    assert (line.unit, line.newest, line.age_days, line.days_overdue) == ("南湖", None, None, 1)
    assert (line.as_json()["period"], line.as_json()["due_on"]) == ("2023-08", date(2023, 9, 7))

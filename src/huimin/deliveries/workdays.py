"""Workdays as offices in China keep them: no holidays of the State Council's notice, but its make-up days (调休)."""

from datetime import date, timedelta

from chinese_calendar import is_workday as is_by_notice


def is_workday(day: date) -> bool | None:
    """Whether offices work on the day by the notice for its year; None where no notice is known."""
    try:
        return bool(is_by_notice(day))
    except NotImplementedError:
        return None


def workday_after(day: date, count: int) -> tuple[date, bool]:
    """The day that is that many workdays after this one, and whether every notice on the way is known.

    A year without one counts Monday to Friday.
    """
    is_certain = True
    while count:
        day += timedelta(days=1)
        works = is_workday(day)
        is_certain = is_certain and works is not None
        count -= day.isoweekday() <= 5 if works is None else works
    return day, is_certain

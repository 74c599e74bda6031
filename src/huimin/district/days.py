"""The months, terms and years that a synthetic district delivers, seen from the day of the run."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from huimin.errors import UsageError
from huimin.language import _

WINDOW = (date(2022, 6, 1), date(2022, 12, 31))
"""First and last day of the vehicle trade-in policy."""


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(first: date, last: date) -> tuple[date, ...]:
    """The first day of each month from first to last, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(
        date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(count)
    )


@dataclass(frozen=True)
class Days:
    """What is delivered by the run date: the last month is the one fifteen days before it."""

    run_date: date

    def __post_init__(self) -> None:
        if self.last.month < 6 or self.last.year < 2023:
            raise UsageError(
                "synthetic district",
                _("the run date leaves too few months to plant in"),
                _("a day from mid June on, 2023 or later"),
            )

    @property
    def last(self) -> date:
        """The latest month delivered."""
        return (self.run_date - timedelta(days=15)).replace(day=1)

    @property
    def year(self) -> int:
        """The year most rosters are about."""
        return self.last.year

    @property
    def months(self) -> tuple[date, ...]:
        """The months of the year, January to the latest."""
        return months_between(date(self.year, 1, 1), self.last)

    @property
    def past_months(self) -> tuple[date, ...]:
        """Last year's twelve months."""
        return months_between(date(self.year - 1, 1, 1), date(self.year - 1, 12, 1))

    @property
    def autumn(self) -> str:
        """Last year's autumn term: 1 September to 31 January."""
        return f"{self.year - 1}-autumn"

    @property
    def spring(self) -> str:
        """The spring term: 1 February to 31 July."""
        return f"{self.year}-spring"

    @property
    def autumn_on(self) -> date:
        """First day of the autumn term."""
        return date(self.year - 1, 9, 1)

    @property
    def spring_on(self) -> date:
        """First day of the spring term."""
        return date(self.year, 2, 1)

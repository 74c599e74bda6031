"""The board of deliveries for readers: out of a run's published deliveries and the calendar, in words and titles."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.board import BoardLine, board_of
from huimin.deliveries.calendar import RosterDue, load_calendar
from huimin.deliveries.due import Due
from huimin.errors import PublishError
from huimin.language import _, in_chinese
from huimin.project import Project
from huimin.quality.words import WHOLE
from huimin.store.delivery import IN_FORCE
from huimin.store.root import Root
from huimin.tables.declared import DELIVERIES
from huimin.tables.published import lay_table
from huimin.tables.sql import parquet, rows_of

NEVER_CAME, NEVER_DUE = "从未交付", "不定期"


def board_now(root: Root, project: Project, today: date) -> tuple[BoardLine, ...]:
    """The board of the root's latest run as of today; before the first run, of what the calendar names.

    Raises ContractError for a calendar that cannot be used, PublishError when the run's table is gone.
    """
    calendar, run = load_calendar(root.calendar(), project.contracts), root.latest()
    if run is None:
        return board_of(calendar, {}, today)
    place = root.published / run / "deliveries.parquet"
    with duckdb.connect() as con:
        try:
            lay_table(con, DELIVERIES, parquet(place))
        except duckdb.Error:
            raise PublishError(str(place), _("cannot be read"), _("huimin verify {run}", run=run)) from None
        return board(con, calendar, today)


def board(con: duckdb.DuckDBPyConnection, calendar: Mapping[str, RosterDue], day: date) -> tuple[BoardLine, ...]:
    """The board as of the day, out of `deliveries`."""
    return board_of(calendar, delivered_slots(con), day)


def delivered_slots(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str | None], list[str]]:
    """By roster and unit the slots of `deliveries` in force."""
    return {(row["roster"], row["unit"]): row["slots"] for row in rows_of(con, DELIVERED)}


def board_records(lines: Sequence[BoardLine], contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """Each line with titles instead of ids, and what is to be known of it (`told`)."""
    return [
        {
            **line.as_json(),
            "title": contracts[line.roster].title,
            "unit": line.unit or WHOLE,
            "department": contracts[line.roster].department_title,
            "newest": line.newest or NEVER_CAME,
            "told": "，".join(told_of(line)),
        }
        for line in lines
    ]


def told_of(line: BoardLine) -> Iterator[str]:
    """What is to be known of the line beside its days."""
    if line.due is None:
        yield NEVER_DUE
    elif line.due.periods_overdue:
        yield f"逾期 {line.due.periods_overdue:,} 期"
    if line.due and not line.due.is_certain:
        yield in_chinese(holidays_unknown(line.due))


def board_by_roster(lines: Sequence[BoardLine], contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """A record a roster, by the order of contracts: units, the oldest period that is some unit's newest and its age.

    Also the next day on which a unit that is not overdue owes it (`due_on`, None without one) and how many are overdue.
    """
    by_roster = {roster: [line for line in lines if line.roster == roster] for roster in contracts}
    return [
        {
            "title": contracts[roster].title,
            "units": len(own),
            **oldest(own),
            "due_on": next_due_on(own),
            "overdue": sum(line.days_overdue > 0 for line in own),
        }
        for roster, own in by_roster.items()
        if own
    ]


def oldest(lines: Sequence[BoardLine]) -> dict[str, Any]:
    """Of the units' newest periods the oldest, and its age in days; both None when nothing is in force."""
    aged = [(line.age_days, line.newest) for line in lines if line.age_days is not None]
    age, newest = max(aged, default=(None, None))
    return {"newest": newest, "age_days": age}


def next_due_on(lines: Sequence[BoardLine]) -> date | None:
    """The first day to come on which one of them is due."""
    return min((line.due.due_on for line in lines if line.due and not line.days_overdue), default=None)


def overdue_told(due: Due) -> str:
    """What is overdue, since when, and what came last, in either language."""
    first = period_told(due.period)
    several = _("{count:,} periods from {period} on", count=due.periods_overdue, period=first)
    return _(
        "{periods} not delivered, due on {day}, {days:,} days overdue, {last}",
        periods=several if due.periods_overdue > 1 else first,
        day=day_told(due),
        days=due.days_overdue,
        last=last_told(due),
    )


def period_told(slot: str) -> str:
    """The period, in either language: terms are words, all others are written alike in both."""
    year, _dash, season = slot.partition("-")
    if season == "spring":
        return _("{year}-spring", year=year)
    return _("{year}-autumn", year=year) if season == "autumn" else slot


def last_told(due: Due) -> str:
    """What came last, in either language. A unit of which nothing ever came may be a name that nobody has."""
    if due.newest:
        return _("the last period was {newest}", newest=period_told(due.newest))
    return _("nothing ever came from a unit of this name") if due.unit else _("nothing ever came")


def day_told(due: Due) -> str:
    """The day on which it is due, and how it was counted where that is not certain, in either language."""
    if due.is_certain:
        return f"{due.due_on}"
    return _("{day} ({how})", day=due.due_on, how=holidays_unknown(due))


def holidays_unknown(due: Due) -> str:
    """How the day was counted whose year has no notice."""
    return _("the holidays of {year} are not known: Monday to Friday counted", year=due.due_on.year)


def named(contract: Contract, unit: str | None) -> str:
    """The roster of that unit."""
    return f"{contract.title}（{unit or WHOLE}）"


DELIVERED = f"""
select roster, unit, list_sort(list_distinct(flatten(list(string_split(periods, ','))))) as slots
from deliveries where status in {IN_FORCE} and periods <> '' group by roster, unit
"""

"""Days and times as clocks here show them."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from huimin.zone import AHEAD, HERE, local


@pytest.mark.parametrize(
    ("kept", "day"),
    [
        (datetime(2023, 8, 21, 15, 59, 59), date(2023, 8, 21)),  # noqa: DTZ001  times are kept without their zone
        (datetime(2023, 8, 21, 16, 0), date(2023, 8, 22)),  # noqa: DTZ001
        (datetime(2023, 8, 21, 16, 0, tzinfo=UTC), date(2023, 8, 22)),
        (datetime(2023, 8, 22, 1, 0, tzinfo=HERE), date(2023, 8, 22)),
    ],
)
def test_a_day_begins_at_midnight_here(kept, day):
    assert local(kept).date() == day


def test_sql_knows_the_same_zone():
    kept = datetime(2023, 8, 21, 15, 59)  # noqa: DTZ001
    shown = duckdb.execute(f"select $kept::timestamp + {AHEAD}", {"kept": kept}).fetchall()[0][0]
    assert shown == local(kept).replace(tzinfo=None) == kept + timedelta(hours=8)

"""The one time zone of the People's Republic, without daylight saving since 1991."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")
"""The zone of every day that a case worker reads."""

AHEAD = "interval 8 hours"
"""SQL: by how much that zone's clocks are ahead of UTC, in which times are kept."""


def local(kept: datetime) -> datetime:
    """A time as it is kept, in UTC whether it says so or not, as clocks here show it."""
    return (kept if kept.tzinfo else kept.replace(tzinfo=UTC)).astimezone(HERE)

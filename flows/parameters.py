"""Parameters that flows share, as the interface asks for them: what is typed there is refused before a run begins.

What each is for stands in the flow's docstring under Args, in Chinese: Prefect shows it beside the field.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, WithJsonSchema

from huimin.zone import HERE

RootPlace = Annotated[str, Field(min_length=1)]
"""A data root."""
Seconds = Annotated[float, Field(ge=0, le=86_400)]
DaysKept = Annotated[int, Field(ge=30, le=36_500)]
DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date", "pattern": DAY})]
"""A day, which the interface lets be chosen; the pattern says what the server takes from others."""
EngineAddress = Annotated[str, Field(pattern=r"^(duckdb|sc://[^;\s]+(/;use_ssl=true)?)$")]
"""What runs the rules. A token does not stand in an address: the interface shows it."""
RunId = Annotated[str, Field(pattern=r"^\d{8}T\d{6}-[0-9a-f]{6}$")]


def named(title: str) -> Callable[[], str]:
    """Names the runs of a flow: what it does and when it began, so that no two are alike."""
    return lambda: f"{title} {datetime.now(HERE):%Y-%m-%d %H:%M:%S}"
